"""A notification as a Telegram message: the sentence, what it is about, and the buttons «Принять» and «Открыть»."""

from html import escape
from uuid import UUID

from app.wordings import bot

LONGEST = 900  # characters of what people wrote; Telegram takes 4,096 in all


def message(parcel):
    """The fields of sendMessage but the chat."""
    lines = [f"<b>{escape(parcel.title)}</b>", *_about(parcel)]
    buttons = (
        [{"text": bot.say("accept"), "callback_data": f"accept:{_inquiry(parcel).hex}"}] if _is_offer(parcel) else []
    )
    return fields("\n\n".join(lines), parcel.url, buttons)


def fields(html, url=None, buttons=()):
    """``html`` with a button that opens ``url``. Telegram's buttons lead to https only: elsewhere it stands as text."""
    buttons = list(buttons)
    if url and url.startswith("https://"):
        buttons.append({"text": bot.say("open"), "url": url})
    elif url:
        html += f"\n\n{escape(url)}"
    made = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return made | {"reply_markup": {"inline_keyboard": [buttons]}} if buttons else made


def _is_offer(parcel):
    return parcel.kind == "inquiry_new"


def _inquiry(parcel):
    return UUID(parcel.values["inquiry"])


def _about(parcel):
    if _is_offer(parcel):
        yield "\n".join(f"{escape(label)}: {escape(str(value))}" for label, value in parcel.values["rows"])
        if parcel.values.get("wishes"):
            yield _quote(parcel.values["wishes"])
    elif "messages" in parcel.values:
        yield from map(_quote, parcel.values["messages"])
        more = parcel.values["count"] - len(parcel.values["messages"])
        if more > 0:
            yield escape(bot.say("more", n=more))
        yield f"<i>{escape(bot.say('reply'))}</i>"


def _quote(text):
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return f"<blockquote>{escape(text)}</blockquote>"

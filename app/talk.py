"""The chat's HTTP door, one for the client's pages and the office: a page's values, sending without a socket, history.

views/ and admin/ mount these under their own addresses; whoever calls has loaded the conversation through access/.
"""

from datetime import timedelta
from functools import cache
from uuid import uuid4

from flask import flash, jsonify, redirect, render_template, request
from flask_babel import format_date, get_timezone
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from app import talk_files, talk_standing
from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.constants import MessageKind
from app.error_pages import wants_json
from app.errors import DomainError, InvalidInput, NotFound
from app.languages import select_locale, select_timezone
from app.models.base import utcnow
from app.models.conversations import Message
from app.services import (
    attachments,
    conversations,
    desk,
    hindrances,
    inbox,
    limits,
    media,
    message_search,
    messages,
    ready_answers,
    texts,
)
from app.services.lines import sentence

LAST_SEQ = 2**31 - 1
QUESTION = 200  # characters of a search that are looked at
GROUP = timedelta(minutes=10)  # a pause longer than this begins a new group of bubbles
ALBUM = timedelta(minutes=1)  # photos no further apart stand together


def page(conversation, *, actor, base, back, about, threads=(), refresh=""):
    """The values of conversations/_talk.html and its neighbours.

    ``base`` is this conversation's own address, ``back`` where the arrow on a phone leads, ``about`` the pairs of the
    right pane, ``threads`` the left pane's list and ``refresh`` the address that answers it anew (see thread_list).
    """
    at = _seq("at")
    talk = inbox.talk(conversation, actor=actor, at=at)
    return {
        "talk": talk,
        "items": in_albums(items(talk, actor)),
        "base": base,
        "back": back,
        "about": about,
        "threads": threads,
        "refresh": refresh,
        "nonce": str(uuid4()),
        "closed": hindrances.said("closed", talk.side) if talk.side in hindrances.SENTENCES["closed"] else None,
        "deleted": hindrances.said("deleted", talk.side),
        **talk_standing.snoozes(),
        "chat": _settings(talk, actor, base) | {"at": at, "lines": _payloads(conversation, talk.lines, actor)},
    }


def _payloads(conversation, lines, actor):
    """Lines as JSON for ``actor``, as the socket gives them."""
    for_client, locale = actor.id == conversation.client_id, select_locale()
    return [conversations.payload(line, locale, for_client=for_client) for line in lines]


def _settings(talk, actor, base):
    """What static/js/conversations reads; no words stand in the scripts themselves."""
    return {
        "conversation": str(talk.conversation.public_id),
        "me": str(actor.public_id),
        "them": talk.avatar,
        "shown": talk.shown,
        "state": talk.state,
        "older": talk.older,
        "maySend": talk.may_send,
        "viewing": actor.viewer is not None,
        "reopens": talk.reopens,
        "side": talk.side,
        "right": str(talk.conversation.realtor.public_id) if talk.side == "owner" else "",  # whose bubbles stand right
        "left": talk.avatar if talk.side == "operator" else "",  # the only one whose bubbles do not
        "staff": desk.names() if talk.side == "operator" else {},
        "base": base,
        "csrf": generate_csrf(),
        "locale": select_locale(),
        "timezone": str(select_timezone()) if actor.timezone else "",
        "limit": texts.MESSAGE_LENGTH,
        "now": utcnow().isoformat(timespec="milliseconds"),  # for a page on a machine whose clock is wrong
        "changeable": int(messages.window().total_seconds()),
        "files": talk_files.settings(talk.conversation, actor),
        **talk_standing.settings(talk.conversation, actor),
        "ready": ready_answers.for_chat(talk.conversation, actor=actor) if talk.side == "realtor" else [],
        "inquiry": _inquiry(talk.conversation),
        "notes": hindrances.notes(talk.side),
        "words": _words(talk),
    }


def _inquiry(conversation):
    """What tells the page that an ``inquiry:changed`` is about it, and changes what is said above the composer."""
    inquiry = conversation.inquiry if conversation.inquiry_id else None
    return inquiry and {"id": str(inquiry.public_id), "status": inquiry.status.value}


def _words(talk):
    return {
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "unread": _("New messages"),
        "you": _("You:"),
        "other": f"{talk.name}:",
        "me": _("You"),
        "name": talk.name,
        "edited": _("edited"),
        "deleted": _("Message deleted"),
        "image": _("Photo"),
        "voice": _("Voice message"),
        "file": _("File"),
        "replyTo": _("Reply to: %(name)s", name="{name}"),
        "replyToMe": _("Reply to yourself"),
        "editing": _("Editing the message"),
        "copied": _("Copied"),
        "notCopied": _("Could not copy"),
        "found": _("%(n)s of %(all)s", n="{n}", all="{all}"),
        "nothing": _("Nothing found"),
        "linkCopied": _("The link is copied"),
        "sending": _("Sending"),
        "sent": _("Sent"),
        "read": _("Read"),
        "failed": _("Not sent"),
        "waits": _("waits for the network"),
        "tooFast": _("Too fast. The next message goes out in %(n)s s.", n="{n}"),
        "cancel": _("Cancel"),
        "unsent": _unsent(),
        "retry": _("Send again"),
        "remove": _("Delete"),
        "offline": _("No connection. Messages will go out when it is back."),
        "signedOut": _("You have signed out. Open the page again and sign in."),
        "online": _("online"),
        "lately": _("seen %(when)s", when=_("just now")),
        "tooLong": _("Too long: %(n)s characters over", n="{n}"),
        "broken": _("Something went wrong. Try again."),
    }


def _unsent():
    """What this browser or the way to us has against a message; the server's own refusals bring their words along."""
    return {
        "full": _("There is no room on this device. The message goes out only if this page stays open until then."),
        "private": _("This browser keeps nothing. The message goes out only if this page stays open until then."),
        "unreadable": _("The file can no longer be read on this device. Delete the message and choose the file anew."),
        "too_large": _("This is too large."),
    }


def items(talk, actor):
    """The log from top to bottom: days, the line above what is new, messages with what their bubble needs."""
    label_of, day, last, unread_shown = day_labels(), None, None, talk.state["read"] >= talk.state["last_seq"]
    staff = desk.names() if talk.side == "operator" else {}
    for line in talk.lines:
        mine = line.sender == actor.public_id or str(line.sender) in staff
        if (label := label_of(line.created_at)) != day:
            day, last = label, None
            yield {"is": "day", "label": label, "at": line.created_at}
        if not unread_shown and line.seq > talk.state["read"] and not mine:
            unread_shown, last = True, None
            yield {"is": "unread"}
        item = _item(talk, line, actor, mine, last, staff)
        if mine and line.sender != actor.public_id:
            item["author"] = staff[str(line.sender)]  # a colleague's answer
        yield item
        last = line


def in_albums(items):
    """The log with photos that were sent one after another as one item. js/conversations/albums.js does the same."""
    found = []
    for item in items:
        run = found[-1] if found else []
        if run and _joins(run[-1], item):
            run.append(item)
        else:
            found.append([item])
    return [run[0] if len(run) == 1 else _album(run) for run in found]


def _joins(last, item):
    if not (_is_photo(last) and _is_photo(item)) or last["line"].body:  # words end what was sent together
        return False
    above, line = last["line"], item["line"]
    return above.sender == line.sender and line.created_at - above.created_at <= ALBUM


def _is_photo(item):
    if item["is"] != "message" or item["line"].kind != MessageKind.IMAGE:
        return False
    line = item["line"]
    return bool(line.media) and not line.deleted_at and not line.reply_to


def _album(run):
    """Rows of three; ``odd`` photos are left over and stand larger above them. The one with words has a row anyway."""
    odd = (len(run) - bool(run[-1]["line"].body)) % 3
    return {"is": "album", "photos": run, "odd": odd, "mine": run[0]["mine"], "first": run[0]["first"]}


def _item(talk, line, actor, mine, last, staff):
    system = line.kind == MessageKind.SYSTEM
    for_client = talk.side == "client"
    body = sentence(line.body, line.params, for_client=for_client) if system else line.body
    if line.deleted_at:
        body = _("Message deleted")
    joined = last and last.sender == line.sender and line.created_at - last.created_at < GROUP
    return {
        "is": "system" if system else "message",
        "line": line,
        "body": body,
        "parts": texts.parts(body),
        "label": attachments.label(line.media),
        "quote": _quote(talk, line.reply_to, actor, staff) if line.reply_to and not line.deleted_at else None,
        "mine": mine or (talk.side == "owner" and line.sender == talk.conversation.realtor.public_id),
        "first": not joined,
        "read": line.seq <= talk.state["other_read"],
    }


def _quote(talk, quote, actor, staff):
    """The name and the words above an answer."""
    if quote.deleted_at:
        words = _("Message deleted")
    else:
        words = texts.preview(quote.body, texts.QUOTE_LENGTH) or kind_words(quote.kind)
    name = _("You") if quote.sender == actor.public_id else staff.get(str(quote.sender), talk.name)
    return {"seq": quote.seq, "name": name, "words": words, "deleted": bool(quote.deleted_at)}


def kind_words(kind):
    """«Фото»: what stands for a message that has no words of its own."""
    words = {MessageKind.IMAGE: _("Photo"), MessageKind.VOICE: _("Voice message"), MessageKind.FILE: _("File")}
    return words.get(kind, "")


def day_labels():
    """A function: moment → the label of its day in the reader's zone and language."""
    zone = get_timezone()
    today = utcnow().astimezone(zone).date()

    @cache
    def label(day):
        return day_label(day, today)

    return lambda moment: label(moment.astimezone(zone).date())


def day_label(day, today):
    """«Сегодня», «Вчера», «1 декабря», and with its year when that is another one. As dayLabel() in js."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return format_date(day, "d MMMM" if day.year == today.year else "d MMMM y")


def post(conversation, *, actor, base):
    """Send without a socket: answered by JSON as the socket's, but a browser's form goes back to the page."""
    data = (request.get_json(silent=True) if request.is_json else request.form) or {}
    if not isinstance(data, dict):
        raise InvalidInput(_("The event could not be read."), code="payload")
    try:
        limits.hit(limits.messages, "message", actor)
        line = _sent(conversation, data, actor)
    except DomainError as error:
        if wants_json():
            raise
        flash(str(error.message), "error")
        return redirect(base, 303)
    if not wants_json():
        return redirect(base, 303)
    return _message(conversation, line, actor)


def _message(conversation, line, actor):
    return jsonify(ok=True, message=_payloads(conversation, [line], actor)[0])


def edit(conversation, message_id, *, actor):
    """Change one's own message without a socket: JSON ``{body}``."""
    limits.hit(limits.messages, "message", actor)
    data = request.get_json(silent=True)
    message = _own_message(conversation, message_id, actor)
    line = messages.edit(message, data.get("body") if isinstance(data, dict) else None, actor=actor)
    return _message(conversation, line, actor)


def delete(conversation, message_id, *, actor):
    line = messages.delete(_own_message(conversation, message_id, actor), actor=actor)
    return _message(conversation, line, actor)


def _own_message(conversation, message_id, actor):
    message = get_visible(actor, Message, message_id, P.MESSAGE_CHANGE)
    if message.conversation_id != conversation.id:
        raise NotFound()
    return message


def _sent(conversation, data, actor):
    values = {name: data.get(name) for name in ("nonce", "body", "reply_to")}
    values |= {"kind": data.get("kind", "text"), "actor": actor}
    file = request.files.get("file")
    if file is None or not file.filename:  # a form whose file field was left empty
        return conversations.send(conversation, **values)
    return media.send(conversation, **values, name=file.filename, stream=file.stream)


def history(conversation, *, actor):
    """Messages as JSON, a page of them: ``?before=<seq>`` upwards, ``?around=<seq>``, or what was missed.

    ``?since=<seq>`` with ``changes=<n>`` answers as conversation:sync does.
    """
    since, around, before = _seq("since"), _seq("around"), _seq("before")
    if since is not None:
        lines = conversations.messages_since(conversation, since)
    elif around is not None:
        lines = conversations.messages_around(conversation, around, inbox.PAGE)
    else:
        lines = conversations.messages_before(conversation, before, inbox.PAGE)
    changed = conversations.messages_changed(conversation, _seq("changes"))
    return jsonify(
        ok=True,
        messages=_payloads(conversation, lines, actor),
        changed=_payloads(conversation, changed, actor),
        state=conversations.state(conversation, actor),
    )


def _seq(name):
    """The number in the address, within what a database can compare; None where there is none."""
    number = request.args.get(name, type=int)
    return None if number is None else min(max(number, 0), LAST_SEQ)


def search(conversation, *, actor):
    """Which messages have the words of ``?q=``: their seqs, the newest first, and the words as they stand there."""
    limits.hit(limits.SEARCHES, "search", actor)
    hits, query = message_search.in_conversation(conversation, _asked(), actor=actor)
    seqs, more = [hit.seq for hit in hits], len(hits) == message_search.HITS
    return jsonify(ok=True, hits=seqs, more=more, words=message_search.words_found(hits, query))


def search_everywhere(*, actor, address, render=render_template):
    """Messages of all of one's conversations with the words of ``?q=``: the list for a script, a page for a form."""
    limits.hit(limits.SEARCHES, "search", actor)
    text = _asked()
    hits, query = message_search.everywhere(text, actor=actor)
    known = {thread.id: thread for thread in inbox.threads(actor, among={hit.conversation for hit in hits})}
    found = [
        {
            "thread": known[str(hit.conversation)],
            "url": f"{known[str(hit.conversation)].url}?at={hit.seq}",
            "at": hit.created_at,
            "pieces": message_search.snippet(hit.body, query),
        }
        for hit in hits
        if str(hit.conversation) in known
    ]
    if wants_json():
        return jsonify(ok=True, html=render_template("conversations/_found.html", found=found))
    return render("conversations/found.html", found=found, text=text, find=address)


def _asked():
    return request.args.get("q", "")[:QUESTION]


def read(conversation, *, actor):
    """Mark as read without a socket: JSON ``{seq}``."""
    data = request.get_json(silent=True)
    seq = data.get("seq") if isinstance(data, dict) else None
    if type(seq) is not int or seq < 0:
        raise InvalidInput(_("The event could not be read."), code="payload")
    conversations.mark_read(conversation, seq, actor=actor)
    return jsonify(ok=True)


def switched(conversation, *, actor, base):
    """The answer after closing or reopening: the new state to a script, the page to a form."""
    if wants_json():
        return jsonify(ok=True, state=conversations.state(conversation, actor))
    return redirect(base, 303)


def thread_list(threads, current=None):
    """The left pane's list anew, for the live update."""
    html = render_template("conversations/_thread_list.html", threads=threads, current=current)
    return jsonify(ok=True, html=html, unread=sum(1 for thread in threads if thread.unread or thread.marked))

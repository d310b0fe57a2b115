"""What a person keeps about a conversation, on the chat page; mounted as the doors of app/talk.py are."""

from datetime import UTC, datetime, timedelta

from flask import flash, jsonify, redirect, request
from flask_babel import gettext as _

from app.access.permissions import Permission, may
from app.constants import ConversationKind
from app.error_pages import wants_json
from app.errors import DomainError, InvalidInput
from app.formatting import until, zone
from app.models.base import utcnow
from app.services import limits, standings


def settings(conversation, actor):
    """What the page begins with: ``standing``, None with support, and ``draft``; both None for who cannot write.

    An owner who looks at the site as this person does not read what was typed and not sent, nor the notes.
    """
    if not may(actor, Permission.MESSAGE_SEND, conversation):
        return {"standing": None, "draft": None}
    kept = standings.payload(conversation, standings.of(conversation, actor=actor))
    if actor.viewer:
        kept |= {"draft": "", "draft_at": None, "note": ""}
    draft = None if actor.viewer else {name: kept[name] for name in ("draft", "draft_at")}
    if conversation.kind != ConversationKind.INQUIRY:
        return {"standing": None, "draft": draft}
    return {"standing": kept | {"until": _until(kept["snoozed_until"])}, "draft": draft}


def change(conversation, *, actor, base, back):
    """One change: ``pinned`` or ``unread`` (1 or 0), ``snooze`` (see standings.moment; empty: no longer), ``draft``."""
    data = (request.get_json(silent=True) if request.is_json else request.form) or {}
    if not isinstance(data, dict):
        raise _unreadable()
    try:
        limits.hit(limits.EVENTS, "standing", actor)
        kept = _changed(conversation, data, actor)
    except DomainError as error:
        if wants_json():
            raise
        flash(str(error.message), "error")
        return redirect(base, 303)
    if wants_json():
        return jsonify(ok=True, standing=kept | {"until": _until(kept["snoozed_until"])})
    return redirect(back if "unread" in data else base, 303)


def _changed(conversation, data, actor):
    if "draft" in data:
        return standings.keep_draft(conversation, _text(data, "draft"), _typed_at(data), actor=actor)
    if conversation.kind != ConversationKind.INQUIRY:  # it stands in no list that could be put in order
        raise _unreadable()
    if "note" in data:
        return standings.write_note(conversation, _text(data, "note"), actor=actor)
    if "pinned" in data:
        return standings.pin(conversation, _on(data["pinned"]), actor=actor)
    if "unread" in data:
        return standings.mark_unread(conversation, _on(data["unread"]), actor=actor)
    if "snooze" in data:
        word = _text(data, "snooze")
        word = data.get("until") if word == "chosen" else word
        moment = standings.moment(word, zone()) if word != "" else None
        return standings.snooze(conversation, moment, actor=actor)
    raise _unreadable()


def _on(value):
    return value in (True, "1")


def _text(data, name):
    if not isinstance(data[name], str):
        raise _unreadable()
    return data[name]


def _typed_at(data):
    try:
        moment = datetime.fromisoformat(data.get("at"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise _unreadable() from None


def _unreadable():
    return InvalidInput(_("The event could not be read."), code="payload")


def _until(moment):
    return until(datetime.fromisoformat(moment)) if moment else ""


def snoozes():
    """What can be chosen: (word, label, when that is), and from when on a time of one's own may be."""
    here, now = zone(), utcnow()
    labels = {"hour": _("In an hour"), "evening": _("This evening"), "morning": _("Tomorrow morning")}
    moments = {word: standings.moment(word, here, now) for word in labels}
    if moments["evening"].astimezone(here).date() > now.astimezone(here).date():
        labels["evening"] = _("Tomorrow evening")
    start = (now + timedelta(minutes=5)).astimezone(here)
    return {
        "snoozes": [
            (word, label, until(moments[word]))
            for word, label in sorted(labels.items(), key=lambda one: moments[one[0]])
        ],
        "snooze_from": f"{start:%Y-%m-%dT%H:%M}",
    }

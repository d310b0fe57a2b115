"""What one person keeps about a conversation: pinned, to be read again, put off until later, a draft."""

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Conversation, Standing
from app.services import notifications, settings, texts
from app.services.conversations import path
from app.services.transaction import after_commit, insert_once, transaction

EVENING, MORNING = time(19), time(9)
LONGEST = timedelta(days=366)
BATCH = 100
NOTE_LENGTH = 4000


def of(conversation, *, actor):
    """The Standing of ``actor``, an empty one that is not stored where nothing is kept."""
    kept = db.session.get(Standing, (conversation.id, actor.id))
    return kept or Standing(conversation_id=conversation.id, user_id=actor.id, unread_mark=False, draft="", note="")


def payload(conversation, standing):
    """What the person's own pages hear of it."""
    return {
        "conversation": str(conversation.public_id),
        "pinned": standing.pinned_at is not None,
        "unread": standing.unread_mark,
        "snoozed_until": _iso(standing.snoozed_until) if is_put_off(conversation, standing) else None,
        "draft": standing.draft,
        "draft_at": _iso(standing.draft_at),
        "note": standing.note,
    }


def _iso(moment):
    return moment.isoformat(timespec="milliseconds") if moment else None


def is_put_off(conversation, standing):
    until = standing.snoozed_until
    return bool(until and until > utcnow() and conversation.last_seq <= standing.snoozed_seq)


def put_off():
    """The same as a condition on a Standing joined to its Conversation."""
    return sa.and_(Standing.snoozed_until > utcnow(), Conversation.last_seq <= Standing.snoozed_seq)


def pin(conversation, on, *, actor):
    """Keep it first in the list, or no more. Raises RefusedMove beyond as many as owners allow."""

    def change(standing):
        if on and not standing.pinned_at:
            _room_for_one(actor)
        standing.pinned_at = (standing.pinned_at or utcnow()) if on else None

    return _change(conversation, change, actor=actor)


def _room_for_one(actor):
    pinned = Standing.user_id == actor.id, Standing.pinned_at.is_not(None)
    most = settings.get("pinned_conversations")
    if db.session.scalar(sa.select(sa.func.count()).select_from(Standing).where(*pinned)) >= most:
        raise RefusedMove(_l("No more than %(n)s conversations can be pinned. Unpin one first.", n=most))


def mark_unread(conversation, on, *, actor):
    return _change(conversation, lambda standing: setattr(standing, "unread_mark", on), actor=actor)


def snooze(conversation, until, *, actor):
    """Put it off until that moment, or (None) not any longer. Raises InvalidInput(field="until")."""
    if until is not None and not utcnow() < until < utcnow() + LONGEST:
        raise InvalidInput(_l("Choose a time that is still to come, within a year."), field="until")

    def change(standing):
        standing.snoozed_until = until
        standing.snoozed_seq = conversation.last_seq if until else None

    return _change(conversation, change, actor=actor)


def moment(word, zone, now=None):
    """``hour``, ``evening``, ``morning`` or a local time such as 2026-11-23T15:30, in the person's ``zone``."""
    here = (now or utcnow()).astimezone(zone)
    if word == "hour":
        return (here + timedelta(hours=1)).astimezone(UTC)
    if word in ("evening", "morning"):
        hour = EVENING if word == "evening" else MORNING
        later = word == "morning" or here.time() >= EVENING
        return datetime.combine(here.date() + timedelta(days=later), hour, zone).astimezone(UTC)
    try:
        return datetime.fromisoformat(word).replace(tzinfo=zone).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(_l("Choose a day and a time."), field="until") from None


def keep_draft(conversation, text, typed_at, *, actor):
    """Keep what is typed and not sent. The newest typing wins, whichever device it comes from and when."""
    if len(text) > texts.MESSAGE_LENGTH * 2:
        raise InvalidInput(_l("The draft is too long to be kept."), field="draft")
    typed_at = min(typed_at, utcnow())  # a clock that is ahead would win for ever

    def change(standing):
        if standing.draft_at is None or typed_at > standing.draft_at:
            standing.draft, standing.draft_at = text if text.strip() else "", typed_at

    return _change(conversation, change, actor=actor)


def write_note(conversation, text, *, actor):
    """What a realtor keeps in mind about the client. No door shows it to anybody else, the owners included."""
    if actor.id != conversation.realtor_id:
        raise Forbidden()
    if len(text) > NOTE_LENGTH:
        raise InvalidInput(_l("The note is too long: %(n)s characters at most.", n=NOTE_LENGTH), field="note")
    return _change(conversation, lambda standing: setattr(standing, "note", text.strip()), actor=actor)


def _change(conversation, change, *, actor):
    """Make the row when it is first needed; the person's other pages hear what has come of it."""
    if not may(actor, Permission.CONVERSATION_READ, conversation):
        raise Forbidden()
    with transaction() as session:
        pair = {"conversation_id": conversation.id, "user_id": actor.id}
        insert_once(Standing, pair, tuple(pair))
        standing = session.get_one(Standing, tuple(pair.values()))
        change(standing)
        session.flush()
        told = payload(conversation, standing)
        after_commit("standing:changed", person=actor.public_id, standing=told)
    return told


def wake_due():
    """End what was put off until now: the person is told, and finds it unread. Returns how many; call until none."""
    with transaction() as session:
        due = sa.select(Standing).where(Standing.snoozed_until <= utcnow()).limit(BATCH)
        woken = session.scalars(due.with_for_update(skip_locked=True)).all()
        for standing in woken:
            _wake(standing)
    return len(woken)


def _wake(standing):
    conversation, person = standing.conversation, standing.user
    quiet = conversation.last_seq <= standing.snoozed_seq  # else somebody wrote, and it has been back since
    standing.snoozed_until = standing.snoozed_seq = None
    if not quiet:
        return
    standing.unread_mark = True
    notifications.notify(
        [person],
        notifications.Kind.SNOOZE_OVER,
        params={"name": conversation.other(person).name},
        url=path(conversation.public_id, person, conversation.kind),
    )
    after_commit("standing:changed", person=person.public_id, standing=payload(conversation, standing))


def export(actor):
    """The person's drafts and notes, JSON-ready."""
    mine = sa.select(Conversation.public_id, Standing.draft, Standing.note).join(Standing.conversation)
    written = sa.or_(Standing.draft != "", Standing.note != "")
    rows = db.session.execute(mine.where(Standing.user_id == actor.id, written))
    return [{"conversation": str(conversation), "draft": draft, "note": note} for conversation, draft, note in rows]


def forget(actor):
    """The person is gone. Inside transaction()."""
    db.session.execute(sa.delete(Standing).where(Standing.user_id == actor.id))

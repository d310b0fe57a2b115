"""What becomes of a message after it was sent: its author may edit or delete it for a while, and a trace stays."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import AuditTag, MessageKind
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.base import UtcDateTime
from app.models.conversations import Conversation, Message
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import audit, media, message_search, settings, texts
from app.services.conversations import closed
from app.services.lines import line_of, shown
from app.services.transaction import after_commit, transaction

ALERTS = ("message", "support_answer", "support_reply")  # of notifications and letters: those that quote a message


def edit(message, body, *, actor):
    """Put other words in place of one's own; returns the Line. The same words again change nothing.

    Raises Forbidden, InvalidInput, RefusedMove (too late, deleted), ConversationClosed.
    """
    body = texts.clean_message(body)
    with transaction() as session:
        conversation = _lock(session, message, actor)
        if message.deleted_at:
            raise RefusedMove(_l("This message has been deleted."), code="deleted")
        if message.kind != MessageKind.TEXT:
            raise InvalidInput(_l("Only a text can be edited."), code="kind")
        if message.body == body:
            return line_of(message.id)
        message.edited_at = _in_time(conversation, message, actor)
        _change(conversation, message, AuditTag.MESSAGE_EDITED, body, actor)
        return _told(message)


def delete(message, *, actor):
    """Take one's message back from both sides; returns the Line. Twice is once. Raises as edit() does."""
    with transaction() as session:
        conversation = _lock(session, message, actor)
        if message.deleted_at:
            return line_of(message.id)
        message.deleted_at = _in_time(conversation, message, actor)
        if message.media_id:
            media.take_back(message.media_id)
        _change(conversation, message, AuditTag.MESSAGE_DELETED, "", actor)
        _wait_from_the_next(session, conversation, message)
        return _told(message)


def database_time():
    """The one clock that all processes share."""
    return db.session.scalar(sa.select(sa.func.current_timestamp(type_=UtcDateTime)))


def _lock(session, message, actor):
    """The message's conversation; until the end of the transaction nobody else changes it or anything in it."""
    if not may(actor, Permission.MESSAGE_CHANGE, message):
        raise Forbidden(_l("You can change only your own messages."))
    conversation = session.get_one(Conversation, message.conversation_id, with_for_update=True, populate_existing=True)
    session.refresh(message)
    return conversation


def window():
    """How long an own message can still be changed."""
    return timedelta(minutes=settings.get("message_edit_minutes"))


def _in_time(conversation, message, actor):
    """This moment, while the message may still be changed."""
    if not conversation.open:
        raise closed(conversation, actor)
    now = database_time()
    if now - message.created_at > window():
        minutes = settings.get("message_edit_minutes")
        text = _l("A message can be edited or deleted within %(n)s minutes after it was sent.", n=minutes)
        raise RefusedMove(text, code="too_late")
    return now


def _change(conversation, message, tag, body, actor):
    """The new words, the journal's entry with the old ones, the list's preview and the number for conversation:sync."""
    audit.record(
        tag, conversation, actor=actor, seq=message.seq, old={"body": message.body}, new={"body": body or None}
    )
    _correct_alerts(conversation, message, shown(line_of(message.id)), texts.preview(body))
    conversation.changes += 1
    message.body, message.change = body, conversation.changes
    if message.seq == conversation.last_seq:
        conversation.last_kind, conversation.last_preview = MessageKind.TEXT, texts.preview(body)


def _correct_alerts(conversation, message, old, new):
    """What the other side was or is about to be told of the message says the new words, or none."""
    people = conversation.client_id, conversation.realtor_id
    for model, column in ((Notification, "params"), (Delivery, "payload")):
        since = model.user_id.in_(people), model.created_at >= message.created_at, model.kind.in_(ALERTS)
        for row in db.session.scalars(sa.select(model).where(*since)):
            told = getattr(row, column)
            same_chat = told.get("conversation") == str(conversation.public_id)  # the same words are said elsewhere too
            if told.get("preview") == old and same_chat:
                setattr(row, column, told | {"preview": new})


def _wait_from_the_next(session, conversation, message):
    """A client who took back the question waits from the next one on, or for nothing."""
    if conversation.waiting_since != message.created_at:
        return
    later = Message.conversation_id == conversation.id, Message.seq > message.seq
    asked = Message.sender_id == conversation.client_id, Message.deleted_at.is_(None)
    conversation.waiting_since = session.scalar(sa.select(sa.func.min(Message.created_at)).where(*later, *asked))


def _told(message):
    """The Line as it is now, told to both sides once it is committed."""
    message_search.index_message(message)
    line = line_of(message.id)
    after_commit("message:changed", conversation_id=message.conversation_id, line=line)
    return line

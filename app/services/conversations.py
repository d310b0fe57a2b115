"""Conversations: a message is stored once, in order, and told after the commit (DESIGN rules 3, 4 and 7)."""

from collections import namedtuple
from functools import partial
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from uuid_utils.compat import uuid7

from app.access.permissions import Permission, may
from app.constants import AuditTag, ConversationKind, MediaState, MessageKind, NotificationKind, Role, SystemEvent
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import Departure, User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.media import Media
from app.models.prepared import Prepared
from app.services import attachments, audit, bursts, desk, hindrances, notifications, storing, texts
from app.services.lines import (
    Line,
    by_nonce,
    line_of,
    messages_around,
    messages_before,
    messages_changed,
    messages_since,
    payload,
    quoted,
    shown,
    written_since,
)
from app.services.transaction import Busy, after_commit, insert_once, tell, together, transaction

__all__ = [
    "Line",
    "close",
    "line_of",
    "mark_read",
    "messages_around",
    "messages_before",
    "messages_changed",
    "messages_since",
    "path",
    "payload",
    "read_again",
    "reopen",
    "say",
    "send",
    "send_again",
    "side_of",
    "start",
    "state",
    "written_since",
]

_Receiver = namedtuple("_Receiver", "id email locale role last_seen_at")
_RECEIVER = Prepared(
    sa.select(*(getattr(User, name) for name in _Receiver._fields)).where(
        User.id == sa.bindparam("id"), User.blocked_at.is_(None), User.deleted_at.is_(None)
    ),
    row=_Receiver,
)


def start(inquiry, realtor):
    """The conversation of ``realtor`` about ``inquiry``: made, with its first system message, when there is none."""
    inquiry_id, client_id, realtor_id, name = inquiry.id, inquiry.client_id, realtor.id, realtor.name
    pair = Conversation.inquiry_id == inquiry_id, Conversation.realtor_id == realtor_id
    with transaction() as session:
        values = {"inquiry_id": inquiry_id, "client_id": client_id, "realtor_id": realtor_id}
        made = insert_once(Conversation, values, ["inquiry_id", "realtor_id"])
        conversation = session.scalars(sa.select(Conversation).where(*pair)).one()
        if made:
            say(conversation, SystemEvent.ACCEPTED, by=realtor_id, name=name)
    return conversation


def send(conversation, *, nonce, kind=MessageKind.TEXT, body, media=None, reply_to=None, actor):
    """Store one message and return its Line. The same ``nonce`` again returns the first one.

    ``media`` is a stored file that services/media/sending.py has judged; ``body`` is its caption then. ``reply_to`` is
    the public id of the message of the same conversation that this one answers.
    Raises Forbidden, InvalidInput, ConversationClosed.
    """
    if not may(actor, Permission.MESSAGE_SEND, conversation):
        raise Forbidden()
    if media is None:
        _refuse_other_kinds(kind, conversation, actor)
        kind, body = MessageKind.TEXT, texts.clean_message(body)
    nonce, reply_to = checked_nonce(nonce), reply_to and checked_nonce(reply_to)
    chat, sender = _Chat(conversation), _Sender(actor)
    try:
        if media is None and reply_to is None and (line := _send_at_once(chat, sender, nonce, body)):
            return line
        if media is None and chat.kind != ConversationKind.SUPPORT:
            return together(lambda session: _say(session, chat, sender, nonce, kind, body, None, reply_to))
        with transaction() as session:
            if chat.kind == ConversationKind.SUPPORT:
                return _send_support(session, chat, sender, nonce, kind, body, media, reply_to)
            return _say(session, chat, sender, nonce, kind, body, media, reply_to)
    except storing.Repeated:
        return by_nonce(chat.id, nonce)


def _say(session, chat, sender, nonce, kind, body, media, reply_to):
    connection = session.connection()
    line, receiver_unread = _append(connection, chat, sender, nonce, kind, body, media, reply_to)
    if receiver_unread == 0:
        _alert(connection, chat, sender, line)
    return line


def send_again(conversation, *, nonce, kind, body, actor):
    """send() of one more plain text in a conversation of two, by a person of a socket whose last one was allowed.

    Who that is, and what else allowed it, is looked at by the statement that stores it. None, with nothing done, when
    it is no longer so, or when there is more to do: then ask anew, and send(). Raises InvalidInput.
    """
    if kind != MessageKind.TEXT:
        return None
    try:
        chat, sender = _Chat(conversation), _Sender(actor)
        entered = storing.entered(actor, chat.other(sender))
        return _send_at_once(chat, sender, checked_nonce(nonce), texts.clean_message(body), entered)
    except storing.Repeated:
        return None


def _send_at_once(chat, sender, nonce, body, entered=None):
    """The Line of a text that has only to be stored; None when there is more to do and it must go the long way."""
    if chat.kind == ConversationKind.SUPPORT:
        return None
    from_client = sender.id == chat.client_id
    line = Line(uuid7(), chat.public_id, 0, nonce, sender.public_id, MessageKind.TEXT, body, None, utcnow())
    reader = Role.REALTOR if from_client else Role.CLIENT
    mail = partial(_mail, chat, sender, line, reader)
    try:
        seq = storing.at_once(chat, line, sender=sender, from_client=from_client, mail=mail, entered=entered)
    except Busy:
        return None
    if seq is None:
        return None
    line = line._replace(seq=seq)
    tell("message", conversation_id=chat.id, line=line)
    return line


def _mail(chat, sender, line, role):
    return bursts.mail(chat.other(sender), bursts.CHAT, **_news(chat, sender, line, role))


def _news(chat, sender, line, role):
    """What the other side, a person of this ``role``, is told of the first unread message."""
    params = {"name": sender.name, "preview": shown(line)}
    return {"conversation": chat.public_id, "params": params, "url": _path(chat.public_id, role)}


def _send_support(session, chat, sender, nonce, kind, body, media, reply_to):
    ticket, waited = desk.before_message(session, chat, sender)
    line, unread = _append(session.connection(), chat, sender, nonce, kind, body, media, reply_to)
    desk.after_message(session, chat, sender, line, ticket=ticket, waited=waited, unread=unread)
    return line


def _refuse_other_kinds(kind, conversation, actor):
    if kind == MessageKind.VOICE:
        check_voice(conversation, actor)
    if kind != MessageKind.TEXT:
        raise InvalidInput(_l("Only text can be sent here."), code="kind")


def check_voice(conversation, actor):
    """Raise Forbidden unless ``actor`` may send voice here (DESIGN rule 7), by whichever door."""
    if not may(actor, Permission.VOICE_SEND, conversation):
        raise Forbidden(_l("Only the client can send voice messages."), code="voice")


class _Chat:
    """What send() needs of the conversation, taken before the transaction expires the row."""

    def __init__(self, conversation):
        self.id, self.public_id = conversation.id, conversation.public_id
        self.client_id, self.realtor_id = conversation.client_id, conversation.realtor_id
        self.kind, self.inquiry_id = conversation.kind, conversation.inquiry_id

    def other(self, sender):
        """The id of the person on the other side, if there is one."""
        return self.realtor_id if sender.id == self.client_id else self.client_id


class _Sender:
    def __init__(self, actor):
        self.id, self.public_id, self.name = actor.id, actor.public_id, actor.name


def _append(connection, chat, sender, nonce, kind, body, media, reply_to):
    """Two statements: the conversation hands out the seq and keeps its summary, the message is stored.

    An answer needs a third: what it answers.
    """
    now, from_client = utcnow(), sender.id == chat.client_id
    facts = media.facts if media else None
    preview = texts.preview(attachments.preview(facts, body) if facts else body)
    values = {"chat": chat.id, "now": now, "sender": sender.id, "sort": kind, "preview": preview}
    numbered = storing.number(connection, from_client, **values)
    if numbered is None:
        _refuse_closed(chat, sender, nonce)
    seq, other_seq = numbered
    line = Line(uuid7(), chat.public_id, seq, nonce, sender.public_id, kind, body, None, now, facts)
    reply_to_id = None
    if reply_to:
        reply_to_id, quote = quoted(chat.id, reply_to)
        line = line._replace(reply_to=quote)
    more = {"media_id": media.id if media else None, "reply_to_id": reply_to_id}
    if not storing.insert(connection, chat.id, sender.id, line, **more):
        raise storing.Repeated()
    if media:
        _attach(connection, media)
    after_commit("message", conversation_id=chat.id, line=line)
    return line, seq - 1 - other_seq


def _refuse_closed(chat, sender, nonce):
    if by_nonce(chat.id, nonce):  # it was sent before the conversation was closed
        raise storing.Repeated()
    raise closed(chat, sender)


def closed(conversation, actor):
    """The refusal of ``actor``, who wants to say or change something in a closed conversation."""
    return hindrances.refusal(conversation, side_of(conversation, actor))


def _attach(connection, media):
    """From now on the file belongs to the conversation."""
    announced = sa.update(Media).where(Media.id == media.id, Media.state == MediaState.NEW)
    if connection.execute(announced.values(state=media.facts.state)).rowcount != 1:
        raise RuntimeError("the file was removed before it was said")


def _alert(connection, chat, sender, line):
    """The first unread message: who is away hears of it now, and anybody gets one letter if it stays unread."""
    receiver = _RECEIVER.run(connection, id=chat.other(sender))
    if receiver is None:
        return
    bursts.begin(connection, receiver, bursts.CHAT, **_news(chat, sender, line, receiver.role))


def path(conversation_id, reader, kind=ConversationKind.INQUIRY):
    """Where ``reader`` opens the conversation with this public id."""
    if kind == ConversationKind.SUPPORT:
        return desk.ASK if reader.role in (Role.CLIENT, Role.REALTOR) else desk.address(conversation_id)
    return _path(conversation_id, reader.role)


def _path(conversation_id, role):
    door = "/office/conversations" if role == Role.REALTOR else "/my/conversations"
    return f"{door}/{conversation_id}"


def say(conversation, event, *, by=None, **params):
    """Write a system message; ``by`` is the id of whoever caused it, who has read it by that."""
    with transaction() as session:
        column = by and _read_column(conversation, by)
        reads = {column: Conversation.last_seq + 1} if column else {}
        now = utcnow()
        seq = session.execute(
            sa.update(Conversation)
            .where(Conversation.id == conversation.id)
            .values(
                {
                    Conversation.last_seq: Conversation.last_seq + 1,
                    Conversation.last_message_at: now,
                    Conversation.last_sender_id: None,
                    Conversation.last_kind: MessageKind.SYSTEM,
                    Conversation.last_preview: str(event),
                    **reads,
                }
            )
            .returning(Conversation.last_seq)
            .execution_options(synchronize_session=False)
        ).scalar_one()
        session.expire(conversation)
        line = Line(
            uuid7(), conversation.public_id, seq, uuid4(), None, MessageKind.SYSTEM, str(event), params or None, now
        )
        storing.insert(session.connection(), conversation.id, None, line)
        after_commit("message", conversation_id=conversation.id, line=line)
    return line


def _read_column(conversation, user_id):
    """Where it is kept what this person has read; the operators of the support desk are one side."""
    if user_id == conversation.client_id:
        return Conversation.client_read_seq
    support = conversation.kind == ConversationKind.SUPPORT
    return Conversation.realtor_read_seq if support or user_id == conversation.realtor_id else None


def close(conversation, *, actor, event=SystemEvent.CLOSED, tell=True):
    """End the conversation; ending it twice is once. Only its client may.

    ``event`` says why; ``tell=False`` when the caller tells the realtor in its own words.
    """
    _set_open(conversation, False, actor=actor, event=event, tell=tell)


def reopen(conversation, *, actor):
    """Let the realtor write again; only the client may, and twice is once. Refused when the realtor is gone."""
    if conversation.realtor and (conversation.realtor.deleted_at or db.session.get(Departure, conversation.realtor_id)):
        raise RefusedMove(_l("The account of the person on the other side was deleted."))
    _set_open(conversation, True, actor=actor, event=SystemEvent.REOPENED, tell=True)


def _set_open(conversation, value, *, actor, event, tell):
    if not may(actor, Permission.CONVERSATION_CLOSE, conversation):
        raise Forbidden()
    with transaction() as session:
        if not _switch(session, conversation, value, actor):
            return
        say(conversation, event, by=actor.id)
        tag = AuditTag.CONVERSATION_REOPENED if value else AuditTag.CONVERSATION_CLOSED
        number = conversation.inquiry.number if conversation.inquiry_id else None
        audit.record(tag, conversation, actor=actor, inquiry=number)
        if tell and conversation.kind == ConversationKind.INQUIRY:
            _tell_realtor(conversation, value, number, actor)
        after_commit("conversation:state", conversation_id=conversation.id)


def _switch(session, conversation, value, actor):
    """Whether the state changed. A closed conversation waits for nobody; a reopened one waits for the realtor."""
    now = utcnow()
    done = session.execute(
        sa.update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.open.is_not(value))
        .values(
            open=value,
            closed_at=None if value else now,
            closed_by_id=None if value else actor.id,
            waiting_since=now if value else None,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire(conversation)
    return done.rowcount == 1


def _tell_realtor(conversation, value, number, actor):
    kind = NotificationKind.CONVERSATION_REOPENED if value else NotificationKind.CONVERSATION_CLOSED
    notifications.notify(
        [conversation.realtor],
        kind,
        params={"name": actor.name, "number": number},
        url=path(conversation.public_id, conversation.realtor),
        email="notification",
    )


def side_of(conversation, actor):
    if actor.id == conversation.client_id:
        return "client"
    if conversation.kind == ConversationKind.SUPPORT:
        return "operator"
    return "realtor" if actor.id == conversation.realtor_id else "owner"


def state(conversation, actor):
    """The contract's ``conversation:state`` with what a reader who was away also needs."""
    side = side_of(conversation, actor)
    reads = conversation.client_read_seq, conversation.realtor_read_seq
    mine, theirs = reads if side == "client" else reversed(reads)
    by = None if conversation.open else _public_id(conversation.closed_by_id)
    return {
        "conversation": str(conversation.public_id),
        "open": conversation.open,
        "by": by,
        "at": conversation.closed_at.isoformat() if conversation.closed_at else None,
        "last_seq": conversation.last_seq,
        "read": mine if side != "owner" else conversation.last_seq,
        "other_read": theirs,
        "changes": conversation.changes,
        "notice": hindrances.notice(conversation, side),
    }


def _public_id(user_id):
    found = db.session.scalar(sa.select(User.public_id).where(User.id == user_id)) if user_id else None
    return str(found) if found else None


def mark_read(conversation, seq, *, actor):
    """``actor`` has read up to ``seq``; going back changes nothing. Others' reading does not count."""
    if not may(actor, Permission.MESSAGE_SEND, conversation):
        raise Forbidden()
    seq = min(seq, conversation.last_seq)
    read = conversation.client_read_seq if actor.id == conversation.client_id else conversation.realtor_read_seq
    if seq > read:
        _read(conversation, seq, actor)


def read_again(conversation, seq, *, actor):
    """mark_read() by a person of a socket whose last message was allowed; False when it may not be so: ask anew."""
    across = conversation.realtor_id if actor.id == conversation.client_id else conversation.client_id
    return _read(conversation, seq, actor, storing.entered(actor, across))


def _read(conversation, seq, actor, entered=None):
    """Whether something was read that was not."""
    by, url, of_client = actor.public_id, path(conversation.public_id, actor, conversation.kind), conversation.client_id
    event = {"conversation_id": conversation.id, "conversation": conversation.public_id, "seq": seq, "by": by}
    how = {"reader_id": actor.id, "from_client": actor.id == of_client, "url": url, "entered": entered}
    try:
        done = storing.read(event["conversation_id"], seq, **how)
        _tell_read(tell, done, event, how["reader_id"])
    except Busy:
        with transaction() as session:
            done = storing.read(event["conversation_id"], seq, **how, connection=session.connection())
            _tell_read(after_commit, done, event, how["reader_id"])
    return done[0]


def _tell_read(tell, done, event, reader_id):
    further, alerts = done
    if further:
        tell("message:read", **event)
    if alerts:
        tell("notification:read", user_id=reader_id)


def checked_nonce(value):
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise InvalidInput(_l("The message has no valid number."), code="nonce") from None

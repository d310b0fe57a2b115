"""Conversations: a message is stored once, in order, and told after the commit (DESIGN rules 3, 4 and 7)."""

from collections import namedtuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from app.access.permissions import Permission, may
from app.constants import AuditTag, ConversationKind, MediaState, MessageKind, NotificationKind, Role, SystemEvent
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.media import Media
from app.models.notifications import Notification
from app.models.prepared import Prepared
from app.services import attachments, audit, bursts, desk, hindrances, notifications, texts
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
)
from app.services.transaction import Busy, after_commit, at_once, insert_once, tell, together, transaction

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
    "reopen",
    "say",
    "send",
    "side_of",
    "start",
    "state",
]

_MESSAGES, _CHATS = Message.__table__, Conversation.__table__


def _numbering(from_client, *conditions):
    """The UPDATE of an open conversation for one more message, from its client or from the other side.

    Returns the new seq and what the receiver has read.
    """
    reads = ("client_read_seq", "realtor_read_seq") if from_client else ("realtor_read_seq", "client_read_seq")
    wrote = _CHATS.c.client_messages if from_client else _CHATS.c.realtor_messages
    now = sa.bindparam("now", type_=_CHATS.c.last_message_at.type)
    return (
        sa.update(_CHATS)
        .where(_CHATS.c.id == sa.bindparam("chat"), _CHATS.c.open, *conditions)
        .values(
            {
                "last_seq": _CHATS.c.last_seq + 1,
                reads[0]: _CHATS.c.last_seq + 1,
                wrote.name: wrote + 1,
                "last_message_at": now,
                "last_sender_id": sa.bindparam("sender"),
                "last_kind": sa.bindparam("sort", type_=_CHATS.c.last_kind.type),
                "last_preview": sa.bindparam("preview"),
                "waiting_since": sa.func.coalesce(_CHATS.c.waiting_since, now) if from_client else None,
            }
        )
        .returning(_CHATS.c.last_seq, _CHATS.c[reads[1]])
    )


def _unless_alert(from_client):
    """_numbering where nobody has to be alerted of the message: its receiver has unread ones already."""
    read = _CHATS.c.realtor_read_seq if from_client else _CHATS.c.client_read_seq
    return _numbering(from_client, read < _CHATS.c.last_seq)


def _storing(from_client):
    """_unless_alert and the INSERT of a plain text as one statement, which SQLite does not know. Returns the seq.

    A nonce that is taken is an IntegrityError, which takes the seq back.
    """
    numbered = _unless_alert(from_client).cte("numbered")
    names = ("public_id", "conversation_id", "nonce", "sender_id", "kind", "body", "created_at")
    row = [sa.bindparam(name, type_=_MESSAGES.c[name].type).label(name) for name in names]
    stored = sa.insert(_MESSAGES).from_select([*names, "seq"], sa.select(*row, numbered.c.last_seq), False)
    return stored.returning(_MESSAGES.c.seq)


# A send is these three statements and a commit, so they are made once.
_NUMBER = {side: Prepared(_numbering(side)) for side in (True, False)}
_NUMBER_QUIETLY = {side: Prepared(_unless_alert(side)) for side in (True, False)}
_STORE = {side: Prepared(_storing(side)) for side in (True, False)}
_STORED = ("public_id", "conversation_id", "seq", "nonce", "sender_id", "kind", "body", "params", "media_id")
_STORED += ("reply_to_id", "created_at")
_INSERT = {
    dialect: Prepared(
        module.insert(_MESSAGES)
        .on_conflict_do_nothing(index_elements=["conversation_id", "nonce"])
        .returning(_MESSAGES.c.id),
        columns=_STORED,
    )
    for dialect, module in {"sqlite": sqlite, "postgresql": postgresql}.items()
}
_Receiver = namedtuple("_Receiver", "id email locale role last_seen_at")
_RECEIVER = Prepared(
    sa.select(*(getattr(User, name) for name in _Receiver._fields)).where(
        User.id == sa.bindparam("id"), User.blocked_at.is_(None), User.deleted_at.is_(None)
    ),
    row=_Receiver,
)


class _Repeated(Exception):
    """This nonce is stored already; leaving the transaction takes back its seq."""


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
        if media is None and reply_to is None and (line := _send_at_once(conversation, chat, sender, nonce, body)):
            return line
        if media is None and chat.kind != ConversationKind.SUPPORT:
            return together(lambda session: _say(session, chat, sender, nonce, kind, body, None, reply_to))
        with transaction() as session:
            if chat.kind == ConversationKind.SUPPORT:
                return _send_support(session, chat, sender, nonce, kind, body, media, reply_to)
            return _say(session, chat, sender, nonce, kind, body, media, reply_to)
    except _Repeated:
        return by_nonce(chat.id, nonce)


def _say(session, chat, sender, nonce, kind, body, media, reply_to):
    connection = session.connection()
    line, receiver_unread = _append(connection, chat, sender, nonce, kind, body, media, reply_to)
    if receiver_unread == 0:
        _alert(connection, chat, sender, line)
    return line


def _send_at_once(conversation, chat, sender, nonce, body):
    """The Line of a text that has only to be stored; None when there is more to do and it must go the long way."""
    from_client = sender.id == chat.client_id
    unread = conversation.last_seq - (conversation.realtor_read_seq if from_client else conversation.client_read_seq)
    if chat.kind == ConversationKind.SUPPORT or unread <= 0:
        return None
    line = Line(uuid7(), chat.public_id, 0, nonce, sender.public_id, MessageKind.TEXT, body, None, utcnow())
    seq = _store(chat, sender, line, from_client)
    if seq is None:
        return None
    line = line._replace(seq=seq)
    tell("message", conversation_id=chat.id, line=line)
    return line


def _store(chat, sender, line, from_client):
    """The seq of the stored line; None when the conversation is not what it was a moment ago."""
    values = line._asdict() | {
        "conversation_id": chat.id,
        "sender_id": sender.id,
        "media_id": None,
        "reply_to_id": None,
    }
    values |= {"chat": chat.id, "sender": sender.id, "now": line.created_at, "sort": line.kind}
    values |= {"preview": texts.preview(line.body)}
    dialect = db.engine.dialect
    try:
        if dialect.name == "sqlite":
            return at_once(lambda run: _number_and_insert(run, from_client, values))
        stored = at_once(lambda run: run(_STORE[from_client], **values))
        return stored and stored[0]
    except Busy:
        return None
    except dialect.loaded_dbapi.IntegrityError:
        raise _Repeated from None


def _number_and_insert(run, from_client, values):
    numbered = run(_NUMBER_QUIETLY[from_client], **values)
    if numbered is None:
        return None
    if run(_INSERT["sqlite"], **values | {"seq": numbered[0]}) is None:
        raise _Repeated
    return numbered[0]


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
    now, number = utcnow(), _NUMBER[sender.id == chat.client_id]
    facts = media.facts if media else None
    preview = texts.preview(attachments.preview(facts, body) if facts else body)
    numbered = number.run(connection, chat=chat.id, now=now, sender=sender.id, sort=kind, preview=preview)
    if numbered is None:
        _refuse_closed(chat, sender, nonce)
    seq, other_seq = numbered
    line = Line(uuid7(), chat.public_id, seq, nonce, sender.public_id, kind, body, None, now, facts)
    reply_to_id = None
    if reply_to:
        reply_to_id, quote = quoted(chat.id, reply_to)
        line = line._replace(reply_to=quote)
    if not _insert(connection, chat.id, sender.id, line, media_id=media.id if media else None, reply_to_id=reply_to_id):
        raise _Repeated()
    if media:
        _attach(connection, media)
    after_commit("message", conversation_id=chat.id, line=line)
    return line, seq - 1 - other_seq


def _refuse_closed(chat, sender, nonce):
    if by_nonce(chat.id, nonce):  # it was sent before the conversation was closed
        raise _Repeated()
    raise closed(chat, sender)


def closed(conversation, actor):
    """The refusal of ``actor``, who wants to say or change something in a closed conversation."""
    return hindrances.refusal(conversation, side_of(conversation, actor))


def _attach(connection, media):
    """From now on the file belongs to the conversation."""
    announced = sa.update(Media).where(Media.id == media.id, Media.state == MediaState.NEW)
    if connection.execute(announced.values(state=media.facts.state)).rowcount != 1:
        raise RuntimeError("the file was removed before it was said")


def _insert(connection, conversation_id, sender_id, line, *, media_id=None, reply_to_id=None):
    """The new row's id; None when the nonce is taken."""
    values = {"conversation_id": conversation_id, "sender_id": sender_id}
    values |= {"media_id": media_id, "reply_to_id": reply_to_id}
    return _INSERT[connection.dialect.name].run(connection, **line._asdict() | values)


def _alert(connection, chat, sender, line):
    """The first unread message: who is away hears of it now, and anybody gets one letter if it stays unread."""
    receiver = _RECEIVER.run(connection, id=chat.other(sender))
    if receiver is None:
        return
    bursts.begin(
        connection,
        receiver,
        bursts.CHAT,
        conversation=chat.public_id,
        params={"name": sender.name, "preview": shown(line)},
        url=path(chat.public_id, receiver),
    )


def path(conversation_id, reader, kind=ConversationKind.INQUIRY):
    """Where ``reader`` opens the conversation with this public id."""
    if kind == ConversationKind.SUPPORT:
        return desk.ASK if reader.role in (Role.CLIENT, Role.REALTOR) else desk.address(conversation_id)
    door = "/office/conversations" if reader.role == Role.REALTOR else "/my/conversations"
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
        _insert(session.connection(), conversation.id, None, line)
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
    if conversation.realtor and conversation.realtor.deleted_at:
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
    name = "client_read_seq" if actor.id == conversation.client_id else "realtor_read_seq"
    if seq <= getattr(conversation, name):
        return
    conversation_id, public_id, column = conversation.id, conversation.public_id, getattr(Conversation, name)
    actor_id, by, url = actor.id, actor.public_id, path(conversation.public_id, actor, conversation.kind)
    with transaction() as session:
        done = session.execute(
            sa.update(Conversation)
            .where(Conversation.id == conversation_id, column < seq)
            .values({column: seq})
            .execution_options(synchronize_session=False)
        )
        if done.rowcount:
            _forget_alerts(session, actor_id, url)
            after_commit("message:read", conversation_id=conversation_id, conversation=public_id, seq=seq, by=by)


def _forget_alerts(session, user_id, url):
    """Reading the chat reads the notifications that led to it."""
    done = session.execute(
        sa.update(Notification)
        .where(Notification.user_id == user_id, Notification.read_at.is_(None), Notification.url == url)
        .values(read_at=utcnow())
        .execution_options(synchronize_session=False)
    )
    if done.rowcount:
        after_commit("notification:read", user_id=user_id)


def checked_nonce(value):
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise InvalidInput(_l("The message has no valid number."), code="nonce") from None

"""One mail per burst of unread messages, and only if nobody reads them for five minutes.

While a mail about a conversation waits, no second one is queued; when its moment comes it looks at what is unread then.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from app.constants import Channel, OutboxStatus
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.outbox import Delivery
from app.models.prepared import Prepared
from app.services import attachments, notifications, texts
from app.services.preferences import TOPIC_OF

WAIT = timedelta(minutes=5)
SHOWN = 5
ONLINE = timedelta(seconds=90)  # whoever was seen this recently sees it live


@dataclass(frozen=True)
class Sort:
    """What unread messages of one sort of conversation are told as; ``whole``: the letter leaves no word out."""

    kind: Kind
    letter: str
    whole: bool = False


CHAT = Sort(Kind.MESSAGE, "message")
ANSWER = Sort(Kind.SUPPORT_ANSWER, "support_reply", whole=True)
QUESTION = Sort(Kind.SUPPORT_QUESTION, "support_question")
SORTS = {sort.letter: sort for sort in (CHAT, ANSWER, QUESTION)}


class NotNeeded(Exception):
    """Nothing is left to say."""


class NotNow(Exception):
    """Too early; ``once`` as in the outbox."""

    def __init__(self, moment, once=None):
        super().__init__(moment)
        self.moment, self.once = moment, once


def watching(insert, *conditions):
    """The INSERT of the mail() of a person who has an address, unless one with its key waits.

    ``insert``: the dialect's. Its names are not those of the message that it may be stored with (services/storing.py).
    """
    given = {f"mail_{name}": _MAILS.c[name] for name in _GIVEN}
    values = [sa.bindparam(bound, type_=column.type).label(column.name) for bound, column in given.items()]
    fixed = {"channel": Channel.EMAIL, "status": OutboxStatus.PENDING, "attempts": 0, "error": ""}
    values += [sa.literal(value, _MAILS.c[name].type).label(name) for name, value in fixed.items()]
    reader = _PEOPLE.c.id == sa.bindparam("mail_reader"), _PEOPLE.c.email.is_not(None)
    row = sa.select(*values, _PEOPLE.c.id, _PEOPLE.c.email, _PEOPLE.c.locale).where(*reader, *conditions)
    names = [*_GIVEN, *fixed, "user_id", "address", "locale"]
    return insert(_MAILS).from_select(names, row, False).on_conflict_do_nothing()


_MAILS, _PEOPLE = Delivery.__table__, User.__table__.alias("reader")
_GIVEN = ("public_id", "kind", "topic", "once", "payload", "due_at", "created_at")
WATCH = {
    dialect: Prepared(watching(module.insert).returning(_MAILS.c.id))
    for dialect, module in {"sqlite": sqlite, "postgresql": postgresql}.items()
}


def mail(reader_id, sort, *, conversation, params, url):
    """The values of watching(): a mail in five minutes about what is unread then."""
    now = utcnow()
    payload = params | {"conversation": str(conversation), "url": url, "notification": sort.kind}
    return {
        "mail_reader": reader_id,
        "mail_public_id": uuid7(),
        "mail_kind": sort.letter,
        "mail_topic": TOPIC_OF[sort.kind],
        "mail_once": f"{_key(conversation)}:{reader_id}",
        "mail_payload": payload,
        "mail_due_at": now + WAIT,
        "mail_created_at": now,
    }


def begin(connection, receiver, sort, *, conversation, params, url):
    """The first unread message: who is away hears of it now, and anybody gets one mail if it stays unread.

    ``params`` may say ``after``, a seq: then the mail has whatever was said after it, read or not.
    """
    values = {"conversation": conversation, "params": params, "url": url}
    if is_online(receiver.last_seen_at):
        watch(connection, receiver, sort, **values)
    else:
        tell([receiver], sort, **values)


def is_online(seen_at):
    return seen_at is not None and seen_at > utcnow() - ONLINE


def tell(receivers, sort, *, conversation, params, url):
    """Told at once by what rings, by a mail in five minutes."""
    params = params | {"conversation": str(conversation)}
    notifications.notify(
        receivers, sort.kind, params=params, url=url, email=sort.letter, wait=WAIT, once=_key(conversation)
    )


def watch(connection, receiver, sort, **values):
    """A mail in five minutes, and nothing else: they are here and see it come."""
    WATCH[connection.dialect.name].run(connection, **mail(receiver.id, sort, **values))


def _key(conversation):
    return f"messages:{conversation}"


def look(letter):
    """The unread messages, for a delivery whose moment has come. Call inside transaction(): a message that is being
    sent meanwhile is either seen here or queues its own mail. Raises NotNeeded, NotNow.
    """
    public_id = UUID(letter.payload["conversation"])
    conversation = db.session.scalar(
        sa.select(Conversation).where(Conversation.public_id == public_id).with_for_update(of=Conversation)
    )
    unread = _unread(conversation, letter) if conversation else []
    if not unread:
        raise NotNeeded()
    if letter.channel == Channel.EMAIL:
        _wait_for_a_reader(unread, letter)
    shown = unread[:SHOWN]
    files = attachments.of([row.media_id for row in shown if row.media_id])
    said = [_said(row, files, SORTS[letter.kind].whole) for row in shown]
    return {"messages": said, "count": len(unread), "name": unread[0].name}


def _unread(conversation, letter):
    """What the other side said; of the support desk all operators are one side."""
    own = letter.user_id == conversation.client_id
    read = conversation.client_read_seq if own else conversation.realtor_read_seq
    if letter.channel == Channel.EMAIL:
        read = letter.payload.get("after", read)
    by_client = Message.sender_id == conversation.client_id
    return db.session.execute(
        sa.select(Message.media_id, Message.body, Message.created_at, User.name)
        .join(User, User.id == Message.sender_id)
        .where(Message.conversation_id == conversation.id, Message.seq > read, ~by_client if own else by_client)
        .where(Message.deleted_at.is_(None))
        .order_by(Message.seq)
        .limit(100)
    ).all()


def _wait_for_a_reader(unread, letter):
    conversation = letter.payload["conversation"]
    if any(payload["conversation"] == conversation for payload in _younger(letter)):
        raise NotNeeded()  # one of the next burst waits: this one's was read, and its mail failed meanwhile
    ripe = unread[0].created_at + WAIT
    if ripe > utcnow():
        raise NotNow(ripe, f"{_key(conversation)}:{letter.user_id}")


def _younger(letter):
    return db.session.scalars(
        sa.select(Delivery.payload).where(
            Delivery.user_id == letter.user_id,
            Delivery.id > letter.id,
            Delivery.status == OutboxStatus.PENDING,
            Delivery.kind == letter.kind,
            Delivery.channel == letter.channel,
        )
    )


def _said(row, files, whole):
    if row.media_id:
        return attachments.in_a_line(files[row.media_id], row.body)
    return row.body if whole else texts.preview(row.body)

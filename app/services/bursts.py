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


# Most lines of a lively chat come here, so these statements are made once.
_QUEUED = ("public_id", "channel", "kind", "topic", "once", "user_id", "address", "locale", "payload")
_QUEUED += ("status", "attempts", "error", "due_at", "created_at")
_WATCH = {
    dialect: Prepared(
        module.insert(Delivery.__table__).on_conflict_do_nothing().returning(Delivery.__table__.c.id), columns=_QUEUED
    )
    for dialect, module in {"sqlite": sqlite, "postgresql": postgresql}.items()
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


def watch(connection, receiver, sort, *, conversation, params, url):
    """A mail in five minutes, and nothing else: they are here and see it come."""
    if not receiver.email:
        return
    now = utcnow()
    _WATCH[connection.dialect.name].run(
        connection,
        public_id=uuid7(),
        channel=Channel.EMAIL,
        kind=sort.letter,
        topic=TOPIC_OF[sort.kind],
        once=f"{_key(conversation)}:{receiver.id}",
        user_id=receiver.id,
        address=receiver.email,
        locale=receiver.locale,
        payload=params | {"conversation": str(conversation), "url": url, "notification": sort.kind},
        status=OutboxStatus.PENDING,
        attempts=0,
        error="",
        due_at=now + WAIT,
        created_at=now,
    )


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

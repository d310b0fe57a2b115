"""One mail per burst of unread messages, and only if nobody reads them for five minutes.

While a mail about a conversation waits, no second one is queued; when its moment comes it looks at what is unread then.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from app.constants import Channel, OutboxStatus, Topic
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.outbox import Delivery
from app.models.prepared import Prepared
from app.services import attachments, notifications, texts

WAIT = timedelta(minutes=5)
SHOWN = 5


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


def tell(connection, receiver, *, conversation, params, url):
    """The first unread message of who is away: told at once by what rings, by a mail in five minutes."""
    params = params | {"conversation": str(conversation)}
    notifications.notify(
        [receiver], Kind.MESSAGE, params=params, url=url, email="message", wait=WAIT, once=_key(conversation)
    )


def watch(connection, receiver, *, conversation, params, url):
    """The first unread message of who is here and sees it come: a mail in five minutes if they leave it unread."""
    if not receiver.email:
        return
    now = utcnow()
    _WATCH[connection.dialect.name].run(
        connection,
        public_id=uuid7(),
        channel=Channel.EMAIL,
        kind="message",
        topic=Topic.MESSAGES,
        once=f"{_key(conversation)}:{receiver.id}",
        user_id=receiver.id,
        address=receiver.email,
        locale=receiver.locale,
        payload=params | {"conversation": str(conversation), "url": url, "notification": Kind.MESSAGE},
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
    unread = _unread(conversation, letter.user_id) if conversation else []
    if not unread:
        raise NotNeeded()
    if letter.channel == Channel.EMAIL:
        _wait_for_a_reader(unread, letter)
    shown = unread[:SHOWN]
    files = attachments.of([row.media_id for row in shown if row.media_id])
    return {"messages": [_said(row, files) for row in shown], "count": len(unread), "name": unread[0].name}


def _unread(conversation, user_id):
    read = conversation.client_read_seq if user_id == conversation.client_id else conversation.realtor_read_seq
    return db.session.execute(
        sa.select(Message.media_id, Message.body, Message.created_at, User.name)
        .join(User, User.id == Message.sender_id)
        .where(Message.conversation_id == conversation.id, Message.seq > read, Message.sender_id != user_id)
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


def _said(row, files):
    return attachments.in_a_line(files[row.media_id], row.body) if row.media_id else texts.preview(row.body)

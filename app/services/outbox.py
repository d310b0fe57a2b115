"""What must be delivered: written with its cause, claimed by a dispatcher with a lease, tried until it is sent or dead.

Claiming counts as an attempt, so that a letter which kills its worker does not come back for ever.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.constants import LOCALES, AuditTag, Channel, OutboxStatus, Topic
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import audit, crowd, settings
from app.services.transaction import transaction

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8  # with the waits below about 17 hours
ATTEMPTS = {Channel.WEBHOOK: 16}  # a program that is down over a weekend: about three days
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=30)
MINUTE = timedelta(minutes=1)
SLACK = timedelta(
    minutes=1
)  # the clocks of several machines differ by less; a moment further ahead is a clock set back


@dataclass(frozen=True)
class Receiver:
    """Somebody a delivery goes to. ``once``: see models/outbox.py."""

    address: str
    locale: str = LOCALES[0]
    user_id: int | None = None
    due_at: datetime | None = None  # at once
    once: str | None = None


def queue_email(kind, *, user=None, address=None, locale=None, payload):
    """Queue the letter ``emails/<kind>.html`` to ``user``, or to ``address`` in ``locale``. Call inside transaction().

    For letters that must be sent whatever the person chose: about the account and its safety. Everything else goes
    through notifications.notify(). ``payload`` is JSON: the values of the template; services/letters.py may add rows.
    """
    locale = locale or (user.locale if user else LOCALES[0])
    receiver = Receiver(address or user.email, locale, user.id if user else None)
    queue(Channel.EMAIL, kind, Topic.ACCOUNT, payload, [receiver])


def queue(channel, kind, topic, payload, receivers):
    """One delivery by ``channel`` to each of ``receivers``, in one insert. Call inside transaction()."""
    if not receivers:
        return
    now = utcnow()
    shared = {
        "channel": channel,
        "kind": kind,
        "topic": topic,
        "payload": payload,
        "status": OutboxStatus.PENDING,
        "attempts": 0,
        "error": "",
        "created_at": now,
    }
    names = ("public_id", "user_id", "address", "locale", "due_at", "once")
    rows = [(uuid7(), one.user_id, one.address, one.locale, one.due_at or now, one.once) for one in receivers]
    crowd.insert(Delivery, shared, names, rows, skip_taken=True)


def anything_due(channel=Channel.EMAIL):
    """A cheap look that takes no write lock."""
    return db.session.scalar(_claimable(channel, utcnow()).limit(1)) is not None


@dataclass(frozen=True)
class Letter:
    """A claimed delivery as plain values: sending it holds no row and no transaction."""

    id: int
    key: UUID  # the same at every attempt
    channel: Channel
    kind: str
    topic: Topic | None
    user_id: int | None
    address: str
    locale: str
    payload: dict
    created_at: datetime
    leased_until: datetime
    timezone: str | None  # the receiver's, if known
    person: UUID | None  # the receiver's public id


_LETTER = (
    *(Delivery.id, Delivery.public_id, Delivery.channel, Delivery.kind, Delivery.topic, Delivery.user_id),
    *(Delivery.address, Delivery.locale, Delivery.payload),
    *(Delivery.created_at, Delivery.leased_until, User.timezone, User.public_id),
)


def claim(batch, channel=Channel.EMAIL):
    """Lease up to ``batch`` due deliveries of ``channel`` to this caller, oldest first, no more than its limit allows.

    Two callers never get the same one.
    """
    now = utcnow()
    due = _claimable(channel, now).order_by(Delivery.due_at, Delivery.id).with_for_update(skip_locked=True)
    with transaction() as session:
        due = due.limit(min(batch, _room(channel, now)))
        leased = session.scalars(
            sa.update(Delivery)
            .where(Delivery.id.in_(due.scalar_subquery()))
            .values(leased_until=now + LEASE, attempts=Delivery.attempts + 1, once=None)
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        ).all()
        chosen = (
            sa.select(*_LETTER)
            .outerjoin(User, User.id == Delivery.user_id)
            .where(Delivery.id.in_(leased))
            .order_by(Delivery.due_at, Delivery.id)
        )
        return [Letter(*row) for row in session.execute(chosen)]


def _claimable(channel, now):
    impossible = Delivery.leased_until > now + LEASE + SLACK
    free = sa.or_(Delivery.leased_until.is_(None), Delivery.leased_until < now, impossible)
    waiting = Delivery.channel == channel, Delivery.status == OutboxStatus.PENDING
    return sa.select(Delivery.id).where(*waiting, Delivery.due_at <= now, free)


def _room(channel, now):
    """How many more may leave by ``channel`` in this minute, whichever worker sends them."""
    of_channel = sa.select(sa.func.count()).select_from(Delivery).where(Delivery.channel == channel)
    sent = of_channel.where(Delivery.sent_at.between(now - MINUTE, now + SLACK)).scalar_subquery()
    leased = Delivery.status == OutboxStatus.PENDING, Delivery.leased_until.between(now, now + LEASE + SLACK)
    in_hand = of_channel.where(*leased).scalar_subquery()
    return max(0, settings.get(f"{channel}_per_minute") - db.session.scalar(sa.select(sent + in_hand)))


def follow_clock(batch=1000):
    """After the clock was set back: what was queued in the time that comes again keeps its wait, from now on.

    How many there were. Left alone, a letter of that hour would leave when the hour is over once more.
    """
    now = utcnow()
    ahead = Delivery.status == OutboxStatus.PENDING, Delivery.created_at > now + SLACK
    with transaction() as session:
        found = session.scalars(sa.select(Delivery).where(*ahead).limit(batch)).all()
        for delivery in found:
            delivery.due_at = now + max(delivery.due_at - delivery.created_at, timedelta(0))
            delivery.created_at = now
        return len(found)


def release(delivery_ids):
    """Give leased deliveries back untried: the worker is asked to stop, or its lease is running out."""
    with transaction() as session:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.id.in_(delivery_ids), Delivery.status == OutboxStatus.PENDING)
            .values(leased_until=None, attempts=Delivery.attempts - 1)
        )


def mark_sent(delivery_id):
    """The receiver has it. The values go: they may hold a one-time link or a person's wishes."""
    _finish(delivery_id, OutboxStatus.SENT, sent_at=utcnow())


def drop(delivery_id):
    """Nothing is left to say: it was read meanwhile, or is not wanted any more."""
    _finish(delivery_id, OutboxStatus.DROPPED)


def _finish(delivery_id, status, **values):
    _change(delivery_id, status=status, payload={}, leased_until=None, error="", **values)


def put_off(delivery_id, moment, *, once=None):
    """Not now: the receiver's night, or the time to read it is not over. It costs no attempt."""
    attempts = sa.case((Delivery.attempts > 0, Delivery.attempts - 1), else_=0)
    _change(delivery_id, due_at=moment, leased_until=None, once=once, attempts=attempts)


def _change(delivery_id, **values):
    """One waiting delivery; one that is gone, with its person, needs nothing any more."""
    with transaction() as session:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.status == OutboxStatus.PENDING)
            .values(values)
            .execution_options(synchronize_session=False)
        )


def mark_failed(delivery_id, error, *, permanent, wait=None):
    """Try again later, or never: after a permanent refusal and after the last attempt the delivery is dead.

    ``wait``: what the receiver itself asked for.
    """
    with transaction() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None:
            return
        delivery.error, delivery.leased_until = error[:300], None
        if permanent or delivery.attempts >= ATTEMPTS.get(delivery.channel, MAX_ATTEMPTS):
            delivery.status = OutboxStatus.DEAD
        else:
            delivery.due_at = utcnow() + max(wait or timedelta(0), backoff(delivery.attempts))


def backoff(attempts):
    """The wait after the ``attempts``-th try: four times longer each time; ± 20 %, or retries would march in step."""
    wait = min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)


def retry(delivery, *, actor):
    """An owner sends a dead (or waiting) delivery again, with all its attempts. A sent or dropped one stays so."""
    with transaction():
        if delivery.status in (OutboxStatus.SENT, OutboxStatus.DROPPED):
            return
        audit.record(AuditTag.OUTBOX_RETRIED, delivery, actor=actor, kind=delivery.kind)
        delivery.status, delivery.attempts = OutboxStatus.PENDING, 0
        delivery.due_at, delivery.leased_until, delivery.error = utcnow(), None, ""


def forward(user):
    """What still waits goes to the person's new address: the old mailbox may be somebody else's now. Letters about the
    account stay with the address they were written for. Inside transaction().
    """
    theirs = Delivery.user_id == user.id, Delivery.channel == Channel.EMAIL, Delivery.status == OutboxStatus.PENDING
    waiting = sa.update(Delivery).where(*theirs, Delivery.topic != Topic.ACCOUNT).values(address=user.email)
    db.session.execute(waiting.execution_options(synchronize_session=False))


def forget(user):
    """The person is gone, and so is what was still to be sent to them. Inside transaction()."""
    db.session.execute(sa.delete(Delivery).where(Delivery.user_id == user.id))


def purge_sent():
    """Forget what was sent, or not needed, more than 30 days ago: it holds addresses."""
    long_ago = utcnow() - KEPT
    sent = sa.and_(Delivery.status == OutboxStatus.SENT, Delivery.sent_at < long_ago)
    dropped = sa.and_(Delivery.status == OutboxStatus.DROPPED, Delivery.due_at < long_ago)
    with transaction() as session:
        return session.execute(sa.delete(Delivery).where(sa.or_(sent, dropped))).rowcount

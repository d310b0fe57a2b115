"""What must be delivered: written with its cause, claimed by a dispatcher with a lease, tried until it is sent or dead.

Claiming counts as an attempt, so that a letter which kills its worker does not come back for ever.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.constants import LOCALES, AuditTag, Channel, OutboxStatus
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import audit, crowd
from app.services.transaction import transaction

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8  # with the waits below about 17 hours
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=30)


def queue_email(kind, *, user=None, address=None, locale=None, payload):
    """Queue the letter ``emails/<kind>.html`` to ``user``, or to ``address`` in ``locale``. Call inside transaction().

    ``payload`` is JSON: the values of the template; services/letters.py may add rows to them when it is rendered.
    """
    locale = locale or (user.locale if user else LOCALES[0])
    _insert(kind, payload, [(user.id if user else None, address or user.email, locale)])


def queue_emails(kind, users, *, payload):
    """One letter to each of ``users`` (anything with id, email, locale); who has no address gets none."""
    _insert(kind, payload, [(user.id, user.email, user.locale) for user in users if user.email])


def _insert(kind, payload, receivers):
    if not receivers:
        return
    now = utcnow()
    shared = {
        "channel": Channel.EMAIL,
        "kind": kind,
        "payload": payload,
        "status": OutboxStatus.PENDING,
        "attempts": 0,
        "error": "",
        "due_at": now,
        "created_at": now,
    }
    rows = [(uuid7(), *receiver) for receiver in receivers]
    crowd.insert(Delivery, shared, ("public_id", "user_id", "address", "locale"), rows)


def anything_due():
    """A cheap look that takes no write lock."""
    return db.session.scalar(_claimable(utcnow()).limit(1)) is not None


@dataclass(frozen=True)
class Letter:
    """A claimed delivery as plain values: sending it holds no row and no transaction."""

    id: int
    key: UUID  # the same at every attempt
    kind: str
    address: str
    locale: str
    payload: dict
    created_at: datetime
    leased_until: datetime
    timezone: str | None  # the receiver's, if known


_LETTER = (
    *(Delivery.id, Delivery.public_id, Delivery.kind, Delivery.address, Delivery.locale, Delivery.payload),
    *(Delivery.created_at, Delivery.leased_until, User.timezone),
)


def claim(batch):
    """Lease up to ``batch`` due deliveries to this caller, oldest first. Two callers never get the same one."""
    now = utcnow()
    due = _claimable(now).order_by(Delivery.due_at, Delivery.id).limit(batch).with_for_update(skip_locked=True)
    with transaction() as session:
        leased = session.scalars(
            sa.update(Delivery)
            .where(Delivery.id.in_(due.scalar_subquery()))
            .values(leased_until=now + LEASE, attempts=Delivery.attempts + 1)
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


def _claimable(now):
    free = sa.or_(Delivery.leased_until.is_(None), Delivery.leased_until < now)
    return sa.select(Delivery.id).where(Delivery.status == OutboxStatus.PENDING, Delivery.due_at <= now, free)


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
    with transaction() as session:
        delivery = session.get_one(Delivery, delivery_id)
        delivery.status, delivery.sent_at = OutboxStatus.SENT, utcnow()
        delivery.payload, delivery.leased_until, delivery.error = {}, None, ""


def mark_failed(delivery_id, error, *, permanent):
    """Try again later, or never: after a permanent refusal and after the last attempt the delivery is dead."""
    with transaction() as session:
        delivery = session.get_one(Delivery, delivery_id)
        delivery.error, delivery.leased_until = error[:300], None
        if permanent or delivery.attempts >= MAX_ATTEMPTS:
            delivery.status = OutboxStatus.DEAD
        else:
            delivery.due_at = utcnow() + backoff(delivery.attempts)


def backoff(attempts):
    """The wait after the ``attempts``-th try: four times longer each time; ± 20 %, or retries would march in step."""
    wait = min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)


def retry(delivery, *, actor):
    """An owner sends a dead (or waiting) delivery again, with all its attempts. A sent one stays sent."""
    with transaction():
        if delivery.status == OutboxStatus.SENT:
            return
        audit.record(AuditTag.OUTBOX_RETRIED, delivery, actor=actor, kind=delivery.kind)
        delivery.status, delivery.attempts = OutboxStatus.PENDING, 0
        delivery.due_at, delivery.leased_until, delivery.error = utcnow(), None, ""


def forget(user):
    """The person is gone, and so is what was still to be sent to them. Inside transaction()."""
    db.session.execute(sa.delete(Delivery).where(Delivery.user_id == user.id))


def purge_sent():
    """Forget letters sent more than 30 days ago: they hold addresses."""
    with transaction() as session:
        old = sa.delete(Delivery).where(Delivery.status == OutboxStatus.SENT, Delivery.sent_at < utcnow() - KEPT)
        return session.execute(old).rowcount

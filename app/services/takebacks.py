"""Taking back an operation of many changes: the worker does it, one by one, and goes on where it was cut off.

A change and how far it came are one commit, so none is taken back twice.
"""

import time

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.access.permissions import Permission, may
from app.constants import AuditTag, Door
from app.errors import DomainError, Forbidden
from app.extensions import db
from app.models.audit import AuditEvent, Operation
from app.models.base import utcnow
from app.models.takebacks import Refusal, Takeback
from app.services import audit, leases, quiet, undoing
from app.services.transaction import transaction

LARGE = 200  # changes: more of them are not one request
SAID = 200  # refusals that are told one by one
ALONG = (AuditTag.INQUIRY_PUBLISHED, AuditTag.IMPORT_RUN)  # follow from another change of the same operation


def is_large(operation):
    return undoing.count(operation) > LARGE


def begin(operation, *, actor, address=None):
    """The Takeback of an operation, for the worker; the one that is under way, if there is one. Raises Forbidden."""
    if not may(actor, Permission.JOURNAL):
        raise Forbidden()
    with transaction() as session:
        session.refresh(operation, with_for_update=True)
        if running := latest(operation, unfinished=True):
            return running
        own = Operation(actor_id=actor.id)
        session.add(own)
        session.flush()
        facts = {"total": undoing.count(operation), "address": address}
        takeback = Takeback(operation_id=operation.id, own_id=own.id, actor_id=actor.id, **facts)
        session.add(takeback)
    return takeback


def latest(operation, *, unfinished=False):
    found = sa.select(Takeback).where(Takeback.operation_id == operation.id).order_by(Takeback.id.desc()).limit(1)
    return db.session.scalar(found.where(Takeback.finished_at.is_(None)) if unfinished else found)


def refusals(takeback):
    """The first SAID of what could not be taken back."""
    found = sa.select(Refusal).where(Refusal.takeback_id == takeback.id).order_by(Refusal.event_id.desc())
    return db.session.scalars(found.limit(SAID)).all()


def work():
    """A slice of one that waits; whether there was one. For the worker."""
    takeback_id = leases.take(Takeback, Takeback.finished_at.is_(None))
    if takeback_id is None:
        return False
    takeback = db.session.get_one(Takeback, takeback_id)
    audit.came_from(Door.CONSOLE, takeback.address)
    with (
        force_locale(takeback.actor.locale),
        audit.within(takeback.own_id),
        quiet.unless(quiet.was_told(takeback.operation_id)),
    ):
        stop = time.monotonic() + leases.SLICE
        while _take_some(takeback_id) and time.monotonic() < stop:
            pass
    leases.give_back(Takeback, takeback_id)
    return True


def _take_some(takeback_id):
    """A few changes in one transaction, no longer than others can wait for the lock; False when none is left."""
    until = time.monotonic() + leases.HELD
    with transaction() as session:
        while left := _take_next(session, takeback_id):
            session.expire_all()
            if time.monotonic() > until:
                break
    return left


def _take_next(session, takeback_id):
    """Take back the next change; what was done of one that is refused is undone. False when none is left."""
    takeback = session.get_one(Takeback, takeback_id)
    event = _next(takeback)
    if event is None:
        takeback.finished_at = utcnow()
        return False
    events, event_id = session.info["events"], event.id
    told = len(events)
    try:
        with session.begin_nested():
            if event.tag not in ALONG and not undoing.taken_back([event]):
                undoing.undo(event, actor=takeback.actor)
        takeback.done += 1
    except (DomainError, IntegrityError) as error:
        del events[told:]
        reason = error.message if isinstance(error, DomainError) else _l("Something else depends on it by now.")
        session.add(Refusal(takeback_id=takeback_id, event_id=event_id, reason=str(reason)[:500]))
        takeback.refused += 1
    takeback.reached, takeback.busy_until = event_id, utcnow() + leases.LEASE
    session.flush()
    return True


def _next(takeback):
    events = sa.select(AuditEvent).where(AuditEvent.operation_id == takeback.operation_id)
    if takeback.reached is not None:
        events = events.where(AuditEvent.id < takeback.reached)
    return db.session.scalar(events.order_by(AuditEvent.id.desc()).limit(1))

"""Many rows changed at once: planned, looked at, then carried out row by row and taken back as one Operation.

Each row is a short transaction of its own with its outcome in it, so that nothing else waits, a run that was cut off
goes on where it stopped, and one row that is refused holds up no other.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import BulkOutcome as Outcome
from app.constants import Deal, InquiryStatus
from app.errors import DomainError, EditConflict, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.audit import Operation
from app.models.base import utcnow
from app.models.bulk_edits import BulkEdit, BulkRow
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.models.places import City
from app.services import accounts, audit, inquiries, partners, request_fields
from app.services.transaction import transaction

LIMIT = 10_000  # rows of one edit: what stays reversible within seconds
CHUNK = 500
SAID = 200  # refused rows that are told one by one
KEPT = timedelta(days=30)
LINKED = {"city": City, "agency": Agency}


@dataclass(frozen=True)
class Kind:
    model: type
    permission: Permission
    now: Callable  # (row, field) → its value
    target: Callable  # (row, field, value) → what it would be: mostly the value
    why_not: Callable  # (row, {field: value}, actor) → the reason in words, or None
    put: Callable  # (row, {field: value}, reason, actor)


@dataclass
class Preview:
    """``changes``: (field, old, new) → how many rows; ``refused``: [(row, why)], the first SAID of ``refusals``."""

    changes: Counter = field(default_factory=Counter)
    changed: int = 0
    same: int = 0
    refusals: int = 0
    refused: list = field(default_factory=list)


def plan(kind, rows, values, *, reason="", actor):
    """Write down that ``rows`` [(public id, version)] shall get ``values``; nothing is changed yet.

    Raises InvalidInput, Forbidden.
    """
    if not may(actor, KINDS[kind].permission):
        raise Forbidden()
    if not values:
        raise InvalidInput(_l("Choose what to change."))
    if values.get("blocked") and not reason.strip():
        raise InvalidInput(_l("Please fill this in."), field="reason")
    stored = {name: str(value.public_id) if name in LINKED else value for name, value in values.items()}
    with transaction() as session:
        session.execute(sa.delete(BulkEdit).where(BulkEdit.actor_id == actor.id, BulkEdit.created_at < utcnow() - KEPT))
        edit = BulkEdit(actor_id=actor.id, kind=kind, values=stored | {"reason": reason.strip()})
        session.add(edit)
        session.flush()
        lines = enumerate(rows[:LIMIT])
        session.execute(
            sa.insert(BulkRow),
            [{"bulk_id": edit.id, "position": at, "key": key, "version": version} for at, (key, version) in lines],
        )
    return edit


def preview(edit, *, actor):
    """What carrying ``edit`` out would do, counted."""
    kind, (values, _reason), seen = KINDS[edit.kind], _values(edit), Preview()
    keys = db.session.scalars(_lines(edit).with_only_columns(BulkRow.key).order_by(BulkRow.position)).all()
    for start in range(0, len(keys), CHUNK):
        found = visible_to(actor, kind.model).where(kind.model.public_id.in_(keys[start : start + CHUNK]))
        for row in db.session.scalars(found).unique():
            _foresee(kind, row, values, actor, seen)
    return seen


def _foresee(kind, row, values, actor, seen):
    differing = _differing(kind, row, values)
    why = kind.why_not(row, differing, actor) if differing else None
    if why:
        seen.refusals += 1
        seen.refused += [(row, why)] if len(seen.refused) < SAID else []
        return
    seen.changed, seen.same = seen.changed + bool(differing), seen.same + (not differing)
    for name, value in differing.items():
        seen.changes[name, _word(kind.now(row, name)), _word(value)] += 1


def _word(value):
    """What may stand in a key."""
    return tuple(value) if isinstance(value, list) else value


def _differing(kind, row, values):
    targets = {name: kind.target(row, name, value) for name, value in values.items()}
    return {name: value for name, value in targets.items() if kind.now(row, name) != value}


def run(edit, *, actor, seconds=2):
    """Carry on with ``edit`` for about so many seconds; call it until waiting() is 0. Raises Forbidden."""
    if edit.actor_id != actor.id or not may(actor, KINDS[edit.kind].permission):
        raise Forbidden()
    operation_id, edit_id = _begin(edit), edit.id
    waiting = _lines(edit).with_only_columns(BulkRow.position).where(BulkRow.outcome.is_(None))
    stop = time.monotonic() + seconds
    with audit.within(operation_id):
        for position in db.session.scalars(waiting.order_by(BulkRow.position)).all():
            _do(edit_id, position, actor)
            if time.monotonic() > stop:
                break


def _begin(edit):
    with transaction() as session:
        session.refresh(edit, with_for_update=True)
        if edit.operation_id is None:
            operation = Operation(actor_id=edit.actor_id)
            session.add(operation)
            session.flush()
            edit.operation_id = operation.id
        return edit.operation_id


def _do(edit_id, position, actor):
    try:
        with transaction() as session:
            line = session.get(BulkRow, (edit_id, position), with_for_update=True)
            if line.outcome is None:
                line.outcome = _change(session.get(BulkEdit, edit_id), line, actor)
    except DomainError as error:
        with transaction() as session:
            line = session.get(BulkRow, (edit_id, position))
            line.outcome, line.reason = Outcome.REFUSED, str(error.message)[:500]


def _change(edit, line, actor):
    kind, (values, reason) = KINDS[edit.kind], _values(edit)
    row = db.session.scalar(visible_to(actor, kind.model).where(kind.model.public_id == line.key))
    if row is None:
        raise RefusedMove(_l("The record has been deleted since."))
    differing = _differing(kind, row, values)
    if not differing:
        return Outcome.SAME
    if row.version != line.version:
        raise EditConflict(_l("Somebody changed it after the preview."), original={}, theirs={}, mine={})
    if why := kind.why_not(row, differing, actor):
        raise RefusedMove(why)
    kind.put(row, differing, reason, actor)
    return Outcome.CHANGED


def outcomes(edit):
    """Outcome → how many rows; None: those whose turn has not come."""
    counts = _lines(edit).with_only_columns(BulkRow.outcome, sa.func.count()).group_by(BulkRow.outcome)
    return Counter(dict(db.session.execute(counts).all()))


def refused(edit, *, actor):
    """``[(row, why)]`` of the first SAID that were refused; None for a row that is gone."""
    found = _lines(edit).where(BulkRow.outcome == Outcome.REFUSED).order_by(BulkRow.position).limit(SAID)
    lines, model = db.session.scalars(found).all(), KINDS[edit.kind].model
    rows = visible_to(actor, model).where(model.public_id.in_([line.key for line in lines]))
    by_key = {row.public_id: row for row in db.session.scalars(rows).unique()}
    return [(by_key.get(line.key), line.reason) for line in lines]


def _lines(edit):
    return sa.select(BulkRow).where(BulkRow.bulk_id == edit.id)


def _values(edit):
    """``({field: value}, reason)`` as services take them. Raises RefusedMove when a record is gone."""
    stored = dict(edit.values)
    reason = stored.pop("reason")
    return {name: _typed(name, value) for name, value in stored.items()}, reason


def _typed(name, value):
    if name in LINKED:
        row = db.session.scalar(sa.select(LINKED[name]).where(LINKED[name].public_id == UUID(value)))
        if row is None:
            raise RefusedMove(_l("The record has been deleted since."))
        return row
    return {"status": InquiryStatus, "deal": Deal}.get(name, lambda as_it_is: as_it_is)(value)


def _held(row, name):
    return getattr(row, name)


def _as_asked(row, name, value):
    return value


def _moved_to(inquiry, name, value):
    """An open status asks for an open inquiry: a closed one is reopened into whichever it left."""
    if name != "status" or value in inquiries.CLOSED:
        return request_fields.ordered(name, value)
    return inquiries.reopened(inquiry) if inquiry.status in inquiries.CLOSED else inquiry.status


def _why_no_inquiry(inquiry, values, actor):
    deal = values.get("deal", inquiry.deal)
    for own in filter(None, map(request_fields.field_of, values)):
        if not own.applies(deal, inquiry.property_type):
            return _l("Such an inquiry is not asked: %(name)s.", name=own.label)
    return inquiries.why_not(inquiry, values["status"], actor=actor) if "status" in values else None


def _put_inquiry(inquiry, values, reason, actor):
    status = values.pop("status", None)
    if values:
        inquiries.edit(inquiry, inquiries.with_answers(values), actor=actor)
    if status:
        inquiries.move(inquiry, status, actor=actor, reason=reason)


def _person_now(user, name):
    if name == "blocked":
        return user.blocked_at is not None
    return getattr(user.realtor, name, None) if name in LINKED else getattr(user, name)


def _why_no_person(user, values, actor):
    if user.deleted_at:
        return _l("The account is deleted.")
    if values.get("blocked") and user.id == actor.id:
        return _l("You cannot block yourself.")
    if values.keys() & LINKED.keys() and user.realtor is None:
        return _l("Only a realtor has a city and an agency.")
    return None


def _put_person(user, values, reason, actor):
    blocked = values.pop("blocked", None)
    if values:
        accounts.correct(user, values, actor=actor)
    if blocked:
        accounts.block(user, reason, actor=actor)
    elif blocked is False:
        accounts.unblock(user, actor=actor)


def _put_agency(agency, values, reason, actor):
    partners.edit(agency, values, actor=actor)


def _no_objection(row, values, actor):
    return None


KINDS = {
    "inquiry": Kind(Inquiry, Permission.INQUIRY_CORRECT, inquiries.held, _moved_to, _why_no_inquiry, _put_inquiry),
    "user": Kind(User, Permission.PEOPLE, _person_now, _as_asked, _why_no_person, _put_person),
    "agency": Kind(Agency, Permission.AGENCIES, _held, _as_asked, _no_objection, _put_agency),
}

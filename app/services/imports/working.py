"""The worker's part of an import: rows are checked by the hundred, then carried out, each in one commit."""

import time
from itertools import takewhile

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.constants import Door, ImportState
from app.constants import ImportOutcome as Outcome
from app.errors import DomainError, InvalidInput, RefusedMove
from app.extensions import db
from app.models.base import utcnow
from app.models.imports import Import, ImportRow
from app.services import audit, leases, quiet
from app.services.imports.kinds import UNFORESEEN, UNREADABLE, Context, Verdict, judge, judge_all, log
from app.services.imports.plans import FOUND, KINDS
from app.services.transaction import transaction

CHUNK = 100  # rows checked at once
AT_ONCE = 25  # new records made at once: some 40 ms


def work():
    """A slice of an import that waits; whether there was one."""
    plan_id = leases.take(Import, Import.state.in_((ImportState.CHECKING, ImportState.RUNNING)))
    if plan_id is None:
        return False
    plan = db.session.get_one(Import, plan_id)
    go_on = _check_some if plan.state == ImportState.CHECKING else _run_some
    audit.came_from(Door.CONSOLE, plan.address)
    with force_locale(plan.actor.locale):
        context = Context(plan.actor, plan.choices)
        stop = time.monotonic() + leases.SLICE
        while go_on(plan_id, context, stop) and time.monotonic() < stop:
            pass
    leases.give_back(Import, plan_id)
    return True


def _raw(plan, row):
    """{field: text} of the cells that are filled."""
    cells = row.cells
    texts = {name: cells[at].strip() for name, at in plan.mapping.items() if at < len(cells)}
    return {name: text for name, text in texts.items() if text}


# Checking


def _check_some(plan_id, context, stop):
    plan, waiting = db.session.get_one(Import, plan_id), ImportRow.verdict.is_(None)
    mine = sa.select(ImportRow).where(ImportRow.import_id == plan_id, waiting)
    rows = db.session.scalars(mine.order_by(ImportRow.position).limit(CHUNK)).all()
    if not rows:
        _finish(plan_id, ImportState.CHECKING, ImportState.CHECKED)
        return False
    kind = KINDS[plan.kind]
    judged = judge_all(kind, [_raw(plan, row) for row in rows], context)
    verdicts = {row.position: verdict for row, verdict in zip(rows, judged, strict=True)}
    _find_repeats(plan_id, verdicts)
    lines = [{"b_id": plan_id, "b_position": at} | _told(verdict) for at, verdict in verdicts.items()]
    with transaction() as session:
        _renew(session, plan_id)
        table = ImportRow.__table__
        which = table.c.import_id == sa.bindparam("b_id"), table.c.position == sa.bindparam("b_position")
        session.connection().execute(sa.update(table).where(*which, table.c.verdict.is_(None)), lines)
    return True


def _find_repeats(plan_id, verdicts):
    """A second row of what is new already is told of the first: it would make the same thing twice."""
    marks = [verdict.mark for verdict in verdicts.values() if verdict.mark]
    before = sa.select(ImportRow.mark, ImportRow.position).where(
        ImportRow.import_id == plan_id, ImportRow.mark.in_(marks)
    )
    first = dict(db.session.execute(before).all())
    for position, verdict in verdicts.items():
        if verdict.mark and first.setdefault(verdict.mark, position) != position:
            reason = str(_l("The same as in row %(number)s of the file.", number=first[verdict.mark]))
            verdicts[position] = Verdict(Outcome.UNCLEAR, reason=reason)


def _told(verdict):
    row = verdict.row
    return {
        "verdict": verdict.outcome,
        "field": verdict.field[:40],
        "reason": verdict.reason[:500],
        "key": row and row.public_id,
        "version": row and row.version,
        "changes": verdict.changes,
        "mark": verdict.mark and verdict.mark[:300],
    }


# Running


def _run_some(plan_id, context, stop):
    waiting = sa.select(ImportRow.position).where(
        ImportRow.import_id == plan_id, ImportRow.verdict.in_(FOUND), ImportRow.outcome.is_(None)
    )
    positions = db.session.scalars(waiting.order_by(ImportRow.position).limit(CHUNK)).all()
    if not positions:
        _finish(plan_id, ImportState.RUNNING, ImportState.DONE)
        return False
    plan = db.session.get_one(Import, plan_id)
    with audit.within(plan.operation_id), quiet.unless(context.choices.get("tell")):
        while positions and time.monotonic() < stop:
            _do_some(plan_id, positions, context)
    return True


def _do_some(plan_id, positions, context):
    """A few rows in one transaction, no longer than others can wait for the write lock; takes them off the list."""
    until = time.monotonic() + leases.HELD
    with transaction() as session:
        _renew(session, plan_id)
        while positions:
            done = _make_some(session, plan_id, positions[:AT_ONCE], context)
            if not done:
                _do(session, plan_id, positions[0], context)
            del positions[: done or 1]
            session.flush()
            session.expire_all()
            if time.monotonic() > until:
                break


def _make_some(session, plan_id, positions, context):
    """How many of the first rows are new records, which were made at once; none where one of them is refused.

    Then they go one by one, and so does whatever else a row may be.
    """
    plan = session.get(Import, plan_id)
    kind, events = KINDS[plan.kind], session.info["events"]
    lines = _new_ones(session, plan_id, positions) if kind.make_all and not context.cache.get("refused") else []
    values = list(_apart(kind, judge_all(kind, [_raw(plan, line) for line in lines], context)))
    if len(values) < 2:
        return 0
    told = len(events)
    try:
        with session.begin_nested():
            rows = kind.make_all(values, context)
    except (DomainError, IntegrityError, *UNFORESEEN):
        del events[told:]
        context.cache["refused"] = True  # until the next slice
        return 0
    for line, row in zip(lines, rows, strict=False):
        line.key, line.outcome = row.public_id, Outcome.NEW
    return len(rows)


def _new_ones(session, plan_id, positions):
    """The first of the rows, as far as the check found them new and nobody has done them since."""
    these = ImportRow.import_id == plan_id, ImportRow.position.in_(positions)
    lines = session.scalars(sa.select(ImportRow).where(*these).order_by(ImportRow.position).with_for_update()).all()
    return list(takewhile(lambda line: line.verdict == Outcome.NEW and line.outcome is None, lines))


def _apart(kind, verdicts):
    """The values of the first rows, as far as all are new still and none may be the same record as one before."""
    seen = set()
    for verdict in verdicts:
        marks = kind.marks(verdict.values) if verdict.outcome == Outcome.NEW else None
        if marks is None or marks & seen:
            return
        seen |= marks
        yield verdict.values


def _do(session, plan_id, position, context):
    """One row; what it did until it was refused is taken back, and so is what the world should have heard of it."""
    events = session.info["events"]
    told = len(events)
    try:
        with session.begin_nested():
            line = session.get(ImportRow, (plan_id, position), with_for_update=True)
            if line.outcome is None:
                line.outcome = _carry_out(session.get(Import, plan_id), line, context)
    except (DomainError, IntegrityError, *UNFORESEEN) as error:
        del events[told:]
        reason = _reason(error)
        line = session.get(ImportRow, (plan_id, position))
        line.outcome, line.field, line.reason = Outcome.WRONG, getattr(error, "field", "") or "", str(reason)[:500]


def _reason(error):
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, IntegrityError):
        return _l("Somebody else has just added the same.")
    log.error("import_row_failed", exc_info=error)
    return UNREADABLE


def _carry_out(plan, line, context):
    """What the check foresaw, or nothing: an owner has agreed to that and to no more."""
    kind = KINDS[plan.kind]
    verdict = judge(kind, _raw(plan, line), context)
    if verdict.outcome == Outcome.SAME:
        return Outcome.SAME
    if verdict.outcome in (Outcome.WRONG, Outcome.UNCLEAR):
        raise InvalidInput(verdict.reason, field=verdict.field)
    if verdict.outcome == Outcome.NEW and line.verdict == Outcome.NEW:
        line.key = kind.make(verdict.values, context).public_id
        return Outcome.NEW
    seen = verdict.row is not None and (verdict.row.public_id, verdict.row.version) == (line.key, line.version)
    if not seen:
        raise RefusedMove(_l("Somebody added or changed it after the check."))
    kind.change(verdict.row, verdict.values, context)
    return Outcome.CHANGED


def _renew(session, plan_id):
    mine = sa.update(Import).where(Import.id == plan_id).values(busy_until=utcnow() + leases.LEASE)
    session.execute(mine.execution_options(synchronize_session=False))


def _finish(plan_id, state, then):
    with transaction() as session:
        mine = sa.update(Import).where(Import.id == plan_id, Import.state == state)
        session.execute(mine.values(state=then).execution_options(synchronize_session=False))

"""One import from the file to its end: received, columns named, checked by the worker, looked at, run by the worker."""

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import AuditTag, ImportState
from app.constants import ImportOutcome as Outcome
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import Operation
from app.models.base import utcnow
from app.models.imports import Import, ImportRow
from app.services import audit, takebacks
from app.services.imports import guessing, reading
from app.services.imports.agencies import AGENCIES
from app.services.imports.inquiries import INQUIRIES
from app.services.imports.people import PEOPLE
from app.services.imports.places import PLACES
from app.services.transaction import transaction

KINDS = {kind.word: kind for kind in (PEOPLE, AGENCIES, PLACES, INQUIRIES)}
CHUNK = 500
SAMPLES = 50
REMEMBERED = 5
KEPT = timedelta(days=30)  # of the rows, which hold what is personal
FOUND = (Outcome.NEW, Outcome.CHANGED)  # what a run carries out


def may_import(actor, kind):
    return may(actor, Permission.IMPORTS) and may(actor, KINDS[kind].permission)


def _allow(actor, kind):
    if kind not in KINDS or not may_import(actor, kind):
        raise Forbidden()


def receive(kind, file, name, *, actor):
    """The Import of an uploaded file (a binary stream), its columns as they seem to be. Raises InvalidInput("file")."""
    _allow(actor, kind)
    facts, rows = reading.read(file)
    rows = list(rows)
    if not rows:
        raise InvalidInput(_l("There is a heading, but no row below it."), field="file")
    columns = [heading or _l("Column %(number)s", number=at) for at, heading in enumerate(facts["columns"], start=1)]
    columns = [str(heading) for heading in columns]
    samples = [cells for _number, cells in rows[:SAMPLES]]
    mapping = guessing.propose(KINDS[kind].fields, columns, samples, remembered(kind, actor))
    with transaction() as session:
        facts = {"kind": kind, "file_name": name[-200:], "columns": columns, "mapping": mapping, "rows": len(rows)}
        made = Import(actor_id=actor.id, **facts)
        session.add(made)
        session.flush()
        made_id = made.id
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            lines = [{"import_id": made_id, "position": number, "cells": cells} for number, cells in chunk]
            session.execute(sa.insert(ImportRow), lines)
    return made


def remembered(kind, actor):
    """Heading → field, as this owner named them in the latest imports of the kind."""
    earlier = sa.select(Import).where(Import.actor_id == actor.id, Import.kind == kind)
    named = earlier.where(Import.state != ImportState.COLUMNS).order_by(Import.id.desc()).limit(REMEMBERED)
    found = {}
    for each in reversed(db.session.scalars(named).all()):
        found |= dict.fromkeys(each.columns, None)
        found |= {each.columns[at]: name for name, at in each.mapping.items()}
    return found


def name_columns(plan, mapping, choices, *, actor):
    """``mapping``: field → number of a column; ``choices``: what else is asked. The check begins anew.

    Raises InvalidInput, RefusedMove.
    """
    _allow(actor, plan.kind)
    kind = KINDS[plan.kind]
    mapping = {each.name: mapping[each.name] for each in kind.fields if mapping.get(each.name) is not None}
    _check_columns(kind, mapping, choices)
    with transaction() as session:
        session.refresh(plan, with_for_update=True)
        _demand(plan, ImportState.COLUMNS, ImportState.CHECKED)
        plan.mapping, plan.choices, plan.state = mapping, choices, ImportState.CHECKING
        session.execute(sa.update(ImportRow).where(ImportRow.import_id == plan.id).values(verdict=None, mark=None))


def _check_columns(kind, mapping, choices):
    if not mapping:
        raise InvalidInput(_l("Say of one column at least what it is."))
    twice = [at for at, times in Counter(mapping.values()).items() if times > 1]
    if twice:
        raise InvalidInput(_l("One column cannot be two things."))
    if not choices.get("keys"):
        raise InvalidInput(_l("Choose how records that are here already are found."), field="keys")


def run(plan, *, actor, address=None):
    """Let the worker carry out what the check has found; a second press does nothing. Raises RefusedMove."""
    _allow(actor, plan.kind)
    with transaction() as session:
        session.refresh(plan, with_for_update=True)
        if plan.operation_id is not None:
            return
        _demand(plan, ImportState.CHECKED)
        operation = Operation(actor_id=actor.id)
        session.add(operation)
        session.flush()
        plan.operation_id, plan.address, plan.state = operation.id, address, ImportState.RUNNING
        idle = ImportRow.import_id == plan.id, ImportRow.verdict.not_in(FOUND)
        session.execute(sa.update(ImportRow).where(*idle).values(outcome=ImportRow.verdict))
        with audit.within(operation.id):
            audit.record(AuditTag.IMPORT_RUN, plan, actor=actor, kind=plan.kind, file=plan.file_name, rows=plan.rows)


def _demand(plan, *states):
    if plan.state not in states:
        raise RefusedMove(_l("The import has gone on meanwhile."))


def discard(plan, *, actor):
    """Forget a file that has changed nothing. Raises RefusedMove."""
    _allow(actor, plan.kind)
    with transaction() as session:
        session.refresh(plan, with_for_update=True)
        if plan.operation_id is not None:
            raise RefusedMove(_l("The import has gone on meanwhile."))
        session.execute(sa.delete(ImportRow).where(ImportRow.import_id == plan.id))
        session.delete(plan)


def undo(plan, *, actor, address=None):
    """The Takeback of all that it did. Raises RefusedMove while it runs."""
    _allow(actor, plan.kind)
    if plan.state != ImportState.DONE:
        raise RefusedMove(_l("The import is still running: wait for its end."))
    return takebacks.begin(plan.operation, actor=actor, address=address)


def outcomes(plan):
    """Outcome → how many rows, of what came of them or, before the run, of the verdicts. None: not their turn yet."""
    column = ImportRow.verdict if plan.operation_id is None else ImportRow.outcome
    counts = sa.select(column, sa.func.count()).where(ImportRow.import_id == plan.id).group_by(column)
    return Counter(dict(db.session.execute(counts).all()))


def rows(plan, outcome=None, *, after=0, limit=100):
    """ImportRows in the order of the file; ``outcome``: only of that one, as outcomes() counts."""
    column = ImportRow.verdict if plan.operation_id is None else ImportRow.outcome
    found = sa.select(ImportRow).where(ImportRow.import_id == plan.id, ImportRow.position > after)
    if outcome is not None:
        found = found.where(column == outcome)
    return db.session.scalars(found.order_by(ImportRow.position).limit(limit)).all()


def purge():
    """Forget the rows of old imports; what their columns were called is remembered. How many rows."""
    old = sa.select(Import.id).where(Import.created_at < utcnow() - KEPT)
    with transaction() as session:
        return session.execute(sa.delete(ImportRow).where(ImportRow.import_id.in_(old))).rowcount

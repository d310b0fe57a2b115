"""Long lists as files: asked for here, made by the worker, kept for a week, fetched only by whoever asked.

How a list is written is the console's to know; create_app hands that over, see set_maker().
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import AuditTag, ExportKind, ExportState, NotificationKind
from app.errors import Forbidden, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.exports import Export
from app.services import audit, settings
from app.services.media import store
from app.services.notifications import notify
from app.services.transaction import transaction

LEASE = timedelta(minutes=2)  # renewed with every word of progress
ATTEMPTS = 3  # a list that ends its worker each time is given up
REMEMBERED = timedelta(days=30)  # that there was one
OPEN = (ExportState.WAITING, ExportState.RUNNING)
PAGE = "/supervisor/exports/"

make = None


def set_maker(maker):
    """create_app hands over ``maker(work, file, tell)``, which writes a list into a file and returns its rows.

    It calls ``tell(done, total)`` now and then, and lets through what that raises. Raises Forbidden.
    """
    global make
    make = maker


@dataclass(frozen=True)
class List:
    """A list as the journal names it."""

    key: str


def ask(list, query, kind, *, title, filters, timezone, actor):
    """The Export of ``list`` as ``query`` narrows it, to be made by the worker; asked again while it waits, the same.

    Raises RefusedMove where too many of this person's are under way.
    """
    if not may(actor, Permission.EXPORTS):
        raise Forbidden()
    what = {"list": list, "query": query, "kind": ExportKind(kind)}
    with transaction() as session:
        mine = sa.select(Export).where(Export.user_id == actor.id, Export.state.in_(OPEN))
        waiting = session.scalars(mine).all()
        for export in waiting:
            if all(getattr(export, name) == value for name, value in what.items()):
                return export
        most = settings.get("exports_at_once")
        if len(waiting) >= most:
            raise RefusedMove(_l("No more than %(n)s files are made for you at a time. Wait for one, please.", n=most))
        export = Export(**what, user_id=actor.id, title=title, filters=filters, locale=actor.locale, timezone=timezone)
        session.add(export)
        session.flush()
    return export


def record(list, kind, rows, *, title, filters, actor):
    """Who takes which rows out of the house, for the journal."""
    with transaction():
        told = {"title": title, "filters": filters, "kind": str(kind), "rows": rows}
        audit.record(AuditTag.LIST_EXPORTED, List(list), actor=actor, **told)


def of(*, actor):
    """The actor's, newest first."""
    return db.session.scalars(visible_to(actor, Export).order_by(Export.id.desc()).limit(50)).all()


def cancel(export, *, actor):
    """Stop what is under way, or let a file go before its time. What has ended some other way stays so."""
    if not may(actor, Permission.EXPORTS, export):
        raise Forbidden()
    with transaction() as session:
        export = session.get_one(Export, export.id, with_for_update=True)
        if export.state not in (*OPEN, ExportState.READY):
            return
        export.state, export.ended_at, export.leased_until = ExportState.CANCELLED, utcnow(), None
        key = export.key
    store.delete([key])


def open_file(export):
    """The file of a ready export, as a stream."""
    return store.open_at(export.key)


# For the worker


@dataclass(frozen=True)
class Work:
    """A claimed export as plain values: making it holds no row and no transaction."""

    id: int
    attempts: int
    public_id: UUID
    user_id: int
    list: str
    title: str
    query: str
    filters: dict
    kind: ExportKind
    locale: str
    timezone: str

    key = Export.key


_WORK = [getattr(Export, name) for name in Work.__dataclass_fields__]


def claim():
    """The oldest export that nobody makes, leased to this caller; None when there is none. Two never get the same."""
    if db.session.scalar(_free().limit(1)) is None:  # a cheap look that takes no write lock
        db.session.rollback()
        return None
    first = _free().order_by(Export.id).limit(1).with_for_update(skip_locked=True)
    lease = {"state": ExportState.RUNNING, "leased_until": utcnow() + LEASE, "attempts": Export.attempts + 1, "done": 0}
    with transaction() as session:
        taken = sa.update(Export).where(Export.id.in_(first.scalar_subquery())).values(lease).returning(*_WORK)
        row = session.execute(taken.execution_options(synchronize_session=False)).first()
        work = Work(*row) if row else None
        if work and work.attempts > ATTEMPTS:
            _end(work, ExportState.FAILED, error="attempts")
            return None
    return work


def _free():
    now = utcnow()
    impossible = Export.leased_until > now + 2 * LEASE  # the clock was set back
    free = sa.or_(Export.leased_until.is_(None), Export.leased_until < now, impossible)
    return sa.select(Export.id).where(Export.state.in_(OPEN), free)


def progress(work, done, total):
    """Say how far it is and keep the lease; whether it is still to be made, and by this caller."""
    with transaction():
        return _change(work, done=done, total=total, leased_until=utcnow() + LEASE)


def release(work):
    """The worker is asked to stop: the next one begins it again at once."""
    with transaction():
        _change(work, state=ExportState.WAITING, leased_until=None, attempts=work.attempts - 1, done=0)


def finish(work, rows, size):
    """The file is in the storage: its person is told, and the journal. One that was cancelled meanwhile leaves none."""
    now = utcnow()
    expires = now + timedelta(days=settings.get("export_days"))
    with transaction():
        ours = _end(work, ExportState.READY, done=rows, total=rows, size=size, expires_at=expires)
        if ours:
            actor = db.session.get_one(User, work.user_id)
            record(work.list, work.kind, rows, title=work.title, filters=work.filters, actor=actor)
            notify([actor], NotificationKind.EXPORT_READY, params={"title": work.title, "rows": rows}, url=PAGE)
    if not ours:
        _tidy(work)


def fail(work, reason):
    """It cannot be made; ``reason``: a word for the page. The person is told."""
    with transaction():
        if _end(work, ExportState.FAILED, error=reason):
            actor = db.session.get_one(User, work.user_id)
            notify([actor], NotificationKind.EXPORT_FAILED, params={"title": work.title}, url=PAGE)


def _end(work, state, **values):
    return _change(work, state=state, leased_until=None, ended_at=utcnow(), **values)


def _change(work, **values):
    """Whether the export was still this caller's to change."""
    ours = Export.id == work.id, Export.state == ExportState.RUNNING, Export.attempts == work.attempts
    changed = sa.update(Export).where(*ours).values(values).execution_options(synchronize_session=False)
    return db.session.execute(changed).rowcount == 1


def _tidy(work):
    """Unless another try of it is under way or done, which has its file at the same place."""
    state = db.session.scalar(sa.select(Export.state).where(Export.id == work.id))
    if state not in (*OPEN, ExportState.READY):
        store.delete([work.key])


def purge():
    """Remove the files of a week ago, and forget those of a month ago. How many files."""
    now = utcnow()
    old = Export.state == ExportState.READY, Export.expires_at < now
    found = db.session.scalars(sa.select(Export).where(*old)).all()
    keys = {export.id: export.key for export in found}
    db.session.rollback()
    removed = [id for id, key in keys.items() if store.delete([key])]
    with transaction() as session:
        session.execute(sa.update(Export).where(Export.id.in_(removed)).values(state=ExportState.EXPIRED, ended_at=now))
        gone = Export.state.not_in((*OPEN, ExportState.READY)), Export.ended_at < now - REMEMBERED
        session.execute(sa.delete(Export).where(*gone))
    return len(removed)

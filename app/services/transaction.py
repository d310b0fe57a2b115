"""The only owner of commits (DESIGN rule 1).

``with transaction():`` opens one short write; nested calls join the outer one. Inside it a service changes rows,
writes audit events and outbox rows, and calls ``after_commit`` with what the world should hear once it is true.
"""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models.engine import WRITE

log = structlog.get_logger()
LOOK_ONLY = "look_only"  # in the info of a database session


@dataclass(frozen=True)
class Event:
    """Something that has been committed. ``data`` carries ids and plain values, never rows of the session."""

    name: str
    data: dict


def _publish(event: Event) -> None:
    """Nobody listens until create_app hands over a publisher."""


_one_writer = threading.RLock()  # SQLite: queue here, fairly, not in its busy handler (measured stalls of 329 ms)


def set_publisher(publish: Callable[[Event], None]):
    """create_app hands over who tells the world; see sockets/publish.py."""
    global _publish
    _publish = publish


@contextmanager
def transaction():
    """One write transaction. Commits at the end, rolls back on any exception, then publishes its events.

    Objects loaded before it are refreshed inside it, so a rule never decides on a stale row.
    Raises RuntimeError if rows were changed outside a transaction.
    """
    session = db.session()
    if "events" in session.info:
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside transaction()")
    events = session.info["events"] = []
    try:
        if session.get_bind().dialect.name == "sqlite":
            with _one_writer:
                yield from _write(session)
        else:
            yield from _write(session)
    finally:
        del session.info["events"]
    for event in events:
        _tell(event)


class _Share:
    """One caller's part of a transaction that several share, and what came of it."""

    def __init__(self, work):
        self.work, self.result, self.error, self.events, self.done = work, None, None, [], False

    def run(self, session):
        self.result = self.work(session)
        self.events, session.info["events"] = session.info["events"], []

    def run_beside_others(self, session, raw):
        raw.execute("SAVEPOINT share")
        try:
            self.run(session)
        except Exception as error:
            raw.execute("ROLLBACK TO share")
            session.expunge_all()
            self.error, session.info["events"] = error, []
        raw.execute("RELEASE share")


_shares, _sharing = [], threading.Lock()  # those that wait for a transaction to be in


def together(work):
    """``work(session)`` in one transaction with whoever else is about to write: one commit, one sync of the disk.

    What one raises takes back its own work only. Where nobody else waits, and on PostgreSQL, which puts commits
    together by itself, this is transaction(). ``work`` may run in another thread: it holds plain values, no rows.
    """
    session = db.session()
    if session.get_bind().dialect.name != "sqlite" or {"events", LOOK_ONLY} & session.info.keys():
        with transaction() as session:
            return work(session)
    session.rollback()  # nobody's snapshot is older than what was written on their behalf
    session.expire_all()
    share = _Share(work)
    with _sharing:
        _shares.append(share)
    with _one_writer:  # whoever was ahead may have done it meanwhile
        if not share.done:
            _run_shares()
    if share.error:
        raise share.error
    for event in share.events:
        _tell(event)
    return share.result


def _run_shares():
    with _sharing:
        shares = _shares[:]
        _shares.clear()
    try:
        with transaction() as session:
            if len(shares) == 1:
                shares[0].run(session)
                return
            raw = session.connection().connection.driver_connection
            for share in shares:
                share.run_beside_others(session, raw)
    except Exception as error:
        for share in shares:
            share.error = share.error or error
    finally:
        for share in shares:
            share.done = True


def can_be_single():
    """Whether single() may be used here and now: on PostgreSQL, in no transaction, by nobody who only looks."""
    session = db.session()
    return session.get_bind().dialect.name == "postgresql" and not {"events", LOOK_ONLY} & session.info.keys()


def single(statement, *, taken, **values):
    """The row of one Prepared write which is a transaction of its own, or None; one round trip, its commit included.

    Raises ``taken`` when a unique value is taken. Objects loaded before are refreshed when they are used again.
    """
    session = db.session()
    session.rollback()
    session.expire_all()
    try:
        return statement.read(**values)
    except db.engine.dialect.loaded_dbapi.IntegrityError:
        raise taken() from None


def look_only():
    """From now on nothing that this request writes is kept or told: «Смотреть как» shows pages, and no more."""
    db.session().info[LOOK_ONLY] = True


def look_no_more():
    db.session().info.pop(LOOK_ONLY, None)


def _write(session):
    session.rollback()  # leave the read snapshot: it may be older than the lock
    session.expire_all()
    try:
        session.connection(execution_options={WRITE: True})
        yield session
        if LOOK_ONLY in session.info:
            session.rollback()
            session.info["events"].clear()
        else:
            session.commit()
    except BaseException:
        session.rollback()
        raise


def _tell(event):
    try:
        _publish(event)
    except Exception:  # the change is stored; one deaf listener must not turn it into an error
        log.exception("publish_failed", event_name=event.name)


def tell(name, **data):
    """Publish ``Event(name, data)`` at once: what it says is committed."""
    _tell(Event(name, data))


def after_commit(name, **data):
    """Publish ``Event(name, data)`` once the current transaction is committed; never if it is not."""
    db.session().info["events"].append(Event(name, data))


def insert_once(model, values, unique, *, where=None):
    """Insert one row unless its ``unique`` columns (names) are taken; True if it was inserted.

    A race ends the same way on both databases: no exception, one row. Python-side defaults apply. ``where`` is the
    condition of a unique index over some rows only.
    """
    key = model.__table__.primary_key.columns
    statement = _unless_taken(model, unique, where).values(**values).returning(*key)
    return db.session.execute(statement).first() is not None


def insert_missing(model, rows, unique):
    """Insert those of ``rows`` (dicts of the same columns) whose ``unique`` columns are not taken, in one statement."""
    db.session.execute(_unless_taken(model.__table__, unique), rows)


def _unless_taken(target, unique, where=None):
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[db.session.get_bind().dialect.name]
    return dialect.insert(target).on_conflict_do_nothing(index_elements=unique, index_where=where)

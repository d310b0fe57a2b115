"""The only owner of commits (DESIGN rule 1).

``with transaction():`` opens one short write; nested calls join the outer one. Inside it a service changes rows,
writes audit events and outbox rows, and calls ``after_commit`` with what the world should hear once it is true.
"""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models.engine import WRITE, reading
from app.models.prepared import HELD, Prepared
from app.services import turns

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
def _only_writer():
    """SQLite. Others work meanwhile, so that an open write, for which everybody waits who writes, waits for nobody."""
    with turns.waiting(), _one_writer:
        yield


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
            session.rollback()  # whoever waits keeps no connection: the writer may need one
            with _only_writer():
                yield from _write(session)
        else:
            yield from _write(session)
    finally:
        del session.info["events"]
    for event in events:
        _tell(event)


class _Share:
    """One caller's part of a transaction that several share, and what came of it."""

    def __init__(self, work, plain):
        self.work, self.plain = work, plain
        self.result, self.error, self.events, self.done = None, None, [], False

    def run(self, session, run):
        self.result = self.work(run if self.plain else session)
        if session:
            told_by_all = session.info["events"]
            self.events = told_by_all[:]
            told_by_all.clear()  # each caller tells its own

    def run_beside_others(self, session, run, raw):
        raw.execute("SAVEPOINT share")
        try:
            self.run(session, run)
            if session:
                session.flush()
        except Exception as error:
            raw.execute("ROLLBACK TO share")
            self.error = error
            if session:
                session.expunge_all()
                session.info["events"].clear()
        raw.execute("RELEASE share")


_shares, _sharing = [], threading.Lock()  # those that wait for a transaction to be in


def together(work):
    """``work(session)`` in one transaction with whoever else is about to write: one commit, one sync of the disk.

    What one raises takes back its own work only. Where nobody else waits, and on PostgreSQL, which puts commits
    together by itself, this is transaction(). ``work`` may run in another thread: it holds plain values, no rows.
    """
    if db.engine.dialect.name == "sqlite" and _nothing_is_open():
        return _share(work, plain=False)
    with transaction() as session:
        return work(session)


def at_once(work):
    """As together(), for ``work(run)`` of Prepared statements alone: ``run(prepared, **values)`` gives the first row.

    On PostgreSQL each statement is a transaction of its own, in one round trip with its commit: run one only. Beside
    others ``work`` may be called twice; what the first call wrote is taken back.
    Raises Busy where a transaction is open already, or somebody only looks: then it has to be transaction().
    """
    if not _nothing_is_open():
        raise Busy
    if db.engine.dialect.name == "sqlite":
        return _share(work, plain=True)
    with reading(db.engine) as raw:
        return work(partial(Prepared.run_on, raw=raw, dialect=db.engine.dialect))


class Busy(Exception):
    """at_once() cannot be used here and now."""


def _nothing_is_open():
    """Whether this caller is in no transaction; whatever it has read is read anew from now on."""
    if not db.session.registry.has():
        return True
    session = db.session()
    if {"events", LOOK_ONLY} & session.info.keys():
        return False
    session.rollback()
    session.expire_all()
    return True


def _share(work, plain):
    share = _Share(work, plain)
    with _sharing:
        _shares.append(share)
    turns.give_way()
    if not share.done:
        with _only_writer():
            if not share.done:  # whoever was ahead may have done it meanwhile
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
        (_run_plain if all(share.plain for share in shares) else _run_in_session)(shares)
    except Exception as error:
        for share in shares:
            share.error = share.error or error
    finally:
        for share in shares:
            share.done = True


def _run_plain(shares):
    """Without a Session, which costs as much as everything else that a message needs."""
    engine = db.engine
    with reading(engine) as raw:
        run = partial(Prepared.run_on, raw=raw, dialect=engine.dialect)
        raw.execute("BEGIN IMMEDIATE")
        try:
            _run_plainly(shares, run, raw)
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise


def _run_plainly(shares, run, raw):
    """Where one raises, which is seldom, all is taken back and done again, each beside the others."""
    try:
        for share in shares:
            share.run(None, run)
    except Exception:
        if len(shares) == 1:
            raise
        raw.execute("ROLLBACK")
        raw.execute("BEGIN IMMEDIATE")
        _run_each(shares, None, run, raw)


def _run_in_session(shares):
    with transaction() as session:
        connection = session.connection()
        raw = connection.connection
        run = partial(Prepared.run_on, raw=raw, dialect=connection.dialect)
        _run_each(shares, session, run, raw.driver_connection)


def _run_each(shares, session, run, raw):
    if len(shares) == 1:
        shares[0].run(session, run)
        return
    for share in shares:
        share.run_beside_others(session, run, raw)


def is_writing():
    """Whether a transaction() is open: then what it has not committed yet has to be read inside it."""
    return "events" in db.session().info


def look_only():
    """From now on nothing that this request writes is kept or told: «Смотреть как» shows pages, and no more."""
    db.session().info[LOOK_ONLY] = True


def look_no_more():
    db.session().info.pop(LOOK_ONLY, None)


def _write(session):
    session.rollback()  # leave the read snapshot: it may be older than the lock
    session.expire_all()
    try:
        session.info[HELD] = session.connection(execution_options={WRITE: True})
        yield session
        if LOOK_ONLY in session.info:
            session.rollback()
            session.info["events"].clear()
        else:
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(HELD, None)


def _tell(event):
    try:
        _publish(event) if isinstance(event, Event) else event()
    except Exception:  # the change is stored; one deaf listener must not turn it into an error
        log.exception("publish_failed", event_name=getattr(event, "name", event))


def tell(name, **data):
    """Publish ``Event(name, data)`` at once: what it says is committed."""
    _tell(Event(name, data))


def after_commit(name, **data):
    """Publish ``Event(name, data)`` once the current transaction is committed; never if it is not."""
    db.session().info["events"].append(Event(name, data))


def afterwards(do):
    """Call ``do()`` once the current transaction is committed and its lock is free; never if it is not."""
    db.session().info["events"].append(do)


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

"""How a database is opened. SQLite (DESIGN section 6): we own BEGIN, writes queue up front, a commit is on the disk.

PostgreSQL: a connection that the server has hung up on is noticed without asking it anything.
"""

import os
import select
import shutil
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

_idle = WeakKeyDictionary()  # engine → connections that wait for the next question
KEPT = 16  # of those, at most
WRITE = "otklik_write"  # execution option: this transaction is going to write
LOG_PAGES = 8000  # of SQLite's write-ahead log; at the usual 1000 one message in eighty waited for it to be copied
LOG_SIZE = LOG_PAGES * (4096 + 24) + 32
STEP = 1024 * 1024  # of the log's room is made at a time: some milliseconds of the write lock


def prepare(engine):
    """Install the hooks of its connections."""
    sa.event.listen(engine, "engine_disposed", _close_idle)
    if engine.dialect.name == "sqlite":
        engine.dialect.statement_compiler = _Hinting
        sa.event.listen(engine, "connect", _open)
        sa.event.listen(engine, "begin", _begin)
    else:
        sa.event.listen(engine, "checkout", _refuse_dead)


class _Hinting(SQLiteCompiler):
    """``select.with_hint(table, "INDEXED BY …", "sqlite")`` is heard: SQLAlchemy leaves it out."""

    def get_from_hint_text(self, table, text):
        return text


def _open(connection, _record):
    connection.isolation_level = None  # the driver must not begin behind our back
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=5000")
    # Whoever's commit fills the log copies it into the database.
    cursor.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA mmap_size=268435456")
    cursor.close()


def _begin(connection):
    # A read transaction that turns into a write fails at once when another writer got in between;
    # taking the write lock first makes it wait its turn instead.
    write = connection.get_execution_options().get(WRITE)
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")


def _refuse_dead(connection, _record, _fairy):
    """After a restart of the server every connection is dead; the pool opens new ones."""
    if _is_dead(connection):
        raise sa.exc.InvalidatePoolError


def _is_dead(connection):
    """Whether the server has hung up: then there is something to read that nobody asked for. No round trip."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def make_room(engine):
    """SQLite: the write-ahead log gets its whole size before it is written to; once per served process.

    A commit that makes a file longer waits for the file system's journal too: one in a hundred took 2.7 ms, with room
    1.3. What follows the last commit in the log is nobody's, so zeros there mean nothing, to a recovery either.
    """
    if engine.dialect.name != "sqlite":
        return
    log = Path(f"{engine.url.database}-wal")
    while shutil.disk_usage(log.parent).free > 10 * LOG_SIZE and _is_longer(engine, log):
        pass
    with log.open("rb") as written:
        os.fsync(written.fileno())


def _is_longer(engine, log):
    """Make the log a STEP longer, unless it is long enough. Meanwhile nobody else may write at its end."""
    with reading(engine) as raw:
        raw.execute("BEGIN IMMEDIATE")
        try:
            lacking = min(STEP, LOG_SIZE - log.stat().st_size)
            if lacking > 0:
                with log.open("ab") as end:
                    end.write(bytes(lacking))
        finally:
            raw.execute("ROLLBACK")
    return lacking > 0


def copy_log(engine):
    """SQLite: copy what the write-ahead log holds into the database, now and then, and after a great deal was written.

    Nobody waits for it: others read and write meanwhile, where a commit that fills the log keeps them for 20–100 ms.
    """
    if engine.dialect.name == "sqlite":
        with reading(engine) as raw:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


@contextmanager
def aside(engine):
    """A Connection for reading a great deal in many short transactions: the caller ends each by rollback().

    It is closed afterwards, and keeps almost nothing of what it read, where others fill the memory with pages.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        for small in ("cache_size=-512", "mmap_size=0"):
            connection.connection.driver_connection.execute(f"PRAGMA {small}")
        try:
            yield connection
        finally:
            connection.invalidate()  # nobody else is to get one so small


@contextmanager
def reading(engine):
    """A driver's connection for one statement in no transaction: a SELECT of what is committed, for example.

    A checkout of the pool costs four times what SQLite needs to answer, and on PostgreSQL BEGIN and ROLLBACK would be
    two more round trips, so a few connections are kept aside.
    """
    idle = _idle.setdefault(engine, deque())
    connection = _take(engine, idle)
    try:
        yield connection
    finally:
        if len(idle) < KEPT:
            idle.append(connection)
        else:
            connection.close()


def _take(engine, idle):
    try:
        connection = idle.pop()
    except IndexError:  # asking first would race with other threads
        return _own(engine)
    if engine.dialect.name != "sqlite" and _is_dead(connection):
        connection.close()
        return _take(engine, idle)
    return connection


def _own(engine):
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    if engine.dialect.name != "sqlite":
        _for_prepared(connection)
    return connection


def _for_prepared(connection):
    """PostgreSQL: each statement is planned once. Planning one takes up to ten times as long as its answer."""
    connection.autocommit = True
    connection.prepare_threshold = 0
    connection.execute("SET plan_cache_mode = force_generic_plan")


def _close_idle(engine):
    for connection in _idle.pop(engine, ()):
        connection.close()

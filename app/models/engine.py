"""How SQLite is opened (DESIGN section 6): we own BEGIN, writes queue up front, a commit is on the disk."""

from collections import deque
from contextlib import closing, contextmanager
from weakref import WeakKeyDictionary

import sqlalchemy as sa

_idle = WeakKeyDictionary()  # engine → connections that wait for the next question
WRITE = "otklik_write"  # execution option: this transaction is going to write


def prepare(engine):
    """Install the connection and BEGIN hooks. Other databases need none."""
    if engine.dialect.name != "sqlite":
        return
    sa.event.listen(engine, "connect", _open)
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "engine_disposed", _close_idle)


def _open(connection, _record):
    connection.isolation_level = None  # the driver must not begin behind our back
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=5000")
    # Whoever's commit fills the log copies it into the database; at the usual 1000 pages one message in eighty waited.
    cursor.execute("PRAGMA wal_autocheckpoint=8000")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA mmap_size=268435456")
    cursor.close()


def _begin(connection):
    # A read transaction that turns into a write fails at once when another writer got in between;
    # taking the write lock first makes it wait its turn instead.
    write = connection.get_execution_options().get(WRITE)
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine):
    """A driver's connection for one SELECT of what is committed.

    A checkout of the pool costs four times what SQLite needs to answer, so a few of its connections are kept aside.
    """
    if engine.dialect.name != "sqlite":
        with closing(engine.raw_connection()) as pooled, _without_transaction(pooled.driver_connection):
            yield pooled
        return
    idle = _idle.setdefault(engine, deque(maxlen=8))  # what is more than that is closed by being forgotten
    try:
        connection = idle.pop()
    except IndexError:  # asking first would race with other threads
        connection = _own(engine)
    try:
        yield connection
    finally:
        idle.append(connection)


@contextmanager
def _without_transaction(connection):
    """One SELECT needs none on PostgreSQL either: its BEGIN and ROLLBACK would be two more round trips."""
    connection.autocommit = True
    try:
        yield
    finally:
        if not connection.closed:
            connection.autocommit = False


def _own(engine):
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection


def _close_idle(engine):
    for connection in _idle.pop(engine, ()):
        connection.close()

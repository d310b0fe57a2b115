"""How SQLite is opened (DESIGN section 6): we own BEGIN, writes queue up front, a commit is on the disk."""

import sqlalchemy as sa

WRITE = "otklik_write"  # execution option: this transaction is going to write


def prepare(engine):
    """Install the connection and BEGIN hooks. Other databases need none."""
    if engine.dialect.name != "sqlite":
        return
    sa.event.listen(engine, "connect", _open)
    sa.event.listen(engine, "begin", _begin)


def _open(connection, _record):
    connection.isolation_level = None  # the driver must not begin behind our back
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.execute("PRAGMA mmap_size=268435456")
    cursor.close()


def _begin(connection):
    # A read transaction that turns into a write fails at once when another writer got in between;
    # taking the write lock first makes it wait its turn instead.
    write = connection.get_execution_options().get(WRITE)
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")

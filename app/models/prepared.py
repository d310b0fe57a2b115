"""Statements that every message needs: compiled once, then handed straight to the driver.

Building and running a statement the usual way costs the processor ten times what SQLite needs to answer it. Only for
the hottest few; all others go through db.session.
"""

from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa

from app.extensions import db
from app.models.engine import reading

HELD = "held_connection"  # in the info of a database session: that of its transaction, which takes long to ask for


class Prepared:
    """A SELECT, or a write with RETURNING, of which at most one row is wanted, made into ``row`` (a tuple by default).

    ``columns`` names what an INSERT is given, each column with a default made in Python among them. The types' own
    conversions apply both ways; values that the statement does not ask for are passed over.
    """

    def __init__(self, statement, *, row=lambda *values: values, columns=None):
        self._statement, self._row, self._columns = statement, row, columns
        self._ready = {}

    def read(self, **values):
        """The first row of what is committed by now, or None."""
        engine = db.engine
        with reading(engine) as raw:
            return self.run_on(raw=raw, dialect=engine.dialect, **values)

    def run(self, connection, **values):
        """The first row, or None, inside the transaction of this SQLAlchemy connection."""
        return self.run_on(raw=connection.connection, dialect=connection.dialect, **values)

    def within(self, session, **values):
        """run() in the transaction of an ORM session, which writes what it holds back first, as for its own."""
        return self.run(_written(session), **values)

    def read_all(self, **values):
        """Every row of what is committed by now."""
        engine = db.engine
        with reading(engine) as raw:
            return self._run_all(raw, engine.dialect, values)

    def all_within(self, session):
        """Every row, as within()."""
        connection = _written(session)
        return self._run_all(connection.connection, connection.dialect, {})

    def _run_all(self, raw, dialect, values):
        ready = self._compiled(dialect)
        return [self._row(*ready.read(row)) for row in _execute(raw, ready, values, "fetchall")]

    def run_on(self, *, raw, dialect, **values):
        """The first row, or None, by a driver's connection."""
        ready = self._compiled(dialect)
        found = _execute(raw, ready, values, "fetchone")
        return self._row(*ready.read(found)) if found else None

    def _compiled(self, dialect):
        if dialect.name not in self._ready:
            self._ready[dialect.name] = _Compiled(self._statement, self._columns, dialect)
        return self._ready[dialect.name]


def _written(session):
    if session.autoflush:
        session.flush()
    held = session.info.get(HELD)
    return session.connection() if held is None or held.closed else held


def _execute(raw, ready, values, fetch):
    cursor = raw.cursor()
    try:
        cursor.execute(ready.sql, ready.bind(values))
        return getattr(cursor, fetch)()
    finally:
        cursor.close()


NUMERIC = 1700  # psycopg's word for what a Numeric column gives; no other type asks


class _Compiled:
    """The text of a statement for one dialect, and the conversions of what goes in and comes out."""

    def __init__(self, statement, columns, dialect):
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError(f"a default has to be given: {compiled.insert_prefetch or compiled.update_prefetch}")
        self.sql, self._named = str(compiled), not compiled.positional
        self._names = list(compiled.positiontup or compiled.binds)
        binds = [compiled.binds[name] for name in self._names]
        writers = [bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in binds]
        self._slots = [_slot(name, *pair) for name, *pair in zip(self._names, binds, writers, strict=True)]
        self._writers = _needed(bind.required and write for bind, write in zip(binds, writers, strict=True))
        self._readers = _needed(_reader(column.type, dialect) for column in statement.exported_columns)

    def bind(self, values):
        found = [values[name] if needed else fixed for name, needed, fixed in self._slots]
        for place, write in self._writers:
            found[place] = write(found[place])
        return dict(zip(self._names, found, strict=True)) if self._named else found

    def read(self, row):
        values = list(row)
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return values


def _reader(kind, dialect):
    read = kind.dialect_impl(dialect).result_processor(dialect, NUMERIC)
    return _uuid if read and isinstance(kind, sa.Uuid) else read


# On SQLite they are texts. Those of people and conversations come again and again, and never change.
_uuid = lru_cache(maxsize=8192)(UUID)


def _slot(name, bind, write):
    """(name, whether the caller gives it, its fixed value as the driver takes it)"""
    fixed = None if bind.required else bind.effective_value
    return name, bind.required, fixed if bind.required or write is None else write(fixed)


def _needed(conversions):
    """(place, conversion) of the values that have one."""
    return [(place, convert) for place, convert in enumerate(conversions) if convert]

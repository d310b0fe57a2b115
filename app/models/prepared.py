"""Statements that every message needs: compiled once, then handed straight to the driver.

Building and running a statement the usual way costs the processor ten times what SQLite needs to answer it. Only for
the hottest few; all others go through db.session.
"""

import time
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
        return [self._row(*row) for row in ready.read_all(_execute(raw, ready.sql, ready.bind(values), "fetchall"))]

    def run_on(self, *, raw, dialect, **values):
        """The first row, or None, by a driver's connection."""
        ready = self._compiled(dialect)
        found = _execute(raw, ready.sql, ready.bind(values), "fetchone")
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


def _execute(raw, sql, values, fetch):
    cursor = raw.cursor()
    try:
        cursor.execute(sql, values)
        return getattr(cursor, fetch)()
    finally:
        cursor.close()


_shapes = {}  # what SQLAlchemy tells statements apart by, but for their values → _Compiled


def read_once(statement, told=lambda sql, seconds: None):
    """Every row, as a list of tuples, of what is committed by now: for a SELECT that is another one each time, but of a
    shape that comes again, which is compiled once. SQLite only: PostgreSQL has to plan for the values themselves.

    ``told(sql, seconds)`` hears how long it took: what listens to SQLAlchemy does not.
    """
    engine, shape = db.engine, statement._generate_cache_key()
    ready = _shapes.get(shape.key)
    if ready is None:
        if len(_shapes) >= SHAPES:
            _shapes.clear()
        ready = _shapes[shape.key] = _Compiled(statement, None, engine.dialect, cache_key=shape)
    if ready.expands:
        return db.session.execute(statement).all()
    values, begun = ready.bind_shape(shape.bindparams), time.perf_counter()
    with reading(engine) as raw:
        found = _execute(raw, ready.sql, values, "fetchall")
    told(ready.sql, time.perf_counter() - begun)
    return ready.read_all(found)


SHAPES = 1000  # kept at once
NUMERIC = 1700  # psycopg's word for what a Numeric column gives; no other type asks


class _Compiled:
    """The text of a statement for one dialect, and the conversions of what goes in and comes out."""

    def __init__(self, statement, columns, dialect, **more):
        self._compiled = compiled = statement.compile(dialect=dialect, column_keys=columns, **more)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError(f"a default has to be given: {compiled.insert_prefetch or compiled.update_prefetch}")
        self.sql, self._named = str(compiled), not compiled.positional
        self.expands = bool(compiled.post_compile_params)  # a list of values is another text for each length
        names = () if self.expands else compiled.positiontup or compiled.binds
        self._slots = [_slot(name, compiled.binds[name], dialect) for name in names]
        readers = [_reader(column.type, dialect) for column in statement.exported_columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read]

    def bind(self, values):
        found = [(name, write(values[name]) if needed else fixed) for name, write, needed, fixed in self._slots]
        return dict(found) if self._named else [value for _, value in found]

    def bind_shape(self, bound):
        """The values of a statement of the same shape, whose own are ``bound``."""
        values = self._compiled.construct_params(extracted_parameters=bound)
        return [write(values[name]) for name, write, _needed, _fixed in self._slots]

    def read(self, row):
        values = list(row)
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return values

    def read_all(self, rows):
        """read() for many: a column at a time."""
        if not rows or not self._readers:
            return rows
        columns = list(zip(*rows, strict=True))
        for place, read in self._readers:
            columns[place] = [None if value is None else read(value) for value in columns[place]]
        return list(zip(*columns, strict=True))


def _reader(kind, dialect):
    read = kind.dialect_impl(dialect).result_processor(dialect, NUMERIC)
    return _uuid if read and isinstance(kind, sa.Uuid) else read


# On SQLite they are texts. Those of people and conversations come again and again, and never change.
_uuid = lru_cache(maxsize=8192)(UUID)


def _slot(name, bind, dialect):
    """(name, conversion, whether the caller gives it, its fixed value)"""
    write = bind.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
    return name, write, bind.required, None if bind.required else write(bind.effective_value)

"""Statements that every message needs: compiled once, then handed straight to the driver.

Building and running a statement the usual way costs the processor ten times what SQLite needs to answer it. Only for
the hottest few; all others go through db.session.
"""

import time
from datetime import UTC
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa

from app.extensions import db
from app.models.base import UtcDateTime
from app.models.engine import reading

HELD = "held_connection"  # in the info of a database session: that of its transaction, which takes long to ask for


class Prepared:
    """A SELECT, or a write with RETURNING, of which at most one row is wanted, made into ``row`` (a tuple by default).

    ``columns`` names what an INSERT is given, each column with a default made in Python among them. The types' own
    conversions apply both ways; values that the statement does not ask for are passed over.
    """

    def __init__(self, statement, *, row=lambda *values: values, columns=None, words=False):
        self._statement, self._row, self._columns, self._words = statement, row, columns, words
        self._ready = {}

    def with_words(self):
        """The same, whose answers hold ids, moments and kinds as texts: what the contract calls them."""
        return Prepared(self._statement, row=self._row, words=True)

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
            self._ready[dialect.name] = _Compiled(self._statement, self._columns, dialect, self._words)
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
    ready = shape and _shapes.get(shape.key)
    if ready is None and shape:
        if len(_shapes) >= SHAPES:
            _shapes.clear()
        ready = _shapes[shape.key] = _Compiled(statement, None, engine.dialect, cache_key=shape)
    if ready is None or ready.expands:
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

    def __init__(self, statement, columns, dialect, words=False, **more):
        self._compiled = compiled = statement.compile(dialect=dialect, column_keys=columns, **more)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError(f"a default has to be given: {compiled.insert_prefetch or compiled.update_prefetch}")
        self.sql, self._named = str(compiled), not compiled.positional
        self.expands = bool(compiled.post_compile_params)  # a list of values is another text for each length
        names = () if self.expands else compiled.positiontup or compiled.binds
        binds = {name: compiled.binds[name] for name in names}
        self._all_writers = writers = {name: _writer(bind, dialect) for name, bind in binds.items()}
        self._order = list(names)
        self._fixed = {name: _fixed(bind, writers[name]) for name, bind in binds.items() if not bind.required}
        self._writers = [(name, write) for name, write in writers.items() if write and binds[name].required]
        reader = _in_words if words else _reader
        readers = [reader(column.type, dialect) for column in statement.exported_columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read]

    def bind(self, values):
        """As the driver wants them; each is converted once, however often the statement names it."""
        found = values | self._fixed
        for name, write in self._writers:
            found[name] = write(found[name])
        return {name: found[name] for name in self._order} if self._named else [found[name] for name in self._order]

    def bind_shape(self, bound):
        """The values of a statement of the same shape, whose own are ``bound``."""
        values = self._compiled.construct_params(extracted_parameters=bound)
        ways = ((name, self._all_writers[name]) for name in self._order)
        return [write(values[name]) if write else values[name] for name, write in ways]

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


def _in_words(kind, dialect):
    texts = dialect.name == "sqlite"
    if isinstance(kind, sa.Uuid):
        return _dashed if texts else str
    if isinstance(kind, UtcDateTime):
        return _moment_of_text if texts else _moment
    return None if isinstance(kind, sa.Enum) else _reader(kind, dialect)


def _dashed(digits):
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _moment_of_text(text):
    return f"{text[:10]}T{text[11:23]}+00:00"


def _moment(value):
    return value.astimezone(UTC).isoformat(timespec="milliseconds")


# On SQLite they are texts. Those of people and conversations come again and again, and never change.
_uuid = lru_cache(maxsize=8192)(UUID)


def _writer(bind, dialect):
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def _fixed(bind, write):
    return write(bind.effective_value) if write else bind.effective_value

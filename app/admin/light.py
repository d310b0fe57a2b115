"""Rows of a list without the ORM: what its cells show, read by one statement into plain objects.

An object of the ORM costs many times the row it is made of, and more for each column that it leaves out. A light row
has the columns that were named, leads to the records that were named, and behaves as its model does (methods and
properties are the model's own); its public id is text. Anything else is an AttributeError, never one more statement. It
is there to be shown: services are given objects.
"""

import json
from dataclasses import make_dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import FunctionType

import sqlalchemy as sa

from app import slow
from app.extensions import db
from app.models.base import UtcDateTime
from app.models.prepared import Prepared, read_once
from app.services.transaction import is_writing


class Read(sa.TypeDecorator):
    """A column by one call for each value: the types of the models take three, and a page has five hundred values."""

    impl = sa.String
    cache_ok = True

    def __init__(self, by):
        super().__init__()
        self.by = by

    def result_processor(self, dialect, coltype):
        return self.by


def _spelled(value):
    """A UUID as addresses spell it: as objects that are spelled again, a page's hundred take longer than its SQL."""
    if type(value) is str:  # SQLite keeps the digits alone
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return value and str(value)


def _moment(value):
    if type(value) is str:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value and value.astimezone(UTC)


_parsed = lru_cache(maxsize=4096)(json.loads)  # few rooms are wished for; to be read, as everything here


def _loaded(value):
    return _parsed(value) if type(value) is str else value


@cache
def _member(enum):
    return {member.value: member for member in enum}.get


def _reader(kind):
    for known, read in ((sa.Uuid, _spelled), (UtcDateTime, _moment), (sa.JSON, _loaded)):
        if isinstance(kind, known):
            return read
    return _member(kind.enum_class) if isinstance(kind, sa.Enum) else None


def _told(column):
    read = _reader(column.type)
    return sa.type_coerce(column, Read(read)).label(column.key) if read else column


def read(statement, **values):
    """Every row of a statement that is another one each time."""
    if db.engine.dialect.name == "sqlite" and not is_writing():
        return read_once(statement, slow.note_statement, **values)
    return db.session.execute(statement, values).all()


class Light:
    """Columns of one model, its key always among them; by the names of its relations, what they lead to."""

    def __init__(self, *columns, **others):
        self.model, self.others = columns[0].class_, others
        (key,) = self.model.__table__.primary_key
        self.names = tuple(dict.fromkeys([key.key, *(column.key for column in columns)]))
        self._kind = _kind(self.model, (*self.names, *others))

    def between(self, column, below, top, showing=()):
        """Those whose ``column`` is above ``below`` and not above ``top``, in no order, by a statement made once.

        ``showing``: names; columns among them are read as well.
        """
        light = self._showing(showing)
        return light._all(_between(light, column).read_all(below=below, top=top))[0]

    def cutting(self, keys, columns, order, showing=()):
        """The statement of the CTE ``keys``, in ``order``; ``columns``: what is asked besides, each row's last."""
        return _cut(self._showing(showing)).add_cte(keys).add_columns(*columns).order_by(*order)

    def cut(self, statement, values, showing=()):
        """``(rows, what the first row of such a statement ends with)``."""
        found = read(statement, **values)
        made, end = self._showing(showing)._all(found)
        return [row for row in made if row is not None], found[0][end:] if found else None

    def _showing(self, names):
        columns = self.model.__table__.c
        more = {name for name in names if name in columns} - set(self.names)
        return _with(self, tuple(sorted(more)))  # in whatever order they stand: one statement

    def made(self, values):
        """One of its own columns alone."""
        return self._kind(*values)

    def _all(self, rows, at=0):
        """The objects of the rows of a statement, where their columns begin ``at``, None where there is none; and where
        their columns end, with those of what they lead to.

        To one record leads one object: cells that depend on it are made once.
        """
        upto = end = at + len(self.names)
        others, kind, made = [], self._kind, {None: None}
        for other in self.others.values():
            found, end = other._all(rows, end)
            others.append(found)
        for row, *led in zip(rows, *others, strict=True):
            if row[at] not in made:
                made[row[at]] = kind(*row[at:upto], *led)
        return [made[row[at]] for row in rows], end

    def _joined(self, table, found):
        """``(columns, FROM)``. Outer joins all: SQLite must begin with the rows that are asked for."""
        columns = [_told(table.c[name]) for name in self.names]
        for name, other in self.others.items():
            there = other.model.__table__.alias()
            pairs = getattr(self.model, name).property.local_remote_pairs
            same = sa.and_(*(table.c[here.key] == there.c[remote.key] for here, remote in pairs))
            more, found = other._joined(there, found.outerjoin(there, same))
            columns += more
        return columns, found


@lru_cache(maxsize=256)
def _with(light, names):
    return Light(*(getattr(light.model, name) for name in (*light.names, *names)), **light.others)


@lru_cache(maxsize=256)
def _between(light, column):
    table = light.model.__table__
    columns, found = light._joined(table, table)
    ends = column > sa.bindparam("below", type_=column.type), column <= sa.bindparam("top", type_=column.type)
    return Prepared(sa.select(*columns).select_from(found).where(*ends))


KEYS = sa.table("page", sa.column("key"))  # the name of a CTE that a page is cut as


@lru_cache(maxsize=256)
def _cut(light):
    table = light.model.__table__
    (key,) = table.primary_key
    # An outer join: SQLite must begin with the page.
    columns, found = light._joined(table, KEYS.outerjoin(table, key == KEYS.c.key))
    return sa.select(*columns).select_from(found)


def _kind(model, names):
    own = {name: way for name, way in vars(model).items() if isinstance(way, FunctionType | property)}
    ways = {name: way for name, way in own.items() if not name.startswith("__") or name == "__str__"}
    return make_dataclass(model.__name__, names, namespace=ways, eq=False, repr=False)

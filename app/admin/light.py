"""Rows of a list without the ORM: what its cells show, read by one statement into plain objects.

An object of the ORM costs many times the row it is made of, and more for each column that it leaves out. A light row
has the columns that were named, leads to the records that were named, and behaves as its model does (methods and
properties are the model's own); its public id is text. Anything else is an AttributeError, never one more statement. It
is there to be shown: services are given objects.
"""

from dataclasses import make_dataclass
from functools import lru_cache
from types import FunctionType

import sqlalchemy as sa

from app.extensions import db


class Spelled(sa.TypeDecorator):
    """A UUID as addresses spell it: as objects that are spelled again, a page's hundred take longer than its SQL."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value, dialect):
        if type(value) is str:  # SQLite keeps the digits alone
            return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
        return value and str(value)


def _read(column):
    return sa.type_coerce(column, Spelled).label(column.key) if isinstance(column.type, sa.Uuid) else column


class Light:
    """Columns of one model, its key always among them; by the names of its relations, what they lead to."""

    def __init__(self, *columns, **others):
        self.model, self.others = columns[0].class_, others
        (key,) = self.model.__table__.primary_key
        self.names = tuple(dict.fromkeys([key.key, *(column.key for column in columns)]))
        self._kind = _kind(self.model, (*self.names, *others))

    def rows(self, where, showing=()):
        """Those of which ``where`` is true, in no order. ``showing``: names; columns among them are read as well."""
        columns = self.model.__table__.c
        more = {name for name in showing if name in columns} - set(self.names)
        light = _with(self, tuple(sorted(more)))  # in whatever order they stand: one statement
        make, _end = light._maker(0)
        return [make(row) for row in db.session.execute(_statement(light).where(where)).all()]

    def _maker(self, at):
        """``row of the statement → object``, where its columns begin ``at``; where they end, with what it leads to.

        To one record leads one object: cells that depend on it are made once.
        """
        upto = end = at + len(self.names)
        parts, kind, made = [], self._kind, {None: None}
        for other in self.others.values():
            part, end = other._maker(end)
            parts.append(part)

        def make(row):
            key = row[at]
            if key not in made:
                made[key] = kind(*row[at:upto], *[part(row) for part in parts])
            return made[key]

        return make, end

    def _joined(self, table, found):
        """``(columns, FROM)``. Outer joins all: SQLite must begin with the rows that are asked for."""
        columns = [_read(table.c[name]) for name in self.names]
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
def _statement(light):
    table = light.model.__table__
    columns, found = light._joined(table, table)
    return sa.select(*columns).select_from(found)


def _kind(model, names):
    own = {name: way for name, way in vars(model).items() if isinstance(way, FunctionType | property)}
    ways = {name: way for name, way in own.items() if not name.startswith("__") or name == "__str__"}
    return make_dataclass(model.__name__, names, namespace=ways, eq=False, repr=False)

"""What a list can be narrowed by. Each filter reads its own words of the query string and answers with a clause.

A ``dense`` clause is asked for once more than listing.CAP rows are known to match: walking the list's own order and
testing each row then beats gathering and sorting, so the clause must keep the database off the filter's own index.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.admin import ahead

UNASKED = object()


@dataclass(frozen=True, kw_only=True, eq=False)
class Filter:
    name: str
    label: object
    own: bool = True  # whether an index of its own gives what matches
    gathered: bool = False  # whether trying a row is so dear that what matches is always gathered
    rare: bool = False  # whether it stands folded away until it is asked
    facet: bool = False  # whether it is a column of the index that counts several filters at once
    counts: bool = False  # whether that index begins with it
    scan = order = None
    streams = False  # whether stream() is there
    gauged = False  # whether stream() costs as much however few match, so that they are counted first
    scans = False  # whether its dense clause is another one
    sized = False  # whether its clause asks how many rows match

    def ids(self, view, value):
        """A Select of the keys of the rows that match."""
        return sa.select(view.primary_key).where(self.clause(value))

    def stream(self, value):
        """The same off an index that has the list's own order, however many there are."""
        raise NotImplementedError

    @property
    def words(self):
        """What it is called in the query string."""
        return (self.name,)

    def read(self, args):
        """The value asked for, checked, or None."""
        raise NotImplementedError

    def clause(self, value, *, dense=False):
        raise NotImplementedError

    def held(self, value):
        """``(place, values)``: clause(place) is the same for all values, which are those of its parameters. None: each
        value has a clause of its own.
        """

    def said(self, value):
        """The value in words."""
        return str(value)

    def token(self, value):
        """The value as the address has it."""
        return value

    # For admin/ahead.py, before anything is asked:

    def standing_in(self, args):
        """What has the place of read() meanwhile."""
        return self.read(args)

    def question(self, args):
        """``(key, Select, its parameters)`` of what read() asks, or None."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Filter):
    """One of a few words: a column equals one, or ``clauses`` says what each word means."""

    kind = "choice"
    choices: Any  # [(value, label)], or a function that returns it
    column: Any = None
    clauses: dict | None = None
    lasting: bool = False  # whether these clauses are the same each time
    order: Any = None  # the listing.Order to walk its rows in, where it is not the list's own

    @property
    def options(self):
        return self.choices() if callable(self.choices) else self.choices

    def read(self, args):
        value = args.get(self.name, "")
        return value if value and value in {str(option) for option, _ in self.options} else None

    def said(self, value):
        return next(str(label) for option, label in self.options if str(option) == value)

    def clause(self, value, *, dense=False):
        return self.clauses[value]() if self.clauses else self.column == value

    def held(self, value):
        return (_place(self.name), {self.name: value}) if not self.clauses else (value, {}) if self.lasting else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Reference(Filter):
    """One row of another table, found by typing; ``meaning(row)`` is the clause, ``scan(row)`` its dense form."""

    kind = "reference"
    loader: Any
    meaning: Any
    scan: Any = None
    order: Any = None  # as that of Choice

    @property
    def scans(self):
        return self.scan is not None

    def read(self, args):
        key = self._key(args)
        if not key:
            return None
        rows = ahead.answer(self._question(key), lambda: UNASKED)
        if rows is UNASKED:
            return self.loader.get_one(key)
        return self.loader.told(key, rows[0]) if rows else None

    def _key(self, args):
        return args.get(self.name, "").strip()

    def _question(self, key):
        return "row", self.loader.model, key

    def standing_in(self, args):
        key = self._key(args)
        return self.loader.stand_in(key) if key else None

    def question(self, args):
        key = self._key(args)
        asked = self.loader.asking(key) if key else None
        return asked and (self._question(key), *asked)

    def said(self, value):
        return self.loader.text(value)

    def token(self, value):
        return self.loader.key_of(value)

    def clause(self, value, *, dense=False):
        return self.scan(value) if dense and self.scan else self.meaning(value)

    def held(self, value):
        return _place_of_id(self.name), {self.name: value.id}


@cache
def _place(name):
    return sa.bindparam(name)


@cache
def _place_of_id(name):
    return Row(sa.bindparam(name, type_=sa.Integer))


@dataclass(frozen=True, eq=False)
class Row:
    """What stands for a row of which no more than this is asked."""

    id: Any


@dataclass(frozen=True, kw_only=True, eq=False)
class Key(Filter):
    """What a link from another page asks for and nobody types: shown as a mark that can be taken off."""

    kind = "key"
    pattern: str
    meaning: Any

    def read(self, args):
        value = args.get(self.name, "")
        return value if re.fullmatch(self.pattern, value) else None

    def clause(self, value, *, dense=False):
        return self.meaning(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Days(Filter):
    """From one day to another, both included: ``<name>_from`` and ``<name>_to``; ``zone()`` says whose days."""

    kind = "days"
    column: Any
    zone: Any
    order: Any = None  # the listing.Order that walks the same index

    @property
    def words(self):
        return f"{self.name}_from", f"{self.name}_to"

    def read(self, args):
        begin, end = _day(args.get(f"{self.name}_from")), _day(args.get(f"{self.name}_to"))
        return (begin, end) if begin or end else None

    def said(self, value):
        return "–".join(f"{day:%d.%m.%Y}" if day else "…" for day in value)

    def clause(self, value, *, dense=False):
        begin, end = value
        bounds = []
        if begin:
            bounds.append(self.column >= self._midnight(begin))
        if end:
            bounds.append(self.column < self._midnight(end + timedelta(days=1)))
        return sa.and_(*bounds)

    def _midnight(self, day):
        return datetime.combine(day, time.min, self.zone())


def _day(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None

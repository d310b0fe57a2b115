"""The rollup of a period, read in one statement: everything the figures say by place, deal and source comes from it."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

import sqlalchemy as sa

from app.access.scopes import clause
from app.extensions import db
from app.models.places import City
from app.models.statistics import DailyCount, MonthlyCount, YearlyCount
from app.services.statistics import histogram
from app.services.statistics.periods import next_month
from app.services.statistics.tally import Tally

ONE = timedelta(days=1)


def read(filters, actor):
    """``{(city id, deal, source): Tally}`` as far as ``actor`` may see it."""
    cells = defaultdict(list)
    for row in _rows(filters, actor):
        cells[row[:3]].append(row[3:])
    sums = {key: _sum(rows) for key, rows in cells.items()}
    return {key: cell for key, cell in sums.items() if any(cell)}


def whole(filters, actor):
    """The keys of ``read`` and the sum of its cells, for those who need no more."""
    rows = _rows(filters, actor)
    return {row[:3] for row in rows}, _sum([row[3:] for row in rows])


def _rows(filters, actor):
    """Plain tuples, there are thousands: city id, deal, source, sign, inquiries, accepted, acceptances, responses."""
    return list(map(tuple, db.session.execute(sa.union_all(*_pieces(filters, actor))).all()))


def _sum(rows):
    """The Tally of ``(sign, inquiries, accepted, acceptances, responses)``."""
    if len(rows) == 1 and rows[0][0] == 1:  # a whole month or year, as most are
        return Tally(*rows[0][1:4], histogram.load(rows[0][4]))
    counts = [sum(row[0] * row[n] for row in rows) for n in (1, 2, 3)]
    more, less = (histogram.merged([row[4] for row in rows if row[0] == sign]) for sign in (1, -1))
    return Tally(*counts, more - less)


def narrowed(model, filters, actor):
    """The WHERE clauses on rows of the rollup that leave what is asked for, the days excepted."""
    yield clause(actor, model)
    if filters.city:
        yield model.city_id == filters.city.id
    elif filters.country:
        yield model.city_id.in_(sa.select(City.id).where(City.country_id == filters.country.id))
    if filters.deal:
        yield model.deal == filters.deal
    if filters.source:
        yield model.source == filters.source


def _pieces(filters, actor):
    for model, first, last, sign in stretches(filters.span):
        # Thousands of plain rows: no objects, and the deal and source as their words, which equal the enums.
        row = model.__table__.c
        words = (sa.type_coerce(row[name], sa.String) for name in ("deal", "source"))
        columns = row.city_id, *words, sa.literal_column(str(sign)), *(row[name] for name in Tally._fields)
        yield sa.select(*columns).where(model.day.between(first, last), *narrowed(model, filters, actor))


class Stretch(NamedTuple):
    model: type
    first: date
    last: date
    sign: int = 1

    @property
    def rows(self):
        """Of each place, deal and source."""
        days = (self.last - self.first).days + 1
        return round(days / {DailyCount: 1, MonthlyCount: 30.4, YearlyCount: 365.25}[self.model])

    def goes_on_as(self, other):
        return (self.model, self.sign, self.last + ONE) == (other.model, other.sign, other.first)


def stretches(span, years=True):
    """``span`` as whole years, whole months and single days: as few rows as will do.

    Where most of a year or month is asked for, that is it less its other months or days. ``years``: no year by itself,
    where the months are to be told apart.
    """
    pieces = []
    for piece in chain.from_iterable((_years if years else _months)(span.first, span.last)):
        if pieces and pieces[-1].goes_on_as(piece):
            piece = pieces.pop()._replace(last=piece.last)
        pieces.append(piece)
    return pieces


def _years(first, last):
    start = first.replace(month=1, day=1)
    while start <= last:
        after = start.replace(year=start.year + 1)
        yield _shortest(YearlyCount, start, after - ONE, max(start, first), min(after - ONE, last), _by_months)
        start = after


def _by_months(first, last):
    return list(chain.from_iterable(_months(first, last)))


def _months(first, last):
    start = first.replace(day=1)
    while start <= last:
        after = next_month(start)
        yield _shortest(MonthlyCount, start, after - ONE, max(start, first), min(after - ONE, last), _by_days)
        start = after


def _by_days(first, last):
    return [Stretch(DailyCount, first, last)]


def _shortest(model, start, end, first, last, inside):
    """The days from ``first`` to ``last`` of what ``start`` and ``end`` bound: by themselves, or that less the rest."""
    around = [piece for piece in ((start, first - ONE), (last + ONE, end)) if piece[0] <= piece[1]]
    others = [piece._replace(sign=-piece.sign) for ends in around for piece in inside(*ends)]
    ways = inside(first, last), [Stretch(model, start, end), *others]
    return min(ways, key=lambda pieces: sum(piece.rows for piece in pieces))

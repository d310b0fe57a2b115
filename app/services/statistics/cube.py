"""The rollup of a period, read in one statement: everything the figures say by place and deal comes from it."""

from collections import defaultdict
from datetime import timedelta

import sqlalchemy as sa

from app.access.scopes import clause
from app.extensions import db
from app.models.places import City
from app.models.statistics import DailyCount, MonthlyCount
from app.services.statistics import histogram, tally
from app.services.statistics.periods import next_month
from app.services.statistics.tally import Tally


def read(filters, actor):
    """``{(city id, deal): Tally}`` as far as ``actor`` may see it."""
    cells = defaultdict(list)
    for city_id, deal, *counts, responses in db.session.execute(sa.union_all(*_pieces(filters, actor))):
        cells[city_id, deal].append((*counts, histogram.load(responses)))
    sums = {key: tally.total(pieces) for key, pieces in cells.items()}
    return {key: cell for key, cell in sums.items() if any(cell)}


def narrowed(model, filters, actor):
    """The WHERE clauses on rows of the rollup that leave what is asked for, the days excepted."""
    yield clause(actor, model)
    if filters.city:
        yield model.city_id == filters.city.id
    elif filters.country:
        yield model.city_id.in_(sa.select(City.id).where(City.country_id == filters.country.id))
    if filters.deal:
        yield model.deal == filters.deal


def _pieces(filters, actor):
    for model, first, last in _stretches(filters.span):
        # Thousands of plain rows: no objects, and the deal as its word, which equals the enum.
        row = model.__table__.c
        columns = row.city_id, sa.type_coerce(row.deal, sa.String), *(row[name] for name in Tally._fields)
        yield sa.select(*columns).where(model.day.between(first, last), *narrowed(model, filters, actor))


def _stretches(span):
    """``span`` cut into whole months and the days around them."""
    one = timedelta(days=1)
    first, after = next_month(span.first - one), (span.last + one).replace(day=1)
    if first >= after:
        return [(DailyCount, span.first, span.last)]
    pieces = (DailyCount, span.first, first - one), (MonthlyCount, first, after - one), (DailyCount, after, span.last)
    return [piece for piece in pieces if piece[1] <= piece[2]]

"""The figures (DESIGN section 7): one definition for the page, the chart, the workbook and the command line."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import sqlalchemy as sa

from app.access.scopes import clause
from app.constants import Deal
from app.extensions import db
from app.models.accounts import Realtor
from app.models.places import City
from app.models.statistics import DailyCount, ResponseCount
from app.services import settings
from app.services.statistics import filters as asked
from app.services.statistics import medians
from app.services.statistics.filters import Filters
from app.services.statistics.periods import Span

COUNTS = (
    sa.func.sum(DailyCount.inquiries),
    sa.func.sum(DailyCount.accepted),
    sa.func.sum(DailyCount.acceptances),
)
ENOUGH = 0.6  # a city that answers fewer of its inquiries lacks realtors …
TO_JUDGE = 5  # … if it had at least so many


@dataclass(frozen=True)
class Counts:
    """What is counted about some inquiries; rates and medians are None where there is nothing to speak of."""

    inquiries: int = 0
    accepted: int = 0
    acceptances: int = 0
    response_seconds: float | None = None  # the median
    deals: dict = field(default_factory=dict)  # Deal → inquiries

    @property
    def acceptance_rate(self):
        return self.accepted / self.inquiries if self.inquiries else None

    @property
    def first_response(self):
        """Median minutes from publishing to first acceptance."""
        return None if self.response_seconds is None else self.response_seconds / 60


@dataclass(frozen=True)
class Row:
    """One row of a breakdown: a Country, City or Deal, or a date (of a month its first day)."""

    subject: object
    counts: Counts
    realtors: int = 0

    @property
    def short_of_realtors(self):
        return self.counts.inquiries >= TO_JUDGE and self.counts.acceptance_rate < ENOUGH


@dataclass(frozen=True)
class Figures:
    """Each breakdown's counts add up to ``total``. ``previous`` are the totals of ``compared``."""

    filters: Filters
    zone: str
    total: Counts
    realtors: int
    compared: Span
    previous: Counts
    countries: list[Row]
    cities: list[Row]
    deals: list[Row]
    days: list[Row]
    months: list[Row]


def figures(filters, *, actor):
    """The Figures that ``actor`` may see under ``filters``."""
    today = asked.today()
    cube = _Cube(filters, actor)
    compared = filters.span.before(today)
    cities = _cities(cube)
    days = _days(cube, today)
    return Figures(
        filters=filters,
        zone=settings.get("business_timezone"),
        total=cube.counts(cube.keys),
        realtors=sum(row.realtors for row in cities),
        compared=compared,
        previous=_Cube(replace(filters, span=compared), actor, split=False).total(),
        countries=_countries(cube, cities),
        cities=cities,
        deals=[Row(deal, cube.counts(cube.where(deal=deal))) for deal in Deal if filters.deal in (None, deal)],
        days=days,
        months=_months(days),
    )


class _Cube:
    """The rollup of one span: counts and response histogram by (city id, deal); not ``split``, good for totals only."""

    def __init__(self, filters, actor, *, split=True):
        self.filters, self.span, self.actor = filters, filters.span, actor
        key = (DailyCount.city_id, DailyCount.deal)
        counted = db.session.execute(sa.select(*key, *COUNTS).where(*self.daily()).group_by(*key))
        self.rows = {(city_id, deal): counts for city_id, deal, *counts in counted if any(counts)}
        self.keys = list(self.rows)
        self.histogram = medians.read(self.span, *self._narrowed(ResponseCount), split=split)

    def daily(self):
        return DailyCount.day.between(self.span.first, self.span.last), *self._narrowed(DailyCount)

    def _narrowed(self, model):
        yield clause(self.actor, model)
        if self.filters.city:
            yield model.city_id == self.filters.city.id
        elif self.filters.country:
            yield model.city_id.in_(sa.select(City.id).where(City.country_id == self.filters.country.id))
        if self.filters.deal:
            yield model.deal == self.filters.deal

    def where(self, *, cities=None, deal=None):
        return [key for key in self.keys if (cities is None or key[0] in cities) and deal in (None, key[1])]

    def counts(self, keys):
        sums = [sum(column) for column in zip(*(self.rows[key] for key in keys), strict=True)] or [0, 0, 0]
        deals = {deal: sum(self.rows[key][0] for key in keys if key[1] == deal) for deal in Deal}
        return Counts(*sums, medians.median(self.span, self.histogram, keys), deals)

    def total(self):
        return self.counts(self.keys)


def _cities(cube):
    ids = {city_id for city_id, _ in cube.keys}
    found = db.session.scalars(sa.select(City).where(City.id.in_(ids))).all()
    realtors = _realtors(ids)
    rows = [Row(city, cube.counts(cube.where(cities={city.id})), realtors.get(city.id, 0)) for city in found]
    return _largest_first(rows)


def _realtors(ids):
    active = sa.select(Realtor.city_id, sa.func.count()).where(Realtor.city_id.in_(ids), Realtor.active)
    return dict(db.session.execute(active.group_by(Realtor.city_id)).all())


def _countries(cube, cities):
    groups = {}
    for row in cities:
        groups.setdefault(row.subject.country, []).append(row)
    rows = [
        Row(
            country,
            cube.counts(cube.where(cities={row.subject.id for row in group})),
            sum(row.realtors for row in group),
        )
        for country, group in groups.items()
    ]
    return _largest_first(rows)


def _largest_first(rows):
    return sorted(rows, key=lambda row: (-row.counts.inquiries, row.subject.name_ru))


def _days(cube, today):
    """Every day of the span up to today, or to the last day counted."""
    counted = db.session.execute(
        sa.select(DailyCount.day, *COUNTS).where(*cube.daily()).group_by(DailyCount.day).order_by(DailyCount.day)
    )
    rows = {day: Counts(*counts) for day, *counts in counted}
    last = min(cube.span.last, max([today, *rows]))
    length = max((last - cube.span.first).days + 1, 0)
    days = (cube.span.first + timedelta(days=n) for n in range(length))
    return [Row(day, rows.get(day, Counts())) for day in days]


def _months(days):
    groups = {}
    for row in days:
        groups.setdefault(row.subject.replace(day=1), []).append(row.counts)
    return [
        Row(
            month,
            Counts(
                sum(counts.inquiries for counts in group),
                sum(counts.accepted for counts in group),
                sum(counts.acceptances for counts in group),
            ),
        )
        for month, group in groups.items()
    ]

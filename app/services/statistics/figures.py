"""The figures (DESIGN section 7): one definition for the page, the chart, the workbook and the command line."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import sqlalchemy as sa

from app.constants import Deal, InquirySource
from app.extensions import db
from app.models.accounts import Realtor
from app.models.places import City
from app.models.statistics import DailyCount
from app.services import settings
from app.services.statistics import cube, tally
from app.services.statistics import filters as asked
from app.services.statistics.filters import Filters
from app.services.statistics.periods import Span
from app.services.statistics.quantiles import quantiles

COUNTS = (
    sa.func.sum(DailyCount.inquiries),
    sa.func.sum(DailyCount.accepted),
    sa.func.sum(DailyCount.acceptances),
)
TOTAL = None  # the subject of what is not broken down
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
    ninth_seconds: float | None = None  # nine in ten were answered within

    @property
    def acceptance_rate(self):
        return self.accepted / self.inquiries if self.inquiries else None

    @property
    def first_response(self):
        """Median minutes from publishing to first acceptance."""
        return None if self.response_seconds is None else self.response_seconds / 60

    @property
    def slow_response(self):
        """Minutes from publishing to first acceptance that nine in ten did not exceed."""
        return None if self.ninth_seconds is None else self.ninth_seconds / 60


@dataclass(frozen=True)
class Row:
    """One row of a breakdown: a Country, City, Deal or InquirySource, or a date (of a month its first day)."""

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
    sources: list[Row]
    days: list[Row]
    months: list[Row]


def figures(filters, *, actor):
    """The Figures that ``actor`` may see under ``filters``."""
    today = asked.today()
    cells = cube.read(filters, actor)
    compared = filters.span.before(today)
    cities = _by_id(City, {city_id for city_id, *_ in cells})
    realtors = _realtors(cities)
    counts = _counts(filters, cells, cities)
    rows = [Row(city, counts[city], realtors.get(city.id, 0)) for city in cities.values()]
    days = _days(filters, actor, today)
    return Figures(
        filters=filters,
        zone=settings.get("business_timezone"),
        total=counts[TOTAL],
        realtors=sum(realtors.values()),
        compared=compared,
        previous=_total(replace(filters, span=compared), actor),
        countries=_countries(counts, rows),
        cities=_largest_first(rows),
        deals=[Row(deal, counts[deal]) for deal in Deal if filters.deal in (None, deal)],
        sources=[Row(source, counts[source]) for source in InquirySource if source in counts],
        days=days,
        months=_months(days),
    )


def _by_id(model, ids):
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(ids)))}


def _counts(filters, cells, cities):
    """Counts of the TOTAL and of every deal, source, city and country, from the cells that each consists of."""
    groups = {TOTAL: []} | {deal: [] for deal in Deal}
    for cell in cells.items():
        city_id, deal, source = cell[0]
        city = cities[city_id]
        for subject in (TOTAL, deal, source, city, city.country):
            groups.setdefault(subject, []).append(cell)
    return dict(zip(groups, _summed(filters.span, groups.values()), strict=True))


def _summed(span, groups):
    """The Counts of each of ``groups``, lists of ``((city id, deal, source), Tally)``."""
    totals = [tally.total(cell for _, cell in group) for group in groups]
    keys = [[key for key, _ in group] for group in groups]
    times = quantiles(span, zip(keys, (total.responses for total in totals), strict=True))
    for group, total, (median, ninth) in zip(groups, totals, times, strict=True):
        deals = Counter()
        for (_, deal, _), cell in group:
            deals[deal] += cell.inquiries
        yield Counts(total.inquiries, total.accepted, total.acceptances, median, deals, ninth)


def _total(filters, actor):
    keys, total = cube.whole(filters, actor)
    [(median, ninth)] = quantiles(filters.span, [(keys, total.responses)])
    return Counts(total.inquiries, total.accepted, total.acceptances, median, ninth_seconds=ninth)


def _realtors(ids):
    active = sa.select(Realtor.city_id, sa.func.count()).where(Realtor.city_id.in_(ids), Realtor.active)
    return dict(db.session.execute(active.group_by(Realtor.city_id)).all())


def _countries(counts, cities):
    realtors = Counter()
    for row in cities:
        realtors[row.subject.country] += row.realtors
    return _largest_first([Row(country, counts[country], number) for country, number in realtors.items()])


def _largest_first(rows):
    return sorted(rows, key=lambda row: (-row.counts.inquiries, row.subject.name_ru))


def _days(filters, actor, today):
    """Every day of the span up to today, or to the last day counted."""
    span, day = filters.span, DailyCount.day
    within = day.between(span.first, span.last), *cube.narrowed(DailyCount, filters, actor)
    counted = db.session.execute(sa.select(day, *COUNTS).where(*within).group_by(day))
    rows = {day: Counts(*counts) for day, *counts in counted}
    last = min(span.last, max([today, *rows]))
    length = max((last - span.first).days + 1, 0)
    days = (span.first + timedelta(days=n) for n in range(length))
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

"""The figures (DESIGN section 7): one definition for the page, the chart, the workbook and the command line."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import sqlalchemy as sa

from app.constants import Deal, InquirySource
from app.extensions import db
from app.models.accounts import Realtor
from app.models.places import City
from app.services import settings
from app.services.statistics import cube, dates, tally
from app.services.statistics import filters as asked
from app.services.statistics.filters import Filters
from app.services.statistics.periods import Span
from app.services.statistics.quantiles import quantiles

TOTAL = None  # the subject of what is not broken down


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
        """Whether a city that has had enough inquiries to be judged answers too few of them."""
        enough = settings.get("demand_answered_percent") / 100
        return self.can_be_judged and self.counts.acceptance_rate < enough

    @property
    def can_be_judged(self):
        return self.counts.inquiries >= settings.get("demand_judged_from")


@dataclass(frozen=True)
class Figures:
    """Each breakdown's counts add up to ``total``. ``previous`` are the totals of ``compared``.

    Days and months are read when they are first asked for: a page of a year shows no days.
    """

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
    actor: object
    today: date

    @cached_property
    def days(self):
        return [Row(day, Counts(*counts)) for day, counts in dates.by_day(self.filters, self.actor, self.today)]

    @cached_property
    def months(self):
        return [Row(month, Counts(*counts)) for month, counts in dates.by_month(self.filters, self.actor, self.today)]


def figures(filters, *, actor, written=None):
    """The Figures that ``actor`` may see under ``filters``.

    ``written(seconds)``: the text that times end as on a page; they are then exact to the text, and sooner told.
    """
    today = asked.today()
    cells = cube.read(filters, actor)
    compared = filters.span.before(today)
    cities = _by_id(City, {city_id for city_id, *_ in cells})
    realtors = _realtors(cities)
    counts = _counts(filters, cells, cities, written)
    rows = [Row(city, counts[city], realtors.get(city.id, 0)) for city in cities.values()]
    return Figures(
        filters=filters,
        zone=settings.get("business_timezone"),
        total=counts[TOTAL],
        realtors=sum(realtors.values()),
        compared=compared,
        previous=_total(replace(filters, span=compared), actor, written),
        countries=_countries(counts, rows),
        cities=_largest_first(rows),
        deals=[Row(deal, counts[deal]) for deal in Deal if filters.deal in (None, deal)],
        sources=[Row(source, counts[source]) for source in InquirySource if source in counts],
        actor=actor,
        today=today,
    )


def _by_id(model, ids):
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(ids)))}


def _counts(filters, cells, cities, written):
    """Counts of the TOTAL and of every deal, source, city and country, from the cells that each consists of."""
    groups = {TOTAL: []} | {deal: [] for deal in Deal}
    for cell in cells.items():
        city_id, deal, source = cell[0]
        city = cities[city_id]
        for subject in (TOTAL, deal, source, city, city.country):
            groups.setdefault(subject, []).append(cell)
    return dict(zip(groups, _summed(filters.span, groups.values(), written), strict=True))


def _summed(span, groups, written):
    """The Counts of each of ``groups``, lists of ``((city id, deal, source), Tally)``."""
    totals = [tally.total(cell for _, cell in group) for group in groups]
    keys = [[key for key, _ in group] for group in groups]
    times = quantiles(span, zip(keys, (total.responses for total in totals), strict=True), written)
    for group, total, (median, ninth) in zip(groups, totals, times, strict=True):
        deals = Counter()
        for (_, deal, _), cell in group:
            deals[deal] += cell.inquiries
        yield Counts(total.inquiries, total.accepted, total.acceptances, median, deals, ninth)


def _total(filters, actor, written):
    keys, total = cube.whole(filters, actor)
    [(median, ninth)] = quantiles(filters.span, [(keys, total.responses)], written)
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

"""When clients come: inquiries by weekday and hour of the business zone, over four weeks: each weekday counts alike."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise

import sqlalchemy as sa

from app.access.scopes import clause
from app.constants import Period
from app.extensions import db
from app.models.base import UtcDateTime
from app.models.inquiries import Inquiry
from app.models.places import City
from app.services import settings
from app.services.statistics.periods import Span

DAYS = 28
SHADES = 5


@dataclass(frozen=True)
class Hours:
    """``counts[weekday][hour]``, Monday first; of the days from ``first`` to ``last``."""

    first: date
    last: date
    counts: list

    @cached_property
    def total(self):
        return sum(map(sum, self.counts))

    @cached_property
    def most(self):
        return max(map(max, self.counts))

    @property
    def span(self):
        return Span(Period.RANGE, self.first, self.last)

    @property
    def week(self):
        """The last seven of the days, Monday first: for their names."""
        return sorted((self.last - timedelta(days=n) for n in range(7)), key=date.weekday)

    @property
    def busiest(self):
        """``(weekday, hour)``"""
        return divmod([number for day in self.counts for number in day].index(self.most), 24)

    def shade(self, number):
        """0 of none, up to SHADES of the most."""
        return -(-number * SHADES // self.most) if number else 0


def hours(filters, *, actor, today):
    """The Hours of the place and deal of ``filters`` that ``actor`` may see, up to ``today``."""
    first, zone = today - timedelta(days=DAYS - 1), settings.business_zone()
    counts = [[0] * 24 for _ in range(7)]
    slots = _slots(first, today)
    for begin, number in zip(slots, db.session.scalars(_counted(filters, actor, slots)), strict=False):
        at = begin.astimezone(zone)
        counts[at.weekday()][at.hour] += number
    return Hours(first, today, counts)


def between(first, last):
    """The clause of having been published on the business days from ``first`` to ``last``."""
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    return sa.and_(Inquiry.published_at >= begin, Inquiry.published_at < end)


def cell(last, weekday, hour):
    """The clause of having been published in that hour of that weekday, of the DAYS up to ``last``."""
    begins = [
        datetime.combine(day, time(hour), settings.business_zone())
        for day in (last - timedelta(days=n) for n in range(DAYS))
        if day.weekday() == weekday
    ]
    # By the clock on the wall, so that an hour the clocks repeat is one of two hours.
    stretches = (
        sa.select(Inquiry.id).where(Inquiry.published_at >= at, Inquiry.published_at < at + timedelta(hours=1))
        for at in begins
    )
    # A few stretches of an index: a list asked by an OR of them walks through all inquiries instead.
    return Inquiry.id.in_(sa.union_all(*stretches))


def midnight(day):
    return datetime.combine(day, time.min, settings.business_zone())


def asked(filters, actor):
    """The WHERE clauses on inquiries that leave what is asked for, the days excepted."""
    yield clause(actor, Inquiry)
    if filters.city:
        yield Inquiry.city_id == filters.city.id
    elif filters.country:
        yield Inquiry.city_id.in_(sa.select(City.id).where(City.country_id == filters.country.id))
    if filters.deal:
        yield Inquiry.deal == filters.deal
    if filters.source:
        yield Inquiry.source == filters.source


def _slots(first, last):
    """Where each hour begins and the last ends, in UTC; quarters where the zone's hours begin between those of UTC."""
    moments = midnight(first), midnight(last + timedelta(days=1))
    odd = any(moment.utcoffset() % timedelta(hours=1) for moment in moments)
    begin, end = (moment.astimezone(UTC) for moment in moments)
    step = timedelta(minutes=15 if odd else 60)
    return [begin + step * n for n in range((end - begin) // step + 1)]


def _counted(filters, actor, slots):
    """How many there are in each slot, in order: a count per stretch of an index beats grouping by a computed hour."""
    slot = table(slots)
    within = Inquiry.published_at >= slot.c.begin, Inquiry.published_at < slot.c.after
    inside = sa.select(sa.func.count()).where(*within, *asked(filters, actor)).correlate(slot)
    return sa.select(inside.scalar_subquery()).select_from(slot).order_by(slot.c.begin)


def table(slots):
    """From each of ``slots`` (moments in UTC) to the next, as a table; written out as in quantiles.py."""
    kind = "timestamptz " if db.session.get_bind().dialect.name == "postgresql" else ""
    zone = "+00" if kind else ""
    words = [f"{kind}'{slot:%Y-%m-%d %H:%M:%S}{zone}'" for slot in slots]
    rows = (f"({begin}, {after})" for begin, after in pairwise(words))
    unnamed = sa.text(f"VALUES {', '.join(rows)}".replace(":", "\\:")).columns(
        sa.column("column1", UtcDateTime), sa.column("column2", UtcDateTime)
    )
    both = unnamed.subquery().c
    return sa.select(both[0].label("begin"), both[1].label("after")).cte("slots")

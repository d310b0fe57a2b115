"""When clients come: inquiries by weekday and hour of the business zone, over four weeks: each weekday counts alike."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import sqlalchemy as sa

from app.access.scopes import clause
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.places import City
from app.services import settings

DAYS = 28
HOUR, MINUTE = len("2026-11-22 13"), len("2026-11-22 13:45")
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
    for moment, number in db.session.execute(_counted(filters, actor, first, today)):
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(zone)
        counts[at.weekday()][at.hour] += number
    return Hours(first, today, counts)


def between(first, last):
    """The clause of having been published on the business days from ``first`` to ``last``."""
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    return sa.and_(Inquiry.published_at >= begin, Inquiry.published_at < end)


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


def _counted(filters, actor, first, last):
    """Inquiries by moment of UTC: by the hour, unless the zone's hours begin between those of UTC."""
    odd = any(midnight(day).utcoffset() % timedelta(hours=1) for day in (first, last))
    moment = sa.func.substr(_text(), 1, MINUTE if odd else HOUR)
    within = between(first, last), *asked(filters, actor)
    return sa.select(moment, sa.func.count()).where(*within).group_by(moment)


def _text():
    if db.session.get_bind().dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", Inquiry.published_at), sa.text("'YYYY-MM-DD HH24:MI'"))
    return sa.type_coerce(Inquiry.published_at, sa.String)

"""A realtor's own numbers, by the month in which the clients' inquiries were published (a month of the business zone).

received: inquiries of the city since the realtor joined; opened and accepted: by this realtor; response: the median
of this realtor's own times from publishing to accepting; beside it the city's, where there is enough of it.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from statistics import median

import sqlalchemy as sa

from app.access.scopes import visible_to
from app.constants import Period
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import OPEN, Conversation
from app.models.inquiries import Match
from app.models.statistics import DailyCount
from app.services import city_pace, settings
from app.services.statistics import Filters, Span
from app.services.statistics.hours import Hours, hours

MONTHS = 12


@dataclass
class Month:
    first: date | None = None
    received: int = 0
    opened: int = 0
    accepted: int = 0
    seconds: list = field(default_factory=list)

    @cached_property
    def response(self):
        """Median seconds to the realtor's acceptance, or None."""
        return median(self.seconds) if self.seconds else None

    def __add__(self, other):
        return Month(
            None,
            self.received + other.received,
            self.opened + other.opened,
            self.accepted + other.accepted,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class Numbers:
    months: list  # the newest first, this month always among them
    total: Month
    city_response: float | None  # median seconds to the first acceptance by anybody, of the same months
    open_conversations: int
    hours: Hours  # at which clients of the city came, whoever answered them


def numbers(actor):
    zone = settings.business_zone()
    today = utcnow().astimezone(zone).date()
    since = max(_months_back(today, MONTHS - 1), actor.realtor.created_at.astimezone(zone).date())
    found = defaultdict(Month, {(today.year, today.month): Month()})
    _received(found, actor, since)
    _answered(found, actor, since)
    for (year, month), figures in found.items():
        figures.first = date(year, month, 1)
    months = [found[key] for key in sorted(found, reverse=True)]
    total = sum(months, Month())
    city_response = city_pace.first_response(actor, since, today, total.accepted)
    asked = Filters(Span(Period.RANGE, since, today), city=actor.realtor.city)
    return Numbers(months, total, city_response, _open_conversations(actor), hours(asked, actor=actor, today=today))


def _months_back(day, count):
    month = day.year * 12 + day.month - 1 - count
    return date(month // 12, month % 12 + 1, 1)


def _received(found, actor, since):
    days = (
        visible_to(actor, DailyCount)
        .where(DailyCount.city_id == actor.realtor.city_id, DailyCount.day >= since)
        .with_only_columns(DailyCount.day, sa.func.sum(DailyCount.inquiries))
        .group_by(DailyCount.day)
    )
    for day, inquiries in db.session.execute(days):
        found[day.year, day.month].received += inquiries


def _answered(found, actor, since):
    """A day's times come as one text: thousands of rows would take longer to fetch than all the rest of the page."""
    times = sa.func.aggregate_strings(sa.cast(Match.response_seconds, sa.String), ",")
    days = (
        visible_to(actor, Match)
        .where(Match.realtor_id == actor.id, Match.seen_at.is_not(None), Match.published_day >= since)
        .with_only_columns(Match.published_day, sa.func.count(), times)
        .group_by(Match.published_day)
    )
    for day, opened, seconds in db.session.execute(days):
        figures, answered = found[day.year, day.month], json.loads(f"[{seconds or ''}]")
        figures.opened += opened
        figures.accepted += len(answered)
        figures.seconds += answered


def _open_conversations(actor):
    mine = visible_to(actor, Conversation).where(Conversation.realtor_id == actor.id, OPEN)
    return db.session.scalar(mine.with_only_columns(sa.func.count()))

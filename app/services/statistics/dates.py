"""The counts of a period day by day and month by month, up to today or to the last that is counted."""

from collections import defaultdict
from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.models.statistics import DailyCount
from app.services.statistics import cube
from app.services.statistics.periods import next_month

ONE = timedelta(days=1)
COUNTS = ("inquiries", "accepted", "acceptances")


def by_day(filters, actor, today):
    """``[(day, (inquiries, accepted, acceptances))]``"""
    span, counted = filters.span, db.session.execute(_question(DailyCount, filters, actor, *_ends(filters.span)))
    rows = {day: counts for day, *counts in counted}
    last = min(span.last, max([today, *rows]))
    days = (span.first + timedelta(days=n) for n in range((last - span.first).days + 1))
    return [(day, rows.get(day, (0, 0, 0))) for day in days]


def by_month(filters, actor, today):
    """``[(first day, (inquiries, accepted, acceptances))]``, whole months from their own rows."""
    span, months = filters.span, defaultdict(lambda: (0, 0, 0))
    pieces = [_question(model, filters, actor, *ends) for model, *ends in cube.stretches(span, years=False)]
    for day, *counts in db.session.execute(sa.union_all(*pieces)):
        month = day.replace(day=1)
        months[month] = tuple(map(sum, zip(months[month], counts, strict=True)))
    last = min(span.last, max([today, *(next_month(month) - ONE for month in months if any(months[month]))]))
    return [(month, months[month]) for month in _months(span.first, last)]


def _ends(span):
    return span.first, span.last


def _question(model, filters, actor, first, last, sign=1):
    sums = (sign * sa.func.sum(getattr(model, name)) for name in COUNTS)
    within = model.day.between(first, last), *cube.narrowed(model, filters, actor)
    return sa.select(model.day, *sums).where(*within).group_by(model.day)


def _months(first, last):
    month = first.replace(day=1)
    while first <= last and month <= last:
        yield month
        month = next_month(month)

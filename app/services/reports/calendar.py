"""Days and hours of the business zone inside a statement, on both databases; SQLite, without zones, is told shifts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import sqlalchemy as sa

from app.extensions import db
from app.services import settings

MINUTE = timedelta(minutes=1)
BEGINNING = date(2020, 1, 1)  # nobody has joined before


def is_sqlite():
    return db.session.get_bind().dialect.name == "sqlite"


def bucket(word, day):
    """The day, the Monday of its week, the first of its month, or its weekday from 0 for Monday."""
    return {"day": lambda day: day, "week": _week, "month": _month, "weekday": _weekday}[word](day)


def _week(day):
    if is_sqlite():
        return sa.func.date(day, "weekday 0", "-6 days", type_=sa.Date)
    return sa.cast(sa.func.date_trunc("week", day), sa.Date)


def _month(day):
    if is_sqlite():
        return sa.func.date(day, "start of month", type_=sa.Date)
    return sa.cast(sa.func.date_trunc("month", day), sa.Date)


def _weekday(day):
    if is_sqlite():
        return (sa.cast(sa.func.strftime("%w", day), sa.Integer) + 6) % 7
    return sa.cast(sa.extract("isodow", day), sa.Integer) - 1


def hour(moment, span):
    if is_sqlite():
        return sa.cast(sa.func.strftime("%H", moment, _shift(moment, span)), sa.Integer)
    return sa.cast(sa.extract("hour", _local(moment)), sa.Integer)


def day(moment, span):
    """The business day of a moment that lies in ``span``."""
    if is_sqlite():
        return sa.func.date(moment, _shift(moment, span), type_=sa.Date)
    return sa.cast(_local(moment), sa.Date)


def within(moment, span):
    """The clause of lying in ``span``."""
    return sa.and_(moment >= midnight(span.first), moment < midnight(span.last + timedelta(days=1)))


def around(moment, span):
    """The clause of lying in ``span`` or a day beside it: for the sake of an index, whatever the zone was then."""
    first, last = span.first - timedelta(days=1), span.last + timedelta(days=1)
    return within(moment, replace(span, first=first, last=last))


def midnight(day):
    return datetime.combine(day, time.min, settings.business_zone())


def always(span):
    """Everything that has happened by the end of ``span``."""
    return replace(span, first=BEGINNING)


def _local(moment):
    return sa.func.timezone(settings.get("business_timezone"), moment)


def _shift(moment, span):
    """How far the zone's clocks are from UTC at ``moment``; clocks that are put forward or back make several pieces."""
    *earlier, last = _offsets(settings.business_zone(), span.first, span.last)
    if not earlier:
        return last[1]
    return sa.case(*((moment < until, shift) for until, shift in earlier), else_=last[1])


@lru_cache(maxsize=64)
def _offsets(zone, first, last):
    """``[(until when, SQLite's word for the offset)]`` of a zone from one day to another."""
    begin = datetime.combine(first, time.min, zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC)
    pieces, at = [], begin
    while at < end:
        then = min(at + timedelta(days=1), end)
        if _offset(at, zone) != _offset(then, zone):
            pieces.append((_turn(at, then, zone), _word(_offset(at, zone))))
        at = then
    return [*pieces, (end, _word(_offset(end, zone)))]


def _offset(moment, zone):
    return moment.astimezone(zone).utcoffset()


def _turn(before, after, zone):
    """The minute between two moments from which on the offset is that of the second."""
    while after - before > MINUTE:
        middle = before + ((after - before) / 2 // MINUTE) * MINUTE
        if _offset(middle, zone) == _offset(after, zone):
            after = middle
        else:
            before = middle
    return after


def _word(offset):
    return f"{int(offset.total_seconds()):+d} seconds"

"""The median first response, exact to the second: the histogram says where it lies, the rows there decide it."""

from collections import Counter, defaultdict
from datetime import timedelta

import sqlalchemy as sa

from app.constants import Grain
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.statistics import ResponseCount
from app.services.statistics.histogram import width
from app.services.statistics.periods import next_month

WHOLE = "whole"  # the only key of a histogram that is not split


def read(span, *where, split=True):
    """The histogram of ``span`` as {(city id, deal): {minute: inquiries}}; not ``split``, as {WHOLE: …}."""
    # The deal as its plain word, which equals the enum: thousands of rows need no conversion.
    parts = (ResponseCount.city_id, sa.type_coerce(ResponseCount.deal, sa.String)) if split else ()
    key = (*parts, ResponseCount.minute)
    histogram = defaultdict(Counter)
    for grain, first, last in _pieces(span):
        stretch = (ResponseCount.grain == grain, ResponseCount.start.between(first, last))
        counted = sa.select(*key, sa.func.sum(ResponseCount.inquiries)).where(*stretch, *where).group_by(*key)
        for *part, minute, inquiries in db.session.execute(counted):
            histogram[tuple(part) or WHOLE][minute] += inquiries
    return histogram


def _pieces(span):
    """``span`` as stretches to be read one by one: whole months by month, the days around them by day."""
    first = span.first if span.first.day == 1 else next_month(span.first)
    after = (span.last + timedelta(days=1)).replace(day=1)
    if first >= after:
        return [(Grain.DAY, span.first, span.last)]
    one = timedelta(days=1)
    pieces = [(Grain.DAY, span.first, first - one), (Grain.MONTH, first, after - one), (Grain.DAY, after, span.last)]
    return [piece for piece in pieces if piece[1] <= piece[2]]


def median(span, histogram, keys):
    """Median seconds of the (city id, deal) ``keys`` over ``span``; None when none of them has a response."""
    minutes = histogram[WHOLE] if WHOLE in histogram else _together(histogram, keys)
    total = sum(minutes.values())
    if not total:
        return None
    low, high = (total - 1) // 2, total // 2
    first, passed, after = _bounds(minutes, low, high)
    seconds = _walk(span, keys, first * 60, after * 60, low - passed, high - low + 1)
    return sum(seconds) / len(seconds)


def _together(histogram, keys):
    minutes = {}
    for key in keys:
        for minute, inquiries in histogram.get(key, {}).items():
            minutes[minute] = minutes.get(minute, 0) + inquiries
    return minutes


def _bounds(minutes, low, high):
    """(first minute, inquiries before it, minute after) of the buckets that hold the ranks ``low`` and ``high``."""
    first, before, passed = None, 0, 0
    for minute, inquiries in sorted(minutes.items()):
        passed += inquiries
        if first is None and passed > low:
            first, before = minute, passed - inquiries
        if passed > high:
            return first, before, minute + width(minute)
    raise ValueError("ranks beyond the histogram")


def _walk(span, keys, first, after, offset, count):
    cities, deals = {city for city, _ in keys}, {deal for _, deal in keys}
    where = [
        Inquiry.city_id == next(iter(cities)) if len(cities) == 1 else Inquiry.city_id.in_(cities),
        Inquiry.first_response_seconds >= first,
        Inquiry.first_response_seconds < after,
        Inquiry.published_day.between(span.first, span.last),
    ]
    if len(deals) == 1:
        # As an expression, so that the planner does not leave ix_inquiries_response for the deal's own index.
        where.append(sa.type_coerce(Inquiry.deal, sa.String) + "" == deals.pop().value)
    walk = sa.select(Inquiry.first_response_seconds).where(*where).order_by(Inquiry.first_response_seconds)
    return db.session.scalars(walk.offset(offset).limit(count)).all()

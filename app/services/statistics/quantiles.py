"""Quantiles of first responses, exact to the second: a histogram says in which lane each lies, the inquiries decide."""

from collections import defaultdict
from itertools import chain

import sqlalchemy as sa

from app.constants import Deal
from app.extensions import db
from app.models.inquiries import Inquiry
from app.services.statistics import histogram

FEW = 2  # days whose inquiries are read whole sooner than found by their lanes among those of all days
NAMES = ("city_id", "lane", "first", "after")


def medians(span, groups):
    """The median seconds of each of ``groups``, lists of the ``((city id, deal), Tally)`` of ``span``, or None."""
    return _quantiles(span, groups, histogram.middle)


def ninths(span, groups):
    """Within how many seconds nine in ten were answered (the nearest rank), of each of ``groups``, or None."""
    return _quantiles(span, groups, histogram.ninth)


def _quantiles(span, groups, place):
    """One statement for all: the responses of every lane that one lies in, of the cities it is a quantile of."""
    places = [place(sum(cell.responses for _, cell in group)) for group in groups]
    pairs = list(zip(groups, places, strict=True))
    found = _responses(span, {(city, lane) for group, at in pairs for (city, _), _ in group for lane in at.lanes})
    return [_quantile(found, group, at) for group, at in pairs]


def _responses(span, wanted):
    """``{(city id, deal, lane): [seconds]}`` of the ``wanted`` (city id, lane) pairs and of others maybe.

    The database puts each pair's responses into one text, «833 rent 912 buy»: passing as many rows costs far more.
    """
    if not wanted or span.length <= FEW:
        return _all(span) if wanted else {}
    asked = _table(sorted(wanted))
    response = sa.cast(Inquiry.first_response_seconds, sa.String) + " " + sa.type_coerce(Inquiry.deal, sa.String)
    inside = sa.select(sa.func.aggregate_strings(response, " ")).where(
        Inquiry.city_id == asked.c.city_id,
        Inquiry.first_response_seconds >= asked.c.first,
        Inquiry.first_response_seconds < asked.c.after,
        Inquiry.published_day.between(span.first, span.last),
    )
    found = {}
    for city_id, lane, text in db.session.execute(sa.select(*asked.c[:2], inside.scalar_subquery())):
        words = (text or "").split()
        for deal in map(str, Deal):
            pairs = zip(words[::2], words[1::2], strict=True)
            found[city_id, deal, lane] = [int(seconds) for seconds, word in pairs if word == deal]
    return found


def _all(span):
    found = defaultdict(list)
    within = Inquiry.published_day.between(span.first, span.last), Inquiry.first_response_seconds.is_not(None)
    columns = Inquiry.city_id, sa.type_coerce(Inquiry.deal, sa.String), Inquiry.first_response_seconds
    for *key, seconds in db.session.execute(sa.select(*columns).where(*within)):
        found[*key, histogram.lane(seconds)].append(seconds)
    return found


def _table(wanted):
    """The pairs and the seconds of their lanes as a table, written out: sa.values takes 0.2 ms to compile each row."""
    begin = histogram.begin
    rows = (f"({city_id:d}, {lane:d}, {begin(lane)}, {begin(lane + 1)})" for city_id, lane in wanted)
    columns = [sa.column(f"column{n}", sa.Integer) for n in range(1, 5)]
    unnamed = sa.text(f"VALUES {', '.join(rows)}").columns(*columns).subquery()
    return sa.select(*(column.label(name) for name, column in zip(NAMES, unnamed.c, strict=True))).cte("asked")


def _quantile(found, group, at):
    if not at.lanes:
        return None
    inside = sorted(chain.from_iterable(found[*key, lane] for key, _ in group for lane in at.lanes))
    return sum(inside[at.skip : at.skip + at.count]) / at.count

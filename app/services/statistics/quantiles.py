"""Quantiles of first responses, exact to the second: a histogram says in which lane each lies, the inquiries decide."""

from collections import defaultdict
from itertools import chain
from typing import NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.models.inquiries import Inquiry
from app.services.statistics import histogram

NAMES = ("city_id", "lane", "first", "after")


class Times(NamedTuple):
    """In seconds; None where nobody has answered. Nine in ten were answered within ``ninth`` (the nearest rank)."""

    median: float | None
    ninth: float | None


def quantiles(span, groups, written=None):
    """The Times of each of ``groups``: ``(keys, histogram)``, the keys as ``(city id, deal, source)``.

    One statement for all: the responses of every lane that a quantile lies in, of the cities it is a quantile of.
    ``written``: what seconds will be told as. Where every time of a lane is told alike, any of them will do and none is
    looked for.
    """
    placed = [[(keys, at, _settled(at, written)) for at in histogram.places(seen)] for keys, seen in groups]
    open_ones = [(keys, at) for places in placed for keys, at, known in places if known is None]
    wanted = {(city, lane) for keys, at in open_ones for lane in at.lanes for city, *_ in keys}
    found = _responses(span, wanted)
    return [
        Times(*(_quantile(found, keys, at) if known is None else known for keys, at, known in places))
        for places in placed
    ]


def _settled(at, written):
    """The soonest time that a quantile may be, if that is written like the latest; else None."""
    if written is None or not at.lanes:
        return None
    ends = at.lanes[0], at.lanes[-1]
    soonest = sum(map(histogram.begin, ends)) / 2
    latest = sum(histogram.begin(lane + 1) - 1 for lane in ends) / 2
    return soonest if written(soonest) == written(latest) else None


def _responses(span, wanted):
    """``{(city id, deal, source, lane): [seconds]}`` of the ``wanted`` (city id, lane) pairs.

    The database puts each pair's responses into one text, «833 rent site 912 buy quick»: passing as many rows costs far
    more.
    """
    if not wanted:
        return {}
    asked = _table(sorted(wanted))
    words = sa.cast(Inquiry.first_response_seconds, sa.String), *_words()
    inside = sa.select(sa.func.aggregate_strings(words[0] + " " + words[1] + " " + words[2], " ")).where(
        Inquiry.city_id == asked.c.city_id,
        Inquiry.first_response_seconds >= asked.c.first,
        Inquiry.first_response_seconds < asked.c.after,
        Inquiry.published_day.between(span.first, span.last),
    )
    found = defaultdict(list)
    for city_id, lane, text in db.session.execute(sa.select(*asked.c[:2], inside.scalar_subquery())):
        words = (text or "").split()
        for seconds, deal, source in zip(words[::3], words[1::3], words[2::3], strict=True):
            found[city_id, deal, source, lane].append(int(seconds))
    return found


def _words():
    """The deal and the source as their words, which equal the enums."""
    return (sa.type_coerce(column, sa.String) for column in (Inquiry.deal, Inquiry.source))


def _table(wanted):
    """The pairs and the seconds of their lanes as a table, written out: sa.values takes 0.2 ms to compile each row."""
    begin = histogram.begin
    rows = (f"({city_id:d}, {lane:d}, {begin(lane)}, {begin(lane + 1)})" for city_id, lane in wanted)
    columns = [sa.column(f"column{n}", sa.Integer) for n in range(1, 5)]
    unnamed = sa.text(f"VALUES {', '.join(rows)}").columns(*columns).subquery()
    return sa.select(*(column.label(name) for name, column in zip(NAMES, unnamed.c, strict=True))).cte("asked")


def _quantile(found, keys, at):
    if not at.lanes:
        return None
    inside = sorted(chain.from_iterable(found[*key, lane] for key in keys for lane in at.lanes))
    return sum(inside[at.skip : at.skip + at.count]) / at.count

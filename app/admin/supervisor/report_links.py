"""Where a built report leads: from a name to its record, from a number to the list of the inquiries behind it."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import url_for

from app.admin.supervisor import links
from app.admin.theme import may_open
from app.services.reports import ALL, own
from app.services.statistics.periods import next_month

INQUIRIES = "inquiries_admin.index_view"
LISTED = {"inquiries": {}, "accepted": {"accepted": "1"}}  # measures that count what a list shows
LAST = {
    "day": lambda day: day,
    "week": lambda day: day + timedelta(days=6),
    "month": lambda day: next_month(day) - timedelta(days=1),
}
WORDS = ("deal", "source", "status")
RECORDS = {"city": links.city, "agency": links.agency, "realtor": links.person}


def names(result):
    """A function (row) → the name of a row, a link where it has a record that the reader may open."""
    spec, record = result.spec, RECORDS.get(result.spec.rows)

    def name(row):
        known = record and result.names.row(spec.rows, row)
        return record(known) if known else result.row_name(row)

    return name


def behind(result):
    """A function (measure, row, column) → the address of the list that has as many rows, or None."""
    narrowed = _narrowed(result.spec.filters)
    if result.spec.subject != "inquiries" or narrowed is None or not may_open(INQUIRIES):
        return lambda word, row, column: None
    base = url_for(INQUIRIES)

    def address(word, row, column):
        if word not in LISTED or not result.value(word, row, column):
            return None
        asked = _asked(result, narrowed, row, column)
        return asked and f"{base}?{urlencode(asked | LISTED[word])}"

    return address


def _narrowed(filters):
    """The filters as the list has them; None where it has them not: it takes one word of each."""
    words = {}
    for name, values in filters.items():
        found = own.listed(name, values) if own.is_own(name) else _one(name, values)
        if found is None:
            return None
        words |= found
    return words


def _one(name, values):
    return {name: values[0]} if name in (*WORDS, "country", "city") and len(values) == 1 else None


def _asked(result, narrowed, row, column):
    spec, span = result.spec, result.span
    words = {"day_from": span.first.isoformat(), "day_to": span.last.isoformat(), **narrowed}
    for dimension, key in ((spec.rows, row), (spec.columns, column)):
        if key is not ALL:
            # Its own filter and its own row cannot both stand in one address.
            more = None if own.is_own(dimension) and dimension in spec.filters else _words(result, dimension, key)
            if more is None:
                return None
            words |= more
    return words


def _words(result, dimension, key):
    """What narrows the list to a row or a column; None where nothing does."""
    if dimension in LAST:
        first, last = max(key, result.span.first), min(LAST[dimension](key), result.span.last)
        return {"day_from": first.isoformat(), "day_to": last.isoformat()}
    if dimension in WORDS:
        return {dimension: key}
    if own.is_own(dimension):
        return own.listed_key(dimension, key)
    place = result.names.row(dimension, key) if dimension in ("country", "city") else None
    if place is None:
        return None
    return {dimension: place.code if dimension == "country" else str(place.public_id)}

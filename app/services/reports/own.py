"""Fields of the request form that owners added, as dimensions and filters of a report; called «x-heating», as anywhere.

A kept report may ask for a field or an option that is gone by now: that is said, never passed over, since a filter that
were left out would let everything through.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from app.constants import FieldKind
from app.errors import InvalidInput
from app.formatting import day
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestAnswer
from app.services import request_fields
from app.services.reports import calendar, ranges
from app.services.reports.subjects import DIMENSIONS, SUBJECTS, Dimension
from app.services.statistics.periods import next_month

NONE = "-"  # of a filter: no answer was given
FILLED_IN = "1"  # of a text, whose words are the client's own
RANGED = (FieldKind.NUMBER, FieldKind.DATE)
ENDS = ("_from", "_to")
GONE = _l("A field of the form that this report asks for has been removed.")


def fields(subject):
    """The fields that a report about ``subject`` can ask for; those that are asked of clients no more come last."""
    known = request_fields.known().values() if SUBJECTS[subject].own else ()
    return sorted(known, key=lambda field: field.retired)


def field(word):
    """The Field called so. Raises InvalidInput where it is gone."""
    found = request_fields.field_of(word)
    if found is None:
        raise InvalidInput(GONE)
    return found


def is_own(word):
    return bool(word) and word.startswith(request_fields.PREFIX)


def dimension(word):
    """The Dimension, the house's own or an owner's."""
    if not is_own(word):
        return DIMENSIONS[word]
    one = field(word)
    return Dimension(one.caption, one.kind in RANGED, one.kind == FieldKind.SEVERAL)


# Read from words


def asked(subject, words, name):
    """The word that ``words[name]`` is, if it is a field of ``subject``'s; None if it is no field at all."""
    word = words(name)
    if not (is_own(word) and SUBJECTS[subject].own):
        return None
    if request_fields.field_of(word) is None:
        raise InvalidInput(GONE, field=name)
    return word


def filters(subject, words, one, many):
    """Word → the values that are let through, or the two ends of a range («» is no end). Raises InvalidInput."""
    if not SUBJECTS[subject].own:
        return {}
    names = dict.fromkeys(_base(name) for name in words if is_own(name) and any(many(name)))
    for name in names:
        if request_fields.field_of(name) is None:
            raise InvalidInput(GONE, field=next(word for word in words if _base(word) == name))
    chosen = {each.name: _chosen(each, one, many) for each in request_fields.known().values() if each.name in names}
    return {name: values for name, values in chosen.items() if values}


def _base(name):
    return name.removesuffix(ENDS[0]).removesuffix(ENDS[1])


def _chosen(field, one, many):
    if field.kind in RANGED:
        ends = tuple(_end(field, field.name + end, one(field.name + end)) for end in ENDS)
        return ends if any(ends) else ()
    every = tuple(choices(field))
    if not set(filter(None, many(field.name))) <= set(every):
        raise InvalidInput(
            _l("An answer that this report asks for has been removed: %(field)s.", field=field.label), field=field.name
        )
    values = tuple(word for word in every if word in many(field.name))
    return () if values == every else values


def _end(field, name, text):
    try:
        return _plain(field.kind, (text or "").strip())
    except ValueError:
        wrong = _l("Write a number, for example 900 or 420 000.")
        if field.kind == FieldKind.DATE:
            wrong = _l("Write the date as day, month, year.")
        raise InvalidInput(wrong, field=name) from None


def _plain(kind, text):
    if not text:
        return ""
    if kind == FieldKind.DATE:
        return date.fromisoformat(text).isoformat()
    value = float("".join(text.split()).replace(",", "."))
    if value != value or abs(value) == float("inf"):
        raise ValueError(text)
    return str(int(value)) if value == int(value) else str(value)


def ends_of(field):
    """What the names of its filter's inputs end with."""
    return ENDS if field.kind in RANGED else ()


def words(name, values):
    """A filter as words of an address; filters() reads it again."""
    if field(name).kind not in RANGED:
        return {name: list(values)}
    return {name + end: value for end, value in zip(ENDS, values, strict=True) if value}


def choices(field):
    """Word → label of what the filter of a field lets through one by one; none of a range."""
    if field.kind in RANGED:
        return {}
    if field.kind == FieldKind.TEXT:
        known = {FILLED_IN: _("filled in")}
    elif field.kind == FieldKind.YES_NO:
        known = {"yes": _("yes"), "no": _("no")}
    else:
        known = {option.key: option.label for option in field.options}
    return known | {NONE: _("not answered")}


# Said


def said(name, key):
    """A row's or a column's key in words."""
    one = field(name)
    if key is None:
        return _("not answered")
    if one.kind == FieldKind.NUMBER:
        return f"{ranges.said(key)} {one.unit}".strip()
    if one.kind == FieldKind.DATE:
        return format_date(key, "LLLL y", get_locale())
    return str(choices(one).get(key, key))


def short(name, key):
    """The same as an axis says it: of a number or a day, the others lie on their side."""
    if key is None:
        return "—"
    return ranges.said(key) if field(name).kind == FieldKind.NUMBER else format_date(key, "LLL yy", get_locale())


def order(name):
    """A function (key) → its place: numbers and months as they follow each other, what was not answered last."""
    place = ranges.order if field(name).kind == FieldKind.NUMBER else lambda key: key
    return lambda key: (1, 0) if key is None else (0, place(key))


def filter_said(name, values):
    one = field(name)
    if one.kind not in RANGED:
        known = choices(one)
        return ", ".join(str(known.get(value, value)) for value in values)
    if one.kind == FieldKind.DATE:
        return "–".join(day(date.fromisoformat(end)) if end else "…" for end in values)
    return f"{'–'.join(ranges.plain(float(end)) if end else '…' for end in values)} {one.unit}".strip()


# As the list of inquiries has it


def listed(name, values):
    """A filter as words of the list's address; None where the list cannot say it."""
    if field(name).kind in RANGED:
        return words(name, values)
    return {name: values[0]} if len(values) == 1 and values[0] != NONE else None


def listed_key(name, key):
    """What narrows the list to a row or a column, or None."""
    one = field(name)
    if key is None or (one.kind == FieldKind.NUMBER and not ranges.is_whole(key)):
        return None
    if one.kind == FieldKind.NUMBER:
        return words(name, key.split(":"))
    if one.kind == FieldKind.DATE:
        return words(name, (key.isoformat(), (next_month(key) - timedelta(days=1)).isoformat()))
    return {name: key}


# As SQL


def answers(spec):
    """Word → the answers, as a table of their own, for each dimension that is a field."""
    return {word: aliased(RequestAnswer) for word in spec.dimensions if is_own(word)}


def join(statement, answers):
    """The statement, which has Inquiry, with what was answered, if anything was."""
    for word, answer in answers.items():
        mine = sa.and_(answer.inquiry_id == Inquiry.id, answer.field_id == field(word).id)
        statement = statement.join(answer, mine, isouter=True)
    return statement


def key(word, answer):
    """What stands in the rows or columns."""
    one = field(word)
    if one.kind == FieldKind.NUMBER:
        return ranges.key(one, answer.number)
    if one.kind == FieldKind.DATE:
        return calendar.bucket("month", answer.day)
    if one.kind == FieldKind.TEXT:
        return sa.case((answer.id.is_not(None), FILLED_IN))
    return answer.word


def clauses(spec):
    """What inquiries that its filters let through fulfil."""
    for name, values in spec.filters.items():
        if is_own(name):
            yield _clause(field(name), values)


def _clause(field, values):
    if field.kind == FieldKind.DATE:
        return request_fields.between(field, *(date.fromisoformat(end) if end else None for end in values))
    if field.kind == FieldKind.NUMBER:
        return request_fields.between(field, *(float(end) if end else None for end in values))
    options = [value for value in values if value != NONE]
    parts = [~request_fields.answered(field, dense=True)] if NONE in values else []
    if options:
        is_text = field.kind == FieldKind.TEXT
        parts.append(request_fields.answered(field) if is_text else request_fields.chosen(field, *options))
    return sa.or_(*parts)

"""A value as a list, a record page or a workbook shows it."""

from datetime import date, datetime
from enum import Enum
from operator import attrgetter

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app import formatting
from app.admin.words import word

WRITTEN = (str, Markup)
NOTHING = Markup('<span class="muted" aria-hidden="true">—</span>')


def show(view, row, name):
    """The cell of a page: what ``view.formatter(name)`` makes of it, else the value as people write it."""
    formatter = view.formatter(name)
    value = formatter(view, None, row, name) if formatter else getattr(row, name)
    return NOTHING if value in (None, "", []) else plain(value)


def writer(view, name):
    """``row → HTML`` of one column, for the rows of one page: what stands in many of them is made once."""
    formatter = view.formatter(name)
    if formatter is None:
        value_of = attrgetter(name)
        return lambda row: _html(value_of(row))
    by = getattr(formatter, "by", None)
    if by is None:
        return lambda row: _html(formatter(view, None, row, name))
    kept = {}

    def write(row):
        key = by(row)
        if key not in kept:
            kept[key] = _html(formatter(view, None, row, name))
        return kept[key]

    return write


def _html(value):
    """Of the hundreds on a page most are words or HTML already: those are told first, and HTML is not copied."""
    kind = type(value)
    if kind is not str and kind is not Markup:
        value = NOTHING if value is None or value == [] else plain(value)
    if not value:
        return NOTHING
    return value if type(value) is Markup else escape(value)


def plain(value):
    if type(value) in WRITTEN:
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return Markup(f'<time class="nowrap" datetime="{value.isoformat()}">{formatting.short_moment(value)}</time>')
    if isinstance(value, date):
        return formatting.day(value)
    if isinstance(value, Enum):
        return word(value)
    if isinstance(value, int | float):
        return formatting.number(value)
    if isinstance(value, list):
        return ", ".join(str(plain(item)) for item in value)
    return value


# Pages have hundreds of these, and Markup.format takes ten times as long as an f-string whose values are escaped.


def link(address, text):
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')


def tag(text, face=""):
    return Markup(f'<span class="{f"tag {face}".strip()}">{escape(str(text))}</span>')


def of(function, by=None):
    """``function(row)`` as one of Flask-Admin's ``column_formatters``; ``by(row)``: all that it depends on."""

    def formatter(view, context, row, name):
        return function(row)

    formatter.by = by
    return formatter

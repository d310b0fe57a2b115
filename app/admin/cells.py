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


def column(view, name, html):
    """``rows → their cells`` of one column, as HTML. ``html``: of whoever reads, see below."""
    formatter = view.formatter(name)
    if formatter is None:
        value_of = attrgetter(name)
    elif hasattr(formatter, "begin"):
        value_of = formatter.begin()
    else:
        value_of = lambda row: formatter(view, None, row, name)  # noqa: E731
    by = getattr(formatter, "by", None)
    if by:
        return kept(lambda row: html(value_of(row)), by)
    return lambda rows: [html(value) for value in map(value_of, rows)]


def kept(make, by):
    """``rows → [make(row)]``, made once for all rows that are the same to ``by``."""

    def of(rows):
        keys, made = list(map(by, rows)), {}
        for key, row in zip(keys, rows, strict=True):
            if key not in made:
                made[key] = make(row)
        return [made[key] for key in keys]

    return of


def html():
    """``value → HTML`` for whoever reads the page. Of the hundreds on it most are of a few kinds: told first."""
    moment, number = formatting.short_moments(), formatting.numbers()
    ways = {
        str: escape,
        Markup: lambda value: value,
        int: number,
        datetime: lambda value: _time(value, moment(value)),
        type(None): lambda value: NOTHING,
    }

    other = lambda value: escape(plain(value))  # noqa: E731

    def write(value):
        return ways.get(type(value), other)(value) or NOTHING

    return write


def plain(value):
    if type(value) in WRITTEN:
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return Markup(_time(value, formatting.short_moment(value)))
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


def _time(value, text):
    return f'<time class="nowrap" datetime="{value.isoformat()}">{text}</time>'


def link(address, text):
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')


def tag(text, face=""):
    return Markup(f'<span class="{f"tag {face}".strip()}">{escape(str(text))}</span>')


def of(function, by=None):
    """``function(row)`` as one of Flask-Admin's ``column_formatters``; ``by(row)``: all that it depends on."""
    return once(lambda: function, by)


def once(begin, by=None):
    """The same of ``begin() → (row → value)``: what is the same for all rows of a page, as the reader's language and
    rights are, is looked up there.
    """

    def formatter(view, context, row, name):
        return begin()(row)

    formatter.begin, formatter.by = begin, by
    return formatter

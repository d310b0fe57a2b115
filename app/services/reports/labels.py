"""The keys of a report in words of the current language: a question per table for all of them."""

from datetime import timedelta

import sqlalchemy as sa
from babel.dates import format_date, get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.scopes import clause
from app.constants import Deal, InquirySource, InquiryStatus
from app.extensions import db
from app.models.accounts import User
from app.models.partners import Agency
from app.models.places import City, Country
from app.services import inquiry_text
from app.services.reports import own

SOURCES = {
    InquirySource.SITE: _l("site"),
    InquirySource.QUICK: _l("quick form"),
    InquirySource.REPEAT: _l("repeated"),
    InquirySource.DEMO: _l("demo"),
    InquirySource.API: "API",
    InquirySource.IMPORT: _l("import"),
}
DEALS = {Deal.RENT: _l("Rent"), Deal.BUY: _l("Purchase")}
STATUSES = {status: words for status, words in inquiry_text.STATUSES.items() if status != InquiryStatus.DRAFT}
WORDS = {"deal": DEALS, "source": SOURCES, "property": inquiry_text.TYPES, "status": STATUSES}
WORDS = {name: {member.value: words for member, words in table.items()} for name, table in WORDS.items()}
MODELS = {"country": Country, "city": City, "agency": Agency, "realtor": User}
NOBODY = {"agency": _l("nobody has accepted"), "realtor": _l("nobody")}


class Names:
    """``of(dimension, key)``: what a key is called. ``found``: dimension → its keys."""

    def __init__(self, dimensions, found, actor):
        self.locale = str(get_locale())
        self.rows = {word: _rows(word, found[word], actor) for word in dimensions if word in MODELS}
        self.own = {word: {key: own.said(word, key) for key in found[word]} for word in filter(own.is_own, dimensions)}

    def of(self, dimension, key):
        if dimension in self.own:
            return self.own[dimension][key]
        if key is None:
            return str(NOBODY.get(dimension, _("unknown")))
        if dimension in WORDS:
            return str(WORDS[dimension].get(key, key))
        if dimension in MODELS:
            return self._name(self.rows[dimension].get(key))
        return TIMES[dimension](key, self.locale)

    def row(self, dimension, key):
        """The record behind a key of a place, an agency or a realtor."""
        return self.rows.get(dimension, {}).get(key)

    def _name(self, row):
        if row is None:
            return _("unknown")
        return row.name(self.locale) if isinstance(row, City | Country) else row.name


def _rows(word, keys, actor):
    model = MODELS[word]
    found = sa.select(model).where(clause(actor, model), model.id.in_([key for key in keys if key is not None]))
    return {row.id: row for row in db.session.scalars(found).unique()}


def _week(monday, locale):
    sunday = monday + timedelta(days=6)
    first = format_date(monday, "d" if monday.month == sunday.month else "d MMM", locale)
    return f"{first}–{format_date(sunday, 'd MMM y', locale)}"


def _weekday(number, locale):
    return get_day_names("wide", "stand-alone", locale)[number]


def _as_date(pattern):
    return lambda day, locale: format_date(day, pattern, locale)


TIMES = {
    "day": _as_date("d MMM y"),
    "week": _week,
    "month": _as_date("LLLL y"),
    "weekday": _weekday,
    "hour": lambda hour, locale: f"{hour}:00",
}
SHORT = {
    "day": _as_date("d MMM"),
    "week": _as_date("d MMM"),
    "month": _as_date("LLL yy"),
    "weekday": lambda number, locale: get_day_names("short", "stand-alone", locale)[number],
    "hour": lambda hour, locale: str(hour),
}


def short(dimension, key):
    """A time, or the answer to an owners' field, as an axis says it."""
    if own.is_own(dimension):
        return own.short(dimension, key)
    return SHORT[dimension](key, str(get_locale()))

"""An inquiry in words of the current language: one wording for pages, letters, the office and the console.

Every function takes an Inquiry, or anything with its attributes (an InquiryDraft with a ``city``).
"""

import re
from datetime import date
from functools import lru_cache

from babel.dates import format_skeleton
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.constants import LOCALES, Deal, DeclineReason, InquiryStatus, PropertyType, Rooms
from app.formatting import day, language, money, number
from app.services import request_fields

RENT, BUY = Deal.RENT, Deal.BUY
CURRENCY_BEHIND = re.compile(r"\s[^\d\s]+$")

WANTED = {
    (RENT, PropertyType.APARTMENT): _l("Rent an apartment"),
    (RENT, PropertyType.ROOM): _l("Rent a room"),
    (RENT, PropertyType.HOUSE): _l("Rent a house"),
    (RENT, PropertyType.LAND): _l("Rent land"),
    (RENT, PropertyType.COMMERCIAL): _l("Rent commercial premises"),
    (BUY, PropertyType.APARTMENT): _l("Buy an apartment"),
    (BUY, PropertyType.ROOM): _l("Buy a room"),
    (BUY, PropertyType.HOUSE): _l("Buy a house"),
    (BUY, PropertyType.LAND): _l("Buy land"),
    (BUY, PropertyType.COMMERCIAL): _l("Buy commercial premises"),
}
DEALS = {RENT: _l("rent"), BUY: _l("purchase")}
TYPES = {
    PropertyType.APARTMENT: _l("apartment"),
    PropertyType.ROOM: _l("room"),
    PropertyType.HOUSE: _l("house"),
    PropertyType.LAND: _l("land"),
    PropertyType.COMMERCIAL: _l("commercial premises"),
}
STATUSES = {
    InquiryStatus.DRAFT: _l("not sent yet"),
    InquiryStatus.NEW: _l("waiting for replies"),
    InquiryStatus.IN_WORK: _l("realtors reply"),
    InquiryStatus.DONE: _l("home found"),
    InquiryStatus.CANCELLED: _l("cancelled"),
    InquiryStatus.EXPIRED: _l("expired"),
}
DECLINE_REASONS = {
    DeclineReason.NOT_MY_AREA: _l("Not my area"),
    DeclineReason.BUDGET: _l("The budget does not fit"),
    DeclineReason.NO_LISTINGS: _l("Nothing suitable now"),
    DeclineReason.BUSY: _l("No time now"),
    DeclineReason.OTHER: _l("Another reason"),
}


def wanted(inquiry):
    """«Снять квартиру»"""
    return _wanted(inquiry.deal, inquiry.property_type, language())


@lru_cache(maxsize=64)
def _wanted(deal, property_type, locale):
    """A list says it of every row twice."""
    with force_locale(locale):
        return str(WANTED[deal, property_type])


def title(inquiry):
    """«Снять квартиру, Прага»"""
    return _title(inquiry, language())


def titling():
    """title() for a list: whose language it is, is asked once."""
    spoken = language()
    return lambda inquiry: _title(inquiry, spoken)


def titles(inquiry):
    """The same in each language; whoever sends it waits for this."""
    return {locale: _title(inquiry, locale) for locale in LOCALES}


def _title(inquiry, locale):
    return f"{_wanted(inquiry.deal, inquiry.property_type, locale)}, {inquiry.city.name(locale)}"


def headline(inquiry):
    """«Снять квартиру, 2–3 комнаты»: for readers who all sit in the same city."""
    return ", ".join(filter(None, [wanted(inquiry), rooms(inquiry)]))


def summary(inquiry):
    """«2–3 комнаты · до 900 € в месяц · от 50 м² · заезд 1 декабря»; empty when nothing was asked for."""
    return _row([rooms(inquiry), budget(inquiry), area(inquiry), move_in(inquiry)])


def details(inquiry):
    """The summary without the rooms, to stand under a headline."""
    return _row([budget(inquiry), area(inquiry), move_in(inquiry)])


def _row(parts):
    """A line breaks after a dot, never before it."""
    return "\xa0· ".join(filter(None, parts))


def city(inquiry):
    return inquiry.city.name(language())


def place(inquiry):
    """«Прага, Чехия»"""
    return places()(inquiry)


def places():
    """place() for a list."""
    spoken = language()
    return lambda one: f"{one.city.name(spoken)}, {one.city.country.name(spoken)}"


def rooms(inquiry):
    """«студия, 1–2 комнаты, от 4 комнат» → neighbouring numbers are drawn together."""
    return rooms_of(inquiry.rooms)


def rooms_of(values):
    return _rooms(tuple(values), language())


@lru_cache(maxsize=256)
def _rooms(values, _language):
    words = [_("studio")] if Rooms.STUDIO in values else []
    return ", ".join(words + [_run_words(run) for run in _runs(values)])


def _runs(values):
    """Room numbers as (first, last, open end) of each unbroken run: 1, 2, 4+ → (1, 2, False), (4, 4, True)."""
    numbers = [n for n, room in enumerate((Rooms.ONE, Rooms.TWO, Rooms.THREE, Rooms.FOUR_PLUS), 1) if room in values]
    runs = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1] = (runs[-1][0], n, n == 4)
        else:
            runs.append((n, n, n == 4))
    return runs


def _run_words(run):
    first, last, open_end = run
    if open_end:
        return _n("%(num)s room or more", "%(num)s rooms or more", first)
    count = str(first) if first == last else f"{first}–{last}"
    return _n("%(count)s room", "%(count)s rooms", last, count=count)


def budget(inquiry):
    """«до 900 € в месяц», «500–900 € в месяц»; empty without one."""
    words = amount(inquiry.budget_min, inquiry.budget_max, inquiry.currency)
    return _("%(amount)s a month", amount=words) if words and inquiry.deal == RENT else words


def amount(low, high, currency):
    """A range of minor units in words, without its period."""
    if low and high:
        return money(high, currency) if low == high else _range(low, high, currency)
    if high:
        return _("up to %(amount)s", amount=money(high, currency))
    return _("from %(amount)s", amount=money(low, currency)) if low else ""


def _range(low, high, currency):
    """The currency stands once where it follows the number: «500–900 €», but “€500–€900”."""
    first, last = money(low, currency), money(high, currency)
    mark = CURRENCY_BEHIND.search(last)
    return f"{first.removesuffix(mark.group())}–{last}" if mark else f"{first}–{last}"


def area(inquiry):
    return _("from %(area)s m²", area=number(inquiry.area_min)) if inquiry.area_min else ""


def move_in(inquiry):
    """«заезд 1 декабря»; for a purchase the day by which it is wanted."""
    if not inquiry.move_in:
        return ""
    when = near_day(inquiry.move_in)
    return _("moving in %(day)s", day=when) if inquiry.deal == RENT else _("by %(day)s", day=when)


def near_day(value):
    """The day, with its year only when that is not the current one."""
    if value.year != date.today().year:
        return day(value)
    return _day_of_month(value, language())


@lru_cache(maxsize=1024)
def _day_of_month(value, locale):
    return format_skeleton("MMMMd", value, locale=locale)


def state(inquiry):
    """«ждёт откликов»; an inquiry without realtors says so."""
    if inquiry.status == InquiryStatus.DRAFT and inquiry.awaiting_realtor:
        return _("waiting for a realtor in the city")
    return str(STATUSES[inquiry.status])


def rows(inquiry, *, wishes=True):
    """Every parameter the client gave, as (label, value): letters, the office and the inquiry's own page."""
    pairs = [
        (_("Deal"), str(DEALS[inquiry.deal])),
        (_("Where"), place(inquiry)),
        (_("Property"), str(TYPES[inquiry.property_type])),
        (_("Rooms"), rooms(inquiry)),
        (_("Budget"), budget(inquiry)),
        (_("Area"), area(inquiry)),
        (_("Moving in") if inquiry.deal == RENT else _("Wanted by"), day(inquiry.move_in) if inquiry.move_in else ""),
        *own(inquiry),
        (_("Wishes"), inquiry.wishes if wishes else ""),
    ]
    return [(label, value) for label, value in pairs if value]


def own(inquiry):
    """``[(label, words)]`` of the fields that owners added to the form."""
    return request_fields.rows(inquiry)


def whom(field):
    """«аренда; квартира, комната»: for which inquiries a field of the form is; empty when for all."""
    deals = [str(words) for deal, words in DEALS.items() if deal in field.deals]
    types = [str(words) for kind, words in TYPES.items() if kind in field.property_types]
    return "; ".join(filter(None, (", ".join(deals), ", ".join(types))))


def waiting(seconds):
    """How long the first reply took: «7 мин», «3 ч», «2 дня»."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return _("%(n)s min", n=minutes)
    if minutes < 48 * 60:
        return _("%(n)s h", n=round(minutes / 60))
    return _n("%(num)s day", "%(num)s days", round(minutes / 1440))

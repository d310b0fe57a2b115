"""Pure Jinja filters: numbers, money and moments the way the reader's language writes them."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

import phonenumbers
from babel.core import get_global
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _

SPACES = re.compile(r"[\s\u00a0\u2009\u202f_'’]+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NUMBER_PATTERN = r"[\s_'’€$£₽₾₸₺₴฿]*\d[\d\s_'’.,]*[€$£₽₾₸₺₴฿]*[\s_'’]*"  # for browsers: no narrower than parse_number


def init_app(app, settings):
    app.jinja_env.filters.update(
        money=money,
        number=number,
        decimals=decimals,
        moment=moment,
        clock=clock,
        until=until,
        day=day,
        short_day=short_day,
        month_name=month_name,
        relative=relative,
        iso=iso,
        phone=phone,
        thread_time=thread_time,
        filesize=filesize,
    )


def number(value):
    return _written(value, "", language())


def numbers():
    """number() for a list."""
    locale = language()
    return lambda value: _written(value, "", locale)


def language():
    """The reader's, as a word: what is kept below is kept for each."""
    return get_locale().language


def zone():
    """The reader's. Flask-Babel's own is of pytz, which takes ten times as long over every moment."""
    return ZoneInfo(str(get_timezone()))


@lru_cache(maxsize=65_536)
def _written(value, pattern, locale):
    """Babel takes 40 µs a number, and a page of figures has thousands, mostly the same."""
    return format_decimal(value, pattern or None, locale)


def decimals(value, places):
    """A number rounded to so many places: «82,8»."""
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return _written(round(value, places), pattern, language())


def filesize(size):
    """«812 КБ», «1,4 МБ»: as js/conversations/media.js writes it."""
    if size < 1_000_000:
        return _("%(n)s KB", n=decimals(max(1, size / 1000), 0))
    return _("%(n)s MB", n=decimals(size / 1_000_000, 1))


def minor_units(amount, currency):
    """Decimal major units → integer minor units of ``currency`` (rounded)."""
    return round(amount * 10 ** get_currency_precision(currency))


def parse_number(text):
    """«420 000», «1.250,50», «1,250.50 €» → Decimal, or None when it is no number.

    A lone separator before exactly three digits parts thousands: people write 420.000 far oftener than mills.
    """
    digits = NUMBER.fullmatch(SPACES.sub("", text).strip("€$£₽₾₸₺₴฿"))
    if digits is None:
        return None
    text = digits.group()
    last = max(text.rfind("."), text.rfind(","))
    marks = set(text) & {".", ","}
    thousands = last >= 0 and len(marks) == 1 and len(text) - last == 4
    whole, fraction = (text, "") if last < 0 or thousands else (text[:last], text[last + 1 :])
    try:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction or 0}")
    except InvalidOperation:
        return None


def currencies():
    """Codes of the money people pay with today, somewhere in the world; Babel lists that of history too."""
    uses = chain.from_iterable(get_global("territory_currencies").values())
    return sorted({code for code, begun, ended, tender in uses if tender and not ended})


def major_units(minor, currency):
    """Integer minor units → float major units of ``currency``."""
    return minor / 10 ** get_currency_precision(currency)


def money(minor, currency):
    """«900 €», «1 250,50 CZK»: cents only where there are some; «900 EUR» where owners want codes."""
    return _money(minor, currency, language(), by_code())


def by_code():
    """Whether codes stand in place of signs; create_app hands over who knows."""
    return False


def set_money_style(asked):
    global by_code
    by_code = asked


@lru_cache(maxsize=16_384)
def _money(minor, currency, locale, code):
    major = major_units(minor, currency)
    whole = major == int(major)
    pattern = "#,##0\u00a0¤" if whole else "#,##0.00\u00a0¤"
    if locale == "en":
        pattern = "¤#,##0" if whole else "¤#,##0.00"
    if code:
        pattern = pattern.replace("¤#", "¤¤\u00a0#").replace("\u00a0¤", "\u00a0¤¤")
    return format_currency(major, currency, pattern, locale, currency_digits=False)


def moment(value):
    """Day and minute, in the reader's zone: «1 дек. 2026 г., 14:32»."""
    return f"{_day(value, 'd MMM y')}, {clock(value)}"


def moment_there(value, there):
    """moment() by the clocks of another zone, which is named: «1 дек. 2026 г., 14:32 (Europe/Moscow)»."""
    at = value.astimezone(there)
    return f"{_dated(at.date(), 'd MMM y', language())}, {at:%H:%M} ({there.key})"


def short_moment(value):
    """Without the year while it is the current one: «1 дек., 14:32»."""
    return short_moments()(value)


def short_moments():
    """short_moment() for a list: whose zone and language they are is asked once."""
    here, locale, year = zone(), language(), datetime.now(UTC).year

    def write(value):
        at = value.astimezone(here)
        pattern = "d MMM" if at.year == year else "d MMM y"
        return f"{_dated(at.date(), pattern, locale)}, {at.hour:02}:{at.minute:02}"

    return write


def until(value):
    """A moment to come: «19:00» today, «завтра, 09:00», «1 дек., 12:30»."""
    ahead = value.astimezone(zone()).date() - datetime.now(zone()).date()
    if ahead == timedelta(days=1):
        return _("tomorrow, %(time)s", time=clock(value))
    return short_moment(value) if ahead else clock(value)


def clock(value):
    return f"{value.astimezone(zone()):%H:%M}"


def _day(value, pattern):
    """A date as it is, the date of a moment in the reader's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    return _dated(value, pattern, language())


@lru_cache(maxsize=4096)
def _dated(value, pattern, locale):
    """Babel takes 60 µs a date, and the rows of a page fall on few days."""
    return format_date(value, pattern, locale)


def day(value):
    """«1 декабря 2026»: for dates as they are, for moments in the reader's zone."""
    return _day(value, "d MMMM y")


def month_name(value):
    """«декабрь 2026»"""
    return _day(value, "LLLL y")


def short_day(value):
    """«1 дек.»"""
    return _day(value, "d MMM")


def relative(value):
    """«3 минуты назад»; «только что» within a minute; the day itself after a week."""
    ago = datetime.now(UTC) - value
    if ago < timedelta(minutes=1):
        return _("just now")
    if ago > timedelta(days=7):
        return day(value)
    return format_timedelta(-ago, add_direction=True, locale=get_locale(), threshold=1)


def iso(value):
    return value.isoformat()


def phone(value):
    """«+7 495 000-00-00» from E.164; what cannot be read as a number stays as it is."""
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def thread_time(value):
    """The time today, the day of this year before, the whole date earlier: for narrow lists."""
    here, today = value.astimezone(zone()), datetime.now(zone()).date()
    if here.date() == today:
        return f"{here:%H:%M}"
    return _dated(here.date(), "d MMM", language()) if here.year == today.year else f"{here:%d.%m.%y}"

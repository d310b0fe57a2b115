"""How a page writes its thousands of figures: the language is asked for once, what was written before is kept."""

from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from app.constants import Deal

NOTHING = "—"


class Words:
    """The reader's words for numbers and days."""

    def __init__(self):
        self.locale = str(get_locale())
        self.share, self.soon = _("%(value)s%%"), _("under 1 min")
        self.in_minutes, self.in_hours = _("%(value)s min"), _("%(value)s h")

    def number(self, value, places=0):
        return _number(round(value, places), places, self.locale)

    def percent(self, share):
        return NOTHING if share is None else self.share % {"value": self.number(share * 100, 1)}

    def minutes(self, value):
        if value is None:
            return NOTHING
        if value < 1:
            return self.soon
        short = value < 90
        return (self.in_minutes if short else self.in_hours) % {
            "value": self.number(value) if short else self.number(value / 60, 1)
        }

    def written(self, seconds):
        """What figures() needs to know: how a time will stand on the page."""
        return self.minutes(seconds / 60)

    def day(self, day, pattern="EEE, d MMMM y"):
        return _date(day, pattern, self.locale)

    def month(self, day):
        return self.day(day, "LLLL y")

    def cells(self, counts, deals=False, response=True, slow=False):
        """The texts of one row of figures."""
        yield self.number(counts.inquiries)
        if deals:
            yield from (self.number(counts.deals[deal]) for deal in Deal)
        yield self.number(counts.accepted)
        yield self.percent(counts.acceptance_rate)
        yield self.number(counts.acceptances)
        if response:
            yield self.minutes(counts.first_response)
        if slow:
            yield self.minutes(counts.slow_response)


@lru_cache(maxsize=65_536)
def _number(value, places, locale):
    return format_decimal(value, "#,##0." + "0" * places if places else "#,##0", locale)


@lru_cache(maxsize=16_384)
def _date(day, pattern, locale):
    return format_date(day, pattern, locale)

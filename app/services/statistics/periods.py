"""Which days a question is about: a day, an ISO week, a month, a year, or any range."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.constants import Period
from app.errors import InvalidInput

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
LONGEST = 3660  # days of a range: ten years

AGAINST_MONTH = (
    *(_l("vs January"), _l("vs February"), _l("vs March"), _l("vs April"), _l("vs May"), _l("vs June")),
    *(_l("vs July"), _l("vs August"), _l("vs September"), _l("vs October"), _l("vs November"), _l("vs December")),
)


@dataclass(frozen=True)
class Span:
    """The days from ``first`` to ``last``, both included. ``cut``: only the beginning of its period."""

    period: Period
    first: date
    last: date
    cut: bool = False

    @property
    def length(self):
        return (self.last - self.first).days + 1

    @property
    def days(self):
        return [self.first + timedelta(days=n) for n in range(self.length)]

    def shifted(self, step):
        """The period ``step`` (-1 or +1) away; a range moves by its own length."""
        if self.period is Period.RANGE:
            move = timedelta(days=step * self.length)
            return replace(self, first=self.first + move, last=self.last + move)
        day = self.first - timedelta(days=1) if step < 0 else self.last + timedelta(days=1)
        return containing(self.period, day)

    def before(self, today):
        """What this span is compared with: the previous period, or as many of its days as have passed of this one."""
        previous = self.shifted(-1)
        if not self.first <= today < self.last:
            return previous
        passed = previous.first + (today - self.first)
        return replace(previous, last=passed, cut=True) if passed < previous.last else previous

    def args(self):
        """The query arguments that ask for it again."""
        ends = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return {"period": self.period.value} | (ends if self.period is Period.RANGE else {"day": ends["from"]})

    def label(self):
        """«ноябрь 2026», «16–22 ноября 2026 г.», «2026»."""
        if not self.cut and self.period is Period.MONTH:
            return format_date(self.first, "LLLL y")
        if not self.cut and self.period is Period.YEAR:
            return str(self.first.year)
        return _interval(self.first, self.last, year=True)

    def against(self):
        """How a comparison with this span is worded: «к октябрю», «к прошлой неделе»."""
        if self.cut:
            return _("vs %(days)s", days=_interval(self.first, self.last, year=self.period is Period.YEAR))
        return _AGAINST[self.period](self)


def _interval(first, last, *, year):
    """«16–22 ноября 2026», «28 октября – 22 ноября»: what both ends share is said once."""
    full = "d MMMM y" if year else "d MMMM"
    end = format_date(last, full)
    if (first.year, first.month) == (last.year, last.month):
        return end if first == last else f"{first.day}–{end}"
    start = "d MMMM" if first.year == last.year else full
    return f"{format_date(first, start)} – {end}"


_AGAINST = {
    Period.DAY: lambda span: _("vs the day before"),
    Period.WEEK: lambda span: _("vs the week before"),
    Period.MONTH: lambda span: str(AGAINST_MONTH[span.first.month - 1]),
    Period.YEAR: lambda span: _("vs %(year)s", year=span.first.year),
    Period.RANGE: lambda span: _n("vs the day before it", "vs the %(num)s days before it", span.length),
}


def containing(period, day):
    """The day, ISO week, month or year that ``day`` is in."""
    if period is Period.DAY:
        return Span(period, day, day)
    if period is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Span(period, monday, monday + timedelta(days=6))
    if period is Period.MONTH:
        return Span(period, day.replace(day=1), next_month(day) - timedelta(days=1))
    return Span(period, date(day.year, 1, 1), date(day.year, 12, 31))


def next_month(day):
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def parse_span(args, *, today):
    """The Span asked for by ``period``, ``day``, ``from`` and ``to``. Raises InvalidInput with the field at fault."""
    period = _period(args.get("period") or Period.MONTH)
    if period is not Period.RANGE:
        return containing(period, _day(args, "day", today))
    span = Span(period, _day(args, "from", today.replace(day=1)), _day(args, "to", today))
    if span.last < span.first:
        raise InvalidInput(_l("The period ends before it begins."), field="to")
    if span.length > LONGEST:
        raise InvalidInput(_l("Ten years at most, please."), field="to")
    return span


def _period(text):
    try:
        return Period(text)
    except ValueError:
        raise InvalidInput(_l("There is no such period."), field="period") from None


def _day(args, field, default):
    text = args.get(field)
    try:
        day = date.fromisoformat(text) if text else default
    except ValueError:
        raise InvalidInput(_l("This is not a date: year-month-day is needed."), field=field) from None
    if not EARLIEST <= day <= LATEST:
        raise InvalidInput(_l("A day from 2000 to 2099, please."), field=field)
    return day

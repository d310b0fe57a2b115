"""Pages about a period of days: which one is asked for, its neighbours, and how its days are named."""

from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l

from app.constants import Period
from app.errors import InvalidInput
from app.services import statistics

PERIODS = {
    Period.DAY: _l("Day"),
    Period.WEEK: _l("Week"),
    Period.MONTH: _l("Month"),
    Period.YEAR: _l("Year"),
    Period.RANGE: _l("Range"),
}


def asked(parse, args):
    """``parse(args)`` with what could not be read left out, and the errors by field."""
    args, errors = dict(args), {}
    while True:
        try:
            return parse(args), errors
        except InvalidInput as error:
            errors[error.field] = str(error.message)
            args.pop(error.field)


def kinds(filters):
    """(label, query arguments, chosen?) of each kind of period, around the days shown now."""
    span, today = filters.span, statistics.today()
    inside = min(max(today, span.first), span.last)
    for period, label in PERIODS.items():
        changed = statistics.Span(period, span.first, inside) if period is Period.RANGE else None
        changed = changed or statistics.containing(period, inside)
        yield label, filters.args(span=changed), period is span.period


def neighbour(filters, step):
    """The query arguments of the period before (-1) or after (+1); None where the future begins."""
    span = filters.span.shifted(step)
    return None if step > 0 and span.first > statistics.today() else filters.args(span=span)


def day_links(rest):
    """(period, day) → the link to these figures of the period with that day: hundreds of them differ by it alone."""
    return lambda period, day: f"?{urlencode({'period': period, 'day': day} | rest)}"


def tick(months, by_month, words):
    """The short name of a bar: the number of the day, or the month."""
    pattern = "LLL" if by_month else "d" if months < 2 else "d MMM"
    return lambda day: words.day(day, pattern)

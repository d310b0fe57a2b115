"""/supervisor/statistics/: the figures with their filters in the URL, a chart, and breakdowns that add up."""

from urllib.parse import urlencode

from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.admin.chart import chart
from app.admin.figures import Words
from app.constants import Deal, FieldKind, Period
from app.doors import current_actor
from app.errors import InvalidInput
from app.services import statistics
from app.services.statistics import answers
from reports.statistics import SOURCES

PERIODS = {
    Period.DAY: _l("Day"),
    Period.WEEK: _l("Week"),
    Period.MONTH: _l("Month"),
    Period.YEAR: _l("Year"),
    Period.RANGE: _l("Range"),
}
DEALS = {Deal.RENT: _l("Rent"), Deal.BUY: _l("Purchase")}
BY_MONTH = 92  # days; a longer span is told by months, each of which opens its own days


class Statistics(SecureView):
    permission = Permission.STATISTICS
    icon = "chart-column"
    label = _l("Statistics")
    group = groups.NUMBERS

    @expose("/")
    def index(self):
        actor = current_actor()
        filters, errors = _asked(request.args)
        words = Words()
        figures = statistics.figures(filters, actor=actor, written=words.written)
        by_month = filters.span.length > BY_MONTH
        page = self.render(
            "admin/statistics/index.html",
            filters=filters,
            figures=figures,
            errors=errors,
            typed=request.args,
            periods=_periods(filters),
            earlier=_step(filters, -1),
            later=_step(filters, +1),
            places=statistics.places(actor=actor),
            deals=DEALS,
            sources=SOURCES,
            by_month=by_month,
            days=[] if by_month else figures.days,
            chart=chart(figures.months, 12) if by_month else chart(figures.days),
            change=_change,
            narrow=_narrow(filters),
            words=words,
            day_link=_day_links(filters),
            tick=_tick(figures, by_month, words),
            own=_own(filters, actor),
        )
        return page, 400 if errors else 200


def _own(filters, actor):
    """The breakdown by a field that owners added: which there are, the chosen one, and its ``[(words, counts)]``."""
    fields = {field.name: field for field in answers.fields()}
    field = fields.get(request.args.get("field"))
    rows = answers.by_answer(field, filters, actor=actor) if field else []
    several = field is not None and field.kind == FieldKind.SEVERAL
    return {
        "fields": fields,
        "field": field,
        "several": several,
        "rows": [(_said(field, row.subject), row) for row in rows],
    }


def _said(field, word):
    return _("not given") if word is None else answers.said(field, word)


def _asked(args):
    """The filters, with what could not be read left out, and the errors by field."""
    args, errors = dict(args), {}
    while True:
        try:
            return statistics.parse(args), errors
        except InvalidInput as error:
            errors[error.field] = str(error.message)
            args.pop(error.field)


def _periods(filters):
    """(label, query arguments, chosen?) of each kind of period, around the days shown now."""
    span, today = filters.span, statistics.today()
    inside = min(max(today, span.first), span.last)
    for period, label in PERIODS.items():
        changed = statistics.Span(period, span.first, inside) if period is Period.RANGE else None
        changed = changed or statistics.containing(period, inside)
        yield label, filters.args(span=changed), period is span.period


def _step(filters, step):
    """The query arguments of the neighbouring period; None where the future begins."""
    span = filters.span.shifted(step)
    return None if step > 0 and span.first > statistics.today() else filters.args(span=span)


def _change(now, before):
    """How much ``now`` is above ``before`` as a share of it; None where there is nothing to compare with."""
    return (now - before) / before if before else None


def _narrow(filters):
    """All that is asked for but the period: the list of inquiries spells it alike."""
    return {name: word for name, word in filters.args().items() if name in ("country", "city", "deal", "source")}


def _day_links(filters):
    """(period, day) → the link to these figures of the period with that day: hundreds of them differ by it alone."""
    rest = _narrow(filters)
    return lambda period, day: f"?{urlencode({'period': period, 'day': day} | rest)}"


def _tick(figures, by_month, words):
    """The short name of a bar: the number of the day, or the month."""
    pattern = "LLL" if by_month else "d" if len(figures.months) < 2 else "d MMM"
    return lambda day: words.day(day, pattern)

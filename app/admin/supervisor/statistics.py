"""/supervisor/statistics/: the figures with their filters in the URL, a chart, and breakdowns that add up."""

from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.admin.chart import chart
from app.admin.figures import Words
from app.admin.periods import asked, day_links, kinds, neighbour, tick
from app.constants import Deal, FieldKind
from app.doors import current_actor
from app.services import statistics
from app.services.statistics import answers
from reports.statistics import SOURCES

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
        filters, errors = asked(statistics.parse, request.args)
        words = Words()
        figures = statistics.figures(filters, actor=actor, written=words.written)
        by_month = filters.span.length > BY_MONTH
        page = self.render(
            "admin/statistics/index.html",
            filters=filters,
            figures=figures,
            errors=errors,
            typed=request.args,
            periods=kinds(filters),
            earlier=neighbour(filters, -1),
            later=neighbour(filters, +1),
            places=statistics.places(actor=actor),
            deals=DEALS,
            sources=SOURCES,
            by_month=by_month,
            days=[] if by_month else figures.days,
            chart=chart(figures.months, 12) if by_month else chart(figures.days),
            change=_change,
            narrow=_narrow(filters),
            words=words,
            day_link=day_links(_narrow(filters)),
            tick=tick(len(figures.months), by_month, words),
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


def _change(now, before):
    """How much ``now`` is above ``before`` as a share of it; None where there is nothing to compare with."""
    return (now - before) / before if before else None


def _narrow(filters):
    """All that is asked for but the period: the list of inquiries spells it alike."""
    return {name: word for name, word in filters.args().items() if name in ("country", "city", "deal", "source")}

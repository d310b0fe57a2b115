"""/supervisor/behaviour/: where the form loses people, what is looked for in vain, which ready answers help."""

from collections import namedtuple
from io import StringIO
from tempfile import TemporaryFile

from flask import Response, request, send_file
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import reports.behaviour as words_of
from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.admin.chart import chart
from app.admin.export import XLSX
from app.admin.figures import Words
from app.admin.periods import asked, kinds, neighbour, tick
from app.doors import current_actor
from app.forms.inquiries import NewInquiryForm
from app.services import behaviour, request_fields, settings
from app.services.behaviour import counting, figures, lookings

SHORT = 12  # labels under the bars of a long period
Bar, Heights = namedtuple("Bar", "subject counts"), namedtuple("Heights", "inquiries accepted")  # as chart() reads them


class Behaviour(SecureView):
    permission = Permission.BEHAVIOUR
    icon = "mouse-pointer-click"
    label = _l("Behaviour")
    group = groups.NUMBERS

    @expose("/")
    def index(self):
        filters, errors = asked(figures.parse, request.args)
        values, words = _values(filters), Words()
        days = values["figures"].days
        page = self.render(
            "admin/statistics/behaviour.html",
            filters=filters,
            errors=errors,
            typed=request.args,
            periods=kinds(filters),
            earlier=neighbour(filters, -1),
            later=neighbour(filters, +1),
            chart=chart([Bar(day, Heights(of.opened, of.published)) for day, of in days.items()], SHORT),
            tick=tick(1 if len(days) <= 31 else 2, False, words),
            is_on=behaviour.is_on(),
            kept=settings.get(counting.KEPT),
            enough=counting.ENOUGH,
            zone=settings.get("business_timezone"),
            faq_link=_faq_link,
            words=words,
            steps=words_of.STEPS,
            screens=words_of.SCREENS,
            deals=words_of.DEALS,
            search_places=words_of.PLACES,
            **values,
        )
        return page, 400 if errors else 200

    @expose("/behaviour.xlsx")
    def workbook(self):
        filters, file = figures.parse(request.args), TemporaryFile()  # noqa: SIM115 - send_file closes it
        title = _("Behaviour, %(period)s", period=filters.span.label())
        company = settings.get("company_name")
        words_of.write(file, _values(filters), locale=str(get_locale()), company=company, title=title)
        file.seek(0)
        return send_file(file, XLSX, as_attachment=True, download_name=f"{_name(filters)}.xlsx")

    @expose("/behaviour.csv")
    def text_file(self):
        filters, text = figures.parse(request.args), StringIO()
        words_of.write_csv(text, figures.sums(filters, actor=current_actor()))
        headers = {"Content-Disposition": f"attachment; filename={_name(filters)}.csv"}
        return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _name(filters):
    return f"behaviour-{filters.span.first}-{filters.span.last}"


def _values(filters):
    actor, span = current_actor(), filters.span
    shown = figures.figures(filters, actor=actor)
    return {
        "figures": shown,
        "refusals": [(_label(field), number) for field, number in shown.refusals],
        "searches": lookings.searches(span, actor=actor),
        "cities": lookings.cities(span, actor=actor),
        "answers": lookings.answers(span, actor=actor),
    }


def _label(field):
    """The words that stand at a field of the form."""
    if own := request_fields.field_of(field):
        return own.label
    known = getattr(NewInquiryForm, field, None)
    return str(known.args[0]) if known else field


def _faq_link(search):
    """What the form of a new question begins with."""
    russian = any("а" <= letter <= "я" for letter in search.text)
    return {f"question_{'ru' if russian else 'en'}": search.text[:1].upper() + search.text[1:]}

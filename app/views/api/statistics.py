"""The statistics workbook, under the same query arguments as the page."""

from tempfile import TemporaryFile
from urllib.parse import quote

from flask import Blueprint, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.branding import service_name
from app.constants import Variant
from app.doors import current_actor, requires
from app.errors import InvalidInput
from app.services import statistics

blueprint = Blueprint("statistics", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/supervisor/statistics.xlsx")
@requires(Permission.STATISTICS)
def workbook():
    filters, variant, actor = statistics.parse(request.args), _variant(request.args.get("variant")), current_actor()
    file = TemporaryFile()  # noqa: SIM115 - send_file closes it when the answer is sent
    statistics.export(filters, variant, file, actor=actor, by=actor)
    file.seek(0)
    name = _("%(service)s, statistics, %(period)s", service=service_name(), period=filters.span.label())
    if variant is Variant.PARTNER:
        name = _("%(service)s for partners, %(period)s", service=service_name(), period=filters.span.label())
    response = send_file(file, mimetype=XLSX)
    # The plain name is for programs that cannot read the other: transliterating Russian would leave commas of it.
    plain = f"otklik-{variant}-{filters.span.first}-{filters.span.last}.xlsx"
    response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name)}.xlsx"
    response.headers["Cache-Control"] = "no-store"
    return response


def _variant(word):
    try:
        return Variant(word or Variant.FULL)
    except ValueError:
        raise InvalidInput(_l("There is no such variant of the workbook."), field="variant") from None

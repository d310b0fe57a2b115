"""/supervisor/statistics/agencies/: agencies by the month they joined, and how many still accept inquiries."""

from io import StringIO
from tempfile import TemporaryFile

from flask import Response, abort, send_file
from flask_admin import expose
from flask_babel import get_locale

import reports.agencies
from app.access.permissions import Permission
from app.admin.base import SecureView
from app.admin.export import XLSX
from app.admin.figures import Words
from app.doors import current_actor
from app.services import settings
from app.services.statistics.cohorts import are_any, cohorts


class Cohorts(SecureView):
    permission = Permission.STATISTICS

    def is_visible(self):
        return False  # the page of figures leads here

    @expose("/")
    def index(self):
        found, together = cohorts(actor=current_actor())
        older = not found and are_any(actor=current_actor())
        return self.render(
            "admin/statistics/cohorts.html", cohorts=found, together=together, older=older, words=Words()
        )

    @expose("/cohorts.<kind>")
    def download(self, kind):
        if kind not in ("xlsx", "csv"):
            abort(404)
        found, together = cohorts(actor=current_actor())
        return _csv(found, together) if kind == "csv" else _workbook(found, together)


def _csv(found, together):
    text = StringIO()
    reports.agencies.write_csv(text, found, together)
    headers = {"Content-Disposition": "attachment; filename=agencies.csv"}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _workbook(found, together):
    file = TemporaryFile()  # noqa: SIM115 - send_file closes it when the answer is sent
    reports.agencies.write(file, found, together, locale=str(get_locale()), company=settings.get("company_name"))
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name="agencies.xlsx")

"""«Выгрузки»: the long lists somebody has asked for, how far they are, and their files. Everybody sees their own."""

from urllib.parse import quote

from flask import Response, abort, request
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from werkzeug.wsgi import wrap_file

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.admin import export as files
from app.admin import groups
from app.admin.base import SecureView
from app.constants import ExportState
from app.doors import current_actor, own_eyes
from app.errors import Forbidden
from app.models.exports import Export
from app.services import exports, settings

WHY = {
    "forbidden": _l("You may not take this list any more."),
    "attempts": _l("Three tries did not come to an end."),
    "broken": _l("Something went wrong; it is written down for the developers."),
}


class Exports(SecureView):
    permission = Permission.EXPORTS
    icon = "download"
    label = _l("Exports")
    group = groups.SERVICE

    @expose("/")
    def index(self):
        return self.render("admin/supervisor/exports.html", kept=settings.get("export_days"), **self._shown())

    @expose("/lines/")
    def lines(self):
        """The list alone, for the page while something is under way."""
        return self.render("admin/supervisor/_exports.html", **self._shown())

    def _shown(self):
        return {
            "rows": exports.of(actor=current_actor()),
            "why": WHY,
            "room": files.room,
            "query_of": files.edits.query_of,
        }

    @expose("/<id>/file")
    @own_eyes
    def file(self, id):
        """Only to whoever asked, and only while the list itself is open to them."""
        row = self._one(id)
        if row.state != ExportState.READY:
            abort(404)
        if files.room(row.list) is None:
            raise Forbidden()
        source = wrap_file(request.environ, exports.open_file(row), 65_536)
        answer = Response(source, mimetype=files.WRITERS[row.kind][1], direct_passthrough=True)
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
        answer.headers["Cache-Control"] = "private, no-store"
        answer.content_length = row.size
        return answer

    @expose("/<id>/cancel", methods=("POST",))
    def cancel(self, id):
        exports.cancel(self._one(id), actor=current_actor())
        return self.to("index")

    def _one(self, id):
        return get_visible(current_actor(), Export, id, self.permission)

"""The developer's corner: what whoever looks after the program asks first, on one page."""

from datetime import UTC, datetime

from flask import flash
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import slow
from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.admin.supervisor.developer_tabs import TABS
from app.admin.words import word
from app.extensions import socketio
from app.services import developer


class Developer(SecureView):
    permission = Permission.DEVELOPER
    icon = "square-terminal"
    label = _l("Developer's corner")
    group = groups.UPKEEP

    @expose("/")
    def index(self):
        size, tables = developer.database()
        return self.render(
            "admin/supervisor/developer.html",
            tabs=TABS,
            versions=developer.versions(),
            migrations=developer.migrations(),
            queues=developer.queues(),
            jobs=developer.jobs(),
            errors=developer.errors(),
            requests=_slowest(slow.requests),
            statements=_slowest(slow.statements),
            since=_moment(slow.begun_at),
            size=size,
            tables=tables,
            idle=developer.idle_indexes(),
            sockets=_sockets(),
            word=word,
        )

    @expose("/errors", methods=("POST",))
    def forget(self):
        developer.forget_errors()
        flash(_("The errors are forgotten: new ones will stand here."), "success")
        return self.to("index")


def _slowest(ring):
    return [(_moment(at), what, round(took * 1000)) for at, what, took in reversed(ring)][:20]


def _moment(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def _sockets():
    """Of this process; None where nothing serves sockets."""
    engine = getattr(socketio.server, "eio", None)
    return None if engine is None else len(engine.sockets)

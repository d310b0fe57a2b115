"""The owners' first look of the day: what came, what waits, what is broken. Each tile opens the list behind it."""

from flask import flash, redirect
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, holds, may
from app.admin.base import SecureView
from app.admin.supervisor import links
from app.admin.supervisor.conversations import last_words
from app.doors import current_actor
from app.navigation import home_url
from app.services import inquiry_text, integrity, overview, reports, statistics

P = Permission
SHOWN = {P.STATISTICS, P.INQUIRY_READ, P.CONVERSATION_SUPERVISE, P.PEOPLE_READ, P.DELIVERIES_READ, P.DIAGNOSTICS_READ}


def _elsewhere(actor):
    """Where ``actor`` begins: the first room of the console, or out of it."""
    home = home_url(actor)
    if not home.startswith("/supervisor/"):
        flash(_("There is nothing for you in the console yet: an owner gives permissions."))
    return redirect(home, 303)


class Dashboard(SecureView):
    permission = Permission.CONSOLE
    icon = "layout-dashboard"
    label = _l("Overview")

    def is_visible(self):
        return self.is_for(current_actor())

    def is_for(self, user):
        """Whoever has none of what is shown here begins elsewhere."""
        return may(user, self.permission) and any(holds(user, each) for each in SHOWN)

    @expose("/")
    def index(self):
        """To whoever has a room in the console: the tiles that this reader may open, or else the first such room."""
        actor = current_actor()
        pinned = reports.pinned(actor=actor)
        if not self.is_for(actor) and not pinned:
            return _elsewhere(actor)
        today, week_ago = overview.today(actor=actor)
        looked_at = integrity.known().values()
        return self.render(
            "admin/supervisor/dashboard.html",
            today=today,
            week_ago=week_ago,
            day=statistics.today(),
            waits=overview.waits(actor=actor),
            looked_at=bool(looked_at),
            broken=sum(1 for result in looked_at if result.count) if looked_at else None,
            many=overview.MANY,
            unserved=overview.unserved_cities(actor=actor),
            waiting=overview.longest_waiting(actor=actor),
            latest=overview.latest(actor=actor),
            pinned=pinned,
            shown={each.name: holds(actor, each) for each in SHOWN},
            inquiry_text=inquiry_text,
            last_words=last_words,
            number=links.number,
        )

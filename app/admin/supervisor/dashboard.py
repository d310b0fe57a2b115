"""The owners' first look of the day: what came, what waits, what is broken. Each tile opens the list behind it."""

from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin.base import SecureView
from app.admin.supervisor import links
from app.admin.supervisor.conversations import last_words
from app.doors import current_actor
from app.services import inquiry_text, integrity, overview, reports, statistics


class Dashboard(SecureView):
    permission = Permission.CONSOLE
    icon = "layout-dashboard"
    label = _l("Overview")

    @expose("/")
    def index(self):
        actor = current_actor()
        today, week_ago = overview.today(actor=actor)
        return self.render(
            "admin/supervisor/dashboard.html",
            today=today,
            week_ago=week_ago,
            day=statistics.today(),
            waits=overview.waits(actor=actor),
            broken=sum(1 for result in integrity.known().values() if result.count),
            many=overview.MANY,
            unserved=overview.unserved_cities(actor=actor),
            waiting=overview.longest_waiting(actor=actor),
            latest=overview.latest(actor=actor),
            pinned=reports.pinned(actor=actor),
            inquiry_text=inquiry_text,
            last_words=last_words,
            number=links.number,
        )

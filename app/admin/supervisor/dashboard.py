"""The owners' first look of the day: what came, what waits, what is broken. Each tile opens the list behind it."""

from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin.base import SecureView


class Dashboard(SecureView):
    permission = Permission.CONSOLE
    icon = "layout-dashboard"
    label = _l("Overview")

    @expose("/")
    def index(self):
        return self.render("admin/dashboard.html")

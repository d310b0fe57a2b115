"""/office/ itself: straight to the new inquiries."""

from flask import redirect, url_for
from flask_admin import expose

from app.access.permissions import Permission
from app.admin.base import SecureView


class OfficeIndex(SecureView):
    permission = Permission.OFFICE

    @expose("/")
    def index(self):
        return redirect(url_for("office_inquiries.index"), 303)

    def is_visible(self):
        return False

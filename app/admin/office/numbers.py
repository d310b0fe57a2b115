"""«Мои цифры»: what the realtor received, opened and accepted, and how fast."""

from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission as P
from app.admin.base import SecureView
from app.admin.figures import Words
from app.doors import current_actor
from app.services import inquiry_text, office_numbers, settings


class OfficeNumbers(SecureView):
    permission = P.OFFICE
    label = _l("My numbers")
    icon = "chart-column"

    @expose("/")
    def index(self):
        return self.render(
            "office/numbers.html",
            numbers=office_numbers.numbers(current_actor()),
            text=inquiry_text,
            words=Words(),
            zone=settings.get("business_timezone"),
        )

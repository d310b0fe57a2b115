"""«Мои запросы»: what this realtor has accepted, with the conversation of each."""

from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission as P
from app.admin.base import SecureView
from app.admin.office.inquiries import WORDS
from app.admin.office.lists import chosen, cursor
from app.doors import current_actor, office_page
from app.services import office

CLOSED = {"all": None, "running": False, "closed": True}


class OfficeMyInquiries(SecureView):
    permission = P.INQUIRY_RECEIVE
    label = _l("My inquiries")
    icon = "clipboard-list"

    @expose("/")
    @office_page
    def index(self):
        shown, before = chosen("show", tuple(CLOSED)), cursor("before")
        limit = office.PAGE + 1
        cards = office.my_inquiries(current_actor(), closed=CLOSED[shown], before=before, limit=limit)
        return self.render(
            "office/my_inquiries.html",
            cards=cards[: office.PAGE],
            more=len(cards) == limit,
            first=before is None,
            shown=shown,
            **WORDS,
        )

"""/office/: what realtors work in. One module per domain word."""

from app.admin.office.conversations import OfficeConversations
from app.admin.office.home import OfficeIndex
from app.admin.office.inquiries import OfficeInquiries
from app.admin.office.my_inquiries import OfficeMyInquiries
from app.admin.office.numbers import OfficeNumbers
from app.admin.office.ready_answers import OfficeReadyAnswers


def index_view():
    return OfficeIndex(name="", endpoint="office", url="/office")


def views():
    """Every other view of the office. Endpoints are named in app/navigation.py."""
    return (
        OfficeInquiries(endpoint="office_inquiries", url="/office/inquiries"),
        OfficeMyInquiries(endpoint="office_my_inquiries", url="/office/my-inquiries"),
        OfficeConversations(endpoint="office_conversations", url="/office/conversations"),
        OfficeNumbers(endpoint="office_numbers", url="/office/numbers"),
        OfficeReadyAnswers(endpoint="office_ready_answers", url="/office/ready-answers"),
    )

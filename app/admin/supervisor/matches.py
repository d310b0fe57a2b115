"""Who stands how towards which inquiry. Nothing to change here: realtors answer for themselves."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission
from app.admin import cells
from app.admin.base import SecureModelView
from app.admin.filters import Choice, Reference
from app.admin.listing import Order
from app.admin.supervisor import links, lookups
from app.models.accounts import Realtor, User
from app.models.inquiries import Inquiry, Match
from app.services import inquiry_text


def standing(match):
    if match.accepted_at:
        return _l("accepted")
    if match.declined_at:
        return _l("declined")
    return _l("opened") if match.seen_at else ""


def _reason(match):
    return str(inquiry_text.DECLINE_REASONS[match.decline_reason]) if match.decline_reason else ""


class MatchAdmin(SecureModelView):
    permission = Permission.INQUIRY_CORRECT
    icon = "handshake"
    label = _l("Replies")
    group = _l("Work")
    can_export = True
    empty_hint = _l("A reply appears here when a realtor opens an inquiry.")

    column_list = ("inquiry", "wanted", "realtor", "agency", "standing", "seen_at", "accepted_at", "reason")
    column_export_list = ("inquiry", "wanted", "realtor", "agency", "standing", "seen_at", "accepted_at", "declined_at")
    column_labels = {
        "inquiry": _l("Inquiry"),
        "wanted": _l("What for"),
        "realtor": _l("Realtor"),
        "agency": _l("Agency"),
        "standing": _l("State"),
        "seen_at": _l("Opened"),
        "accepted_at": _l("Accepted"),
        "declined_at": _l("Declined"),
        "reason": _l("Reason"),
    }
    column_formatters = {
        "inquiry": cells.of(lambda row: links.inquiry(row.inquiry)),
        "wanted": cells.of(lambda row: inquiry_text.title(row.inquiry)),
        "realtor": cells.of(lambda row: links.person(row.realtor)),
        "agency": cells.of(lambda row: row.realtor.realtor.agency.name if row.realtor.realtor else ""),
        "standing": cells.of(standing),
        "reason": cells.of(_reason),
    }
    column_formatters_export = {
        "inquiry": cells.of(lambda row: row.inquiry.number),
        "wanted": cells.of(lambda row: inquiry_text.title(row.inquiry)),
        "agency": cells.of(lambda row: row.realtor.realtor.agency.name if row.realtor.realtor else ""),
        "standing": cells.of(standing),
    }
    orders = {"id": Order((Match.id,))}
    filters = (
        Choice(
            name="state",
            label=_l("State"),
            choices=[("accepted", _l("accepted")), ("declined", _l("declined")), ("opened", _l("opened"))],
            clauses={
                "accepted": lambda: Match.accepted_at.is_not(None),
                "declined": lambda: Match.declined_at.is_not(None),
                "opened": lambda: Match.accepted_at.is_(None) & Match.declined_at.is_(None),
            },
        ),
        Reference(
            name="realtor",
            label=_l("Realtor"),
            loader=lookups.realtors(),
            meaning=lambda user: Match.realtor_id == user.id,
        ),
    )
    eager = (
        joinedload(Match.inquiry, innerjoin=True).joinedload(Inquiry.city, innerjoin=True),
        joinedload(Match.realtor, innerjoin=True).joinedload(User.realtor).joinedload(Realtor.agency),
    )

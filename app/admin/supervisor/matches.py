"""Who stands how towards which inquiry. Nothing to change here: realtors answer for themselves."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.export import Filed, in_language
from app.admin.filters import Choice, Reference
from app.admin.light import Light
from app.admin.listing import Order
from app.admin.supervisor import links, lookups
from app.models.accounts import Realtor, User
from app.models.inquiries import Inquiry, Match
from app.models.partners import Agency
from app.models.places import City
from app.services import inquiry_text


def standing(match):
    return _standing(match.accepted_at, match.declined_at, match.seen_at)


def _standing(accepted, declined, seen):
    return _("accepted") if accepted else _("declined") if declined else _("opened") if seen else ""


def _reason(match):
    return _why(match.decline_reason)


def _why(reason):
    return str(inquiry_text.DECLINE_REASONS[reason]) if reason else ""


def _wanted(deal, kind, name_ru, name_en):
    return f"{inquiry_text.WANTED[deal, kind]}, {in_language(name_ru, name_en)}"


class MatchAdmin(SecureModelView):
    permission = Permission.INQUIRY_READ
    icon = "handshake"
    label = _l("Replies")
    group = groups.WORK
    can_export = True
    empty_hint = _l("A reply appears here when a realtor opens an inquiry.")

    column_list = ("inquiry", "wanted", "realtor", "agency", "standing", "seen_at", "accepted_at", "reason")
    column_export_list = ("inquiry", "wanted", "realtor", "agency", "standing", "seen_at", "accepted_at", "declined_at")
    column_export_list += ("reason",)
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
        "realtor": links.person_at("realtor", by=lambda row: row.realtor),
        "agency": cells.of(lambda row: row.realtor.realtor.agency.name if row.realtor.realtor else ""),
        "standing": cells.of(standing),
        "reason": cells.of(_reason),
    }
    filed = {
        "inquiry": Filed((Inquiry.number,)),
        "wanted": Filed((Inquiry.deal, Inquiry.property_type, City.name_ru, City.name_en), _wanted, few=True),
        "realtor": Filed((User.name,)),
        "agency": Filed((Agency.name,)),
        "standing": Filed((Match.accepted_at, Match.declined_at, Match.seen_at), _standing),
        "seen_at": Filed((Match.seen_at,)),
        "accepted_at": Filed((Match.accepted_at,)),
        "declined_at": Filed((Match.declined_at,)),
        "reason": Filed((Match.decline_reason,), _why, few=True),
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
    light = Light(
        *(Match.public_id, Match.seen_at, Match.accepted_at, Match.declined_at, Match.decline_reason),
        inquiry=Light(
            *(Inquiry.public_id, Inquiry.number, Inquiry.deal, Inquiry.property_type),
            city=Light(City.name_ru, City.name_en),
        ),
        realtor=Light(
            *(User.public_id, User.name, User.role),
            realtor=Light(Realtor.user_id, agency=Light(Agency.name)),
        ),
    )

    def file_from(self, select):
        found = select.join(Inquiry, Inquiry.id == Match.inquiry_id).join(City, City.id == Inquiry.city_id)
        found = found.join(User, User.id == Match.realtor_id).outerjoin(Realtor, Realtor.user_id == User.id)
        return found.outerjoin(Agency, Agency.id == Realtor.agency_id)

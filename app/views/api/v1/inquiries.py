"""Inquiries: read, sent in for a client, corrected, cancelled; by the same services as everywhere."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import ApiScope as S
from app.constants import Deal, InquirySource, InquiryStatus, PropertyType
from app.models.accounts import User
from app.models.inquiries import Inquiry
from app.models.places import City
from app.services import inquiries, request_fields
from app.services.inquiries import InquiryDraft, for_client
from app.views.api.v1.asking import ORDER, PAGING
from app.views.api.v1.common import CITY, known_city, moment, named, narrowed, number_of, place
from app.views.api.v1.operations import Answer, Operation, Param
from app.views.api.v1.own_fields import written
from app.views.api.v1.schemas import ID, words

WITH = (joinedload(Inquiry.city), joinedload(Inquiry.client).lazyload(User.realtor))
FILTERS = {
    "status": lambda word: Inquiry.status == InquiryStatus(word),
    "deal": lambda word: Inquiry.deal == Deal(word),
    "source": lambda word: Inquiry.source == InquirySource(word),
    "city": lambda public_id: Inquiry.city_id == number_of(City, public_id),
    "client": lambda public_id: Inquiry.client_id == number_of(User, public_id),
}


def shown(inquiry):
    return {
        "id": str(inquiry.public_id),
        "number": inquiry.number,
        "status": inquiry.status.value,
        "source": inquiry.source.value,
        "deal": inquiry.deal.value,
        "city": place(inquiry.city),
        "property_type": inquiry.property_type.value,
        "rooms": inquiry.rooms,
        "budget": {"min": inquiry.budget_min, "max": inquiry.budget_max, "currency": inquiry.currency},
        "area_min": inquiry.area_min,
        "move_in": inquiry.move_in and inquiry.move_in.isoformat(),
        "wishes": inquiry.wishes,
        "answers": inquiry.answers,
        "client": named(inquiry.client),
        "recipients": inquiry.recipients,
        "acceptances": inquiry.acceptances,
        "awaiting_realtor": inquiry.awaiting_realtor,
        **{f"{name}_at": moment(getattr(inquiry, f"{name}_at")) for name in MOMENTS},
        "version": inquiry.version,
    }


MOMENTS = ("created", "published", "first_accepted", "expires", "closed")


def index(ask):
    rows = narrowed(visible_to(ask.actor, Inquiry).options(*WITH), ask.query, FILTERS)
    return ask.page(rows, Inquiry.id, lambda found: [shown(inquiry) for inquiry in found])


def one(ask, id):
    return _answer(_get(ask, id))


def create(ask):
    wish = _wish(ask) | {"property_type": PropertyType(ask.body.get("property_type", PropertyType.APARTMENT))}
    request_fields.demand(wish.get("answers", {}), wish["deal"], wish["property_type"])
    inquiry = for_client.submit(ask.body["client"], InquiryDraft(**wish), actor=ask.actor)
    return _answer(inquiry, status=201, location=f"/api/v1/inquiries/{inquiry.public_id}")


def change(ask, id):
    inquiry = _get(ask, id)
    wish = _wish(ask)
    kind = (wish.get(name, getattr(inquiry, name)) for name in ("deal", "property_type"))
    request_fields.demand(wish.get("answers", {}), *kind, inquiry.answers)
    inquiries.edit(inquiry, wish, actor=ask.actor, version=ask.version)
    return _answer(inquiry)


def cancel(ask, id):
    inquiry = _get(ask, id)
    reason = ask.body.get("reason", "")
    return _answer(inquiries.move(inquiry, InquiryStatus.CANCELLED, actor=ask.actor, reason=reason))


def _get(ask, id):
    return get_visible(ask.actor, Inquiry, id, P.INQUIRY_CORRECT, options=WITH)


def _answer(inquiry, **more):
    return Answer(shown(inquiry), version=inquiry.version, **more)


def _wish(ask):
    """What the body says of the wish: field → value as InquiryDraft has them."""
    values = {name: ask.body[name] for name in ("rooms", "area_min", "wishes") if name in ask.body}
    for name, kind in (("deal", Deal), ("property_type", PropertyType)):
        if name in ask.body:
            values[name] = kind(ask.body[name])
    if "city" in ask.body:
        values["city"] = known_city(ask.actor, ask.body["city"], P.PLACES)
    if "move_in" in ask.body:
        values["move_in"] = date.fromisoformat(ask.body["move_in"]) if ask.body["move_in"] else None
    for name, value in ask.body.get("budget", {}).items():
        values[name if name == "currency" else f"budget_{name}"] = value or ("" if name == "currency" else None)
    if "answers" in ask.body:
        values["answers"] = written(ask.body["answers"])
    return values


GROUP = _l("Inquiries")
OPERATIONS = (
    Operation(
        name="listInquiries",
        method="GET",
        path="/inquiries",
        group=GROUP,
        about=_l("The inquiries, page by page"),
        scope=S.INQUIRIES_READ,
        permission=P.INQUIRY_CORRECT,
        params=(
            Param("status", words(InquiryStatus)),
            Param("deal", words(Deal)),
            Param("source", words(InquirySource)),
            CITY,
            Param("client", ID),
            ORDER,
            *PAGING,
        ),
        gives="Inquiry",
        pages=True,
        do=index,
    ),
    Operation(
        name="getInquiry",
        method="GET",
        path="/inquiries/{id}",
        group=GROUP,
        about=_l("One inquiry"),
        scope=S.INQUIRIES_READ,
        permission=P.INQUIRY_CORRECT,
        gives="Inquiry",
        do=one,
    ),
    Operation(
        name="createInquiry",
        method="POST",
        path="/inquiries",
        group=GROUP,
        about=_l("Send an inquiry for a client"),
        more=_l(
            "The client is found by e-mail. Where there is none, an account is made: both consents must have been "
            "given, and a letter brings the way in. Money is in minor units: 90000 is 900.00."
        ),
        scope=S.INQUIRIES_WRITE,
        permission=P.INQUIRY_CORRECT,
        body="NewInquiry",
        gives="Inquiry",
        status=201,
        refusals=(409,),
        do=create,
    ),
    Operation(
        name="changeInquiry",
        method="PATCH",
        path="/inquiries/{id}",
        group=GROUP,
        about=_l("Correct an inquiry"),
        more=_l("What is left out stays. The client and the realtors are told, as after a correction in the console."),
        scope=S.INQUIRIES_WRITE,
        permission=P.INQUIRY_CORRECT,
        body="InquiryChange",
        gives="Inquiry",
        versioned=True,
        refusals=(409,),
        do=change,
    ),
    Operation(
        name="cancelInquiry",
        method="POST",
        path="/inquiries/{id}/cancel",
        group=GROUP,
        about=_l("Cancel an inquiry"),
        more=_l("One that is cancelled already stays so."),
        scope=S.INQUIRIES_WRITE,
        permission=P.INQUIRY_CORRECT,
        body="Cancellation",
        gives="Inquiry",
        refusals=(409,),
        do=cancel,
    ),
)

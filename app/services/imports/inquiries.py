"""Inquiries out of a file: of clients who are here already."""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.constants import InquiryStatus, PropertyType, Role
from app.errors import InvalidInput
from app.extensions import db
from app.formatting import minor_units, parse_number
from app.models.accounts import User
from app.models.inquiries import Inquiry
from app.services import contacts, inquiries
from app.services.imports import answers, fields, words
from app.services.imports.kinds import Kind, Unclear, city_of, country_of, needed, phone_of

OPEN = (InquiryStatus.DRAFT, InquiryStatus.NEW, InquiryStatus.IN_WORK)
MONEY = ("budget_min", "budget_max")
OTHERS = ("client", "number")  # values that are not the inquiry's own


def read(raw, context):
    values = {}
    country = country_of(raw.get("country"), context)
    if raw.get("city"):
        values["city"] = city_of(raw["city"], country, context)
    if raw.get("number"):
        values["number"] = _number(raw["number"])
    values["client"] = _client(raw, country, context)
    for name, meaning in (("deal", words.deal), ("property_type", words.property_type), ("rooms", words.rooms)):
        if raw.get(name):
            values[name] = meaning(raw[name])
    if raw.get("move_in"):
        values["move_in"] = words.day(raw["move_in"], "move_in")
    if raw.get("wishes"):
        values["wishes"] = raw["wishes"]
    if raw.get("area_min"):
        values["area_min"] = int(_amount(raw["area_min"], "area_min"))
    return values | _money(raw, values) | answers.read(raw)


def _number(text):
    digits = re.sub(r"\D", "", text)
    if not digits or len(digits) > 12:
        raise InvalidInput(_l("There is no inquiry of this number."), field="number")
    return int(digits)


def _amount(text, name):
    amount = parse_number(text)
    if amount is None:
        raise InvalidInput(_l("Write a number, for example 900 or 420 000."), field=name)
    return amount


def _money(raw, values):
    """Amounts as they are written, in major units: the currency may be that of the inquiry found."""
    given = {name: _amount(raw[name], name) for name in MONEY if raw.get(name)}
    if raw.get("currency"):
        given["currency"] = raw["currency"].upper()
    return given


def _client(raw, country, context):
    """By e-mail, else by phone; None when neither is given."""
    if raw.get("email"):
        found = _people(User.email == contacts.email_address(raw["email"]))
    elif raw.get("phone"):
        found = _people(User.phone == phone_of(raw["phone"], country, context))
    else:
        return None
    field = "email" if raw.get("email") else "phone"
    if not found:
        raise InvalidInput(_l("There is no such client here: import people first."), field=field)
    if len(found) > 1:
        raise Unclear(_l("Several clients have this phone: give the e-mail."), field=field)
    return found[0]


def _people(clause):
    clients = sa.select(User).where(
        clause, User.role == Role.CLIENT, User.deleted_at.is_(None), User.blocked_at.is_(None)
    )
    return db.session.scalars(clients.order_by(User.id).limit(3)).unique().all()


def find(key, values, context):
    if key == "number" and "number" in values:
        found = db.session.scalars(sa.select(Inquiry).where(Inquiry.number == values["number"])).all()
        if not found:
            raise InvalidInput(_l("There is no inquiry of this number."), field="number")
        return found
    if key == "wish" and values["client"] and {"city", "deal"} <= values.keys():
        wish = (
            Inquiry.client_id == values["client"].id,
            Inquiry.city_id == values["city"].id,
            Inquiry.deal == values["deal"],
        )
        type_ = values.get("property_type", PropertyType.APARTMENT)
        same = sa.select(Inquiry).where(*wish, Inquiry.property_type == type_, Inquiry.status.in_(OPEN))
        return db.session.scalars(same.order_by(Inquiry.id).limit(4)).all()
    return []


def check_found(inquiry, values, context):
    if values["client"] and values["client"].id != inquiry.client_id:
        raise InvalidInput(_l("This inquiry is another client's."), field="number")
    given = {name: value for name, value in values.items() if name not in OTHERS}
    given |= _minor(given, given.get("currency") or inquiry.currency)
    own = answers.of(given)
    rest = {name: value for name, value in given.items() if name not in own}
    present = {name: getattr(inquiry, name) for name in inquiries.InquiryDraft.__dataclass_fields__}
    answers.demand(own, present | rest, inquiry.answers)
    whole = inquiries.checked(present | rest, before=inquiry.move_in)
    return {name: whole[name] for name in rest} | own


def _minor(values, currency):
    try:
        return {name: minor_units(values[name], currency) for name in MONEY if name in values}
    except (ValueError, ArithmeticError):
        raise InvalidInput(_l("There is no such currency."), field="currency") from None


def draft_of(values):
    values = {name: value for name, value in values.items() if name not in OTHERS}
    values.setdefault("property_type", PropertyType.APARTMENT)
    values |= _minor(values, values.get("currency") or values["city"].country.currency)
    return inquiries.InquiryDraft(**inquiries.with_answers(values))


def check_new(values, context):
    if not values["client"]:
        raise InvalidInput(_l("Whose inquiry is it? Give the client's e-mail or phone."), field="email")
    needed(values, "deal", "city")
    whole = draft_of(values).values()
    answers.demand(answers.of(values), whole)
    inquiries.checked(whole)


def mark(values):
    type_ = values.get("property_type", PropertyType.APARTMENT)
    return f"{values['client'].id}:{values['city'].id}:{values['deal']}:{type_}"


def make(values, context):
    return inquiries.bring_in(draft_of(values), values["client"], actor=context.actor)


INQUIRIES = Kind(
    word="inquiries",
    label=_l("Inquiries"),
    permission=Permission.INQUIRY_CORRECT,
    own=fields.INQUIRIES,
    keys={"number": _l("number"), "wish": _l("client, city, deal and property (among open ones)")},
    read=read,
    find=find,
    now=inquiries.held,
    added=answers.fields,
    shown=answers.shown,
    check_found=check_found,
    check_new=check_new,
    mark=mark,
    make=make,
    change=lambda inquiry, values, context: inquiries.edit(
        inquiry, inquiries.with_answers(values), actor=context.actor
    ),
    title=lambda inquiry: f"№\xa0{inquiry.number}",
    needed=("deal", "city"),
    note=_l(
        "Their clients have to be here: import people first. Taken back, such inquiries go into the bin, unless a "
        "realtor has accepted them or somebody has changed them."
    ),
)

"""Clients and realtors out of a file. Those who work for the service itself are never touched."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app import spelling
from app.access.permissions import Permission
from app.constants import LOCALES, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.partners import Agency
from app.services import accounts, contacts, partners
from app.services.accounts.people import person_name
from app.services.imports import fields, words
from app.services.imports.kinds import Kind, city_of, country_of, needed, phone_of
from app.services.merging import kept

IMPORTED = (Role.CLIENT, Role.REALTOR)
FEW = 4


def read(raw, context):
    values = {name: raw[name] for name in ("name", "first_name", "last_name") if raw.get(name)}
    values["given_role"] = words.role(raw["role"]) if raw.get("role") else None
    country = country_of(raw.get("country"), context)
    city = city_of(raw.get("city"), country, context)
    values["city"], region = city, (city.country if city else country)
    if raw.get("email"):
        values["email"] = contacts.email_address(raw["email"])
    if raw.get("phone"):
        values["phone"] = phone_of(raw["phone"], region, context)
    if raw.get("agency"):
        values["agency"] = agency_of(raw["agency"], context)
    if raw.get("locale"):
        values["locale"] = _locale(raw["locale"])
    return values


def _locale(text):
    locale = {"русский": "ru", "russian": "ru", "английский": "en", "english": "en"}.get(
        text.casefold(), text.casefold()
    )
    if locale not in LOCALES:
        raise InvalidInput(_l("There is no such language."), field="locale")
    return locale


def agency_of(text, context):
    """The Agency of this name, or the name of one that would be made."""
    id = context.once(("agency", text), lambda: _agency_id(text))
    return context.get(Agency, id) or text if id else text


def _agency_id(text):
    key = partners.agency_key(text)
    if not key:
        raise InvalidInput(_l("Please fill this in."), field="agency")
    found = kept.remaining(Agency, key) or db.session.scalar(sa.select(Agency).where(Agency.key == key))
    return found and found.id


def look_up(several, context):
    """The people of these e-mails and phones: a question for each of the two, not for each row."""
    for name in ("email", "phone"):
        asked = {values[name] for values in several if values.get(name)}
        context.known[name] = _by(getattr(User, name), asked) if asked else {}


def _by(column, asked):
    found = {}
    for user in _all(_there().where(column.in_(asked))):
        found.setdefault(getattr(user, column.key), []).append(user)
    return found


def _there():
    return sa.select(User).where(User.deleted_at.is_(None)).order_by(User.id)


def find(key, values, context):
    if key in ("email", "phone") and values.get(key):
        return context.known[key].get(values[key], [])[:FEW]
    if key == "name_city" and values["city"] and (name := full_name(values)):
        ids = context.once(("names", values["city"].id), lambda: _names_in(values["city"])).get(spelling.key(name))
        return _all(_there().where(User.id.in_(ids)).limit(FEW)) if ids else []
    return []


def _all(statement):
    return db.session.scalars(statement).unique().all()


def _names_in(city):
    found = {}
    rows = sa.select(User.id, User.name).join(Realtor, Realtor.user_id == User.id).where(Realtor.city_id == city.id)
    for id, name in db.session.execute(rows):
        found.setdefault(spelling.key(name), []).append(id)
    return found


def full_name(values):
    return values.get("name") or " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))


def names_for(role, values):
    """The name columns of that role out of whichever are given; empty when none is."""
    if not full_name(values):
        return {}
    if role != Role.REALTOR:
        return person_name({"name": full_name(values)}, role)
    first, _space, last = (values.get("name") or "").partition(" ")
    given = {"first_name": values.get("first_name") or first, "last_name": values.get("last_name") or last.strip()}
    return person_name(given, role)


def now(user, name):
    if name in ("city", "agency"):
        return getattr(user.realtor, name)
    return getattr(user, name)


def check_found(user, values, context):
    if user.role not in IMPORTED:
        raise InvalidInput(_l("%(name)s works for the service: import does not change such people.", name=user.name))
    if values["given_role"] not in (None, user.role):
        raise InvalidInput(_l("%(name)s has another role here.", name=user.name), field="role")
    given = names_for(user.role, values) | {
        name: values[name] for name in ("email", "phone", "locale") if name in values
    }
    if user.role == Role.REALTOR:
        given |= {name: values[name] for name in ("city", "agency") if values.get(name)}
    _check_email(given.get("email"), context, user)
    return given


def _check_email(email, context, user=None):
    if any(other is not user for other in context.known["email"].get(email, [])):
        raise InvalidInput(_l("Somebody else has this e-mail."), field="email")


def check_new(values, context):
    role = _role(values, context)
    needed(values, "email")
    _check_email(values["email"], context)
    if not names_for(role, values):
        needed(values, "name")
    if role == Role.REALTOR:
        needed(values, "phone", "city", "agency")


def _role(values, context):
    return values["given_role"] or Role(context.choices.get("role") or Role.CLIENT)


def make(values, context):
    return make_all([values], context)[0]


def make_all(several, context):
    agencies = {}
    newcomers = [_newcomer(values, agencies, context) for values in several]
    return accounts.bring_in(newcomers, invite=bool(context.choices.get("invite")), actor=context.actor)


def _newcomer(values, agencies, context):
    """``agencies``: name → those that were looked for before."""
    role = _role(values, context)
    given = names_for(role, values) | {name: values[name] for name in ("email", "phone") if name in values}
    given["locale"] = values.get("locale") or context.actor.locale
    if role != Role.REALTOR:
        return accounts.Newcomer(role, given)
    name = values["agency"]
    if name not in agencies:
        agencies[name] = _made(name, context.actor)
    return accounts.Newcomer(role, given, values["city"], agencies[name])


def marks(values):
    """E-mail, phone, and the name in its city: whoever shares one may be the same person."""
    found = {(name, values[name]) for name in ("email", "phone") if values.get(name)}
    return found | ({(values["city"].id, spelling.key(full_name(values)))} if values["city"] else set())


def _made(agency, actor):
    return partners.find_or_create(agency, actor=actor) if isinstance(agency, str) else agency


def change(user, values, context):
    if "agency" in values:
        values["agency"] = _made(values["agency"], context.actor)
    if "name" in values and user.role == Role.REALTOR:
        values.pop("name")  # made of the other two
    accounts.correct(user, values, actor=context.actor)


PEOPLE = Kind(
    word="people",
    label=_l("People"),
    permission=Permission.PEOPLE,
    own=fields.PEOPLE,
    keys={"email": _l("e-mail"), "phone": _l("phone"), "name_city": _l("name and city (of realtors)")},
    read=read,
    find=find,
    now=now,
    check_found=check_found,
    check_new=check_new,
    mark=lambda values: values["email"],
    make=make,
    change=change,
    look_up=look_up,
    make_all=make_all,
    marks=marks,
    needed=("email",),
    note=_l(
        "Clients and realtors. A new realtor needs a city, an agency and a phone; the city is served from then on."
    ),
)

"""The realtors' closed registration."""

from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Realtor
from app.services import audit, contacts, inquiries, partners, places, search
from app.services.accounts import passwords
from app.services.accounts.people import person_name
from app.services.accounts.registration import create
from app.services.transaction import after_commit, transaction


def join(
    *,
    link,
    country,
    city=None,
    city_name="",
    confirmed=False,
    agency,
    website="",
    first_name,
    last_name,
    phone,
    email,
    password,
    locale="ru",
    timezone=None,
):
    """A realtor's account, bound to a city and to the agency of that name, new or known.

    ``country`` is an ISO code; ``city`` a public id, ``city_name`` what was typed instead (``confirmed``: none of the
    like ones is meant). The city is served from this moment: inquiries that waited for it are published.
    Raises InvalidInput(field), EmailTaken, places.CityUnclear.
    """
    email = contacts.email_address(email)
    values = person_name({"first_name": first_name, "last_name": last_name}, Role.REALTOR)
    values["phone"] = _mobile(phone, country)
    website = contacts.website_address(website)
    passwords.check_new_password(password, email)
    values |= {"password_hash": passwords.hash_password(password), "locale": locale, "timezone": timezone}
    with transaction():
        user = create(Role.REALTOR, email, values, source="join")
        place = places.city_for_registration(
            country=country, city=city, city_name=city_name, confirmed=confirmed, actor=user
        )
        _bind(user, place, partners.find_or_create(agency, website=website, actor=user), link)
    return user


def _mobile(text, country):
    phone = contacts.phone_number(text, country)
    if not phone:
        raise InvalidInput(_l("Realtors are called: write your mobile number."), field="phone")
    return phone


def _bind(user, city, agency, link):
    db.session.add(Realtor(user_id=user.id, city_id=city.id, agency_id=agency.id, join_link_id=link and link.id))
    db.session.flush()
    db.session.refresh(user)
    names = {"city": city.name_ru, "agency": agency.name, "join_link": link.name if link else None}
    audit.record(AuditTag.REALTOR_JOINED, user, actor=user, **names)
    search.index_person(user)
    inquiries.publish_awaiting(city)
    after_commit("places:changed")

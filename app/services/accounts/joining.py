"""The realtors' closed registration."""

from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Realtor
from app.services import audit, contacts, inquiries, partners
from app.services.accounts import passwords
from app.services.accounts.registration import checked_name, create
from app.services.transaction import after_commit, transaction


def join(*, link, city, agency, website, first_name, last_name, phone, email, password, locale="ru", timezone=None):
    """A realtor's account, bound to ``city`` (a City) and to the agency of that name, new or known.

    The city is served from this moment: inquiries that waited for it are published.
    Raises InvalidInput(field), EmailTaken.
    """
    email = contacts.email_address(email)
    phone = contacts.phone_number(phone, city.country.code)
    if not phone:
        raise InvalidInput(_l("Realtors are called: write your mobile number."), field="phone")
    website = contacts.website_address(website)
    passwords.check_new_password(password, email)
    first_name, last_name = checked_name(first_name, "first_name", 60), checked_name(last_name, "last_name", 60)
    values = {"first_name": first_name, "last_name": last_name, "name": f"{first_name} {last_name}"[:120]}
    values |= {"phone": phone, "password_hash": passwords.hash_password(password)}
    with transaction():
        user = create(Role.REALTOR, email, values | {"locale": locale, "timezone": timezone}, source="join")
        company = partners.find_or_create(agency, website=website, actor=user)
        _bind(user, city, company, link)
    return user


def _bind(user, city, agency, link):
    db.session.add(Realtor(user_id=user.id, city_id=city.id, agency_id=agency.id, join_link_id=link and link.id))
    db.session.flush()
    db.session.refresh(user)
    names = {"city": city.name_ru, "agency": agency.name, "join_link": link.name if link else None}
    audit.record(AuditTag.REALTOR_JOINED, user, actor=user, **names)
    inquiries.publish_awaiting(city)
    after_commit("places:changed")

"""What people write twice: one client with two accounts, an agency under two names, a city misspelt: to be merged."""

from datetime import timedelta

import sqlalchemy as sa

from app.constants import InquiryStatus, Role
from app.demo.people import ANNA, PETR
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.audit import AuditEvent
from app.models.inquiries import Inquiry
from app.models.places import City
from app.services import partners, places
from app.services.accounts import registration
from app.services.places import spellings
from app.services.transaction import transaction

AGENCY = "Domus Praha s.r.o."  # PETR's, as a colleague of his has written it
MISSPELT = ("Vienna", "Венна", "Viena")  # where a city is asked for that nobody serves yet


def tell(world, owner):
    """Nothing is added that is counted, as inquiries and realtors are: what is there goes to the second of each two."""
    _agency(owner)
    _city(owner)
    _client(world)


def _agency(owner):
    petr = db.session.scalar(sa.select(Realtor).join(User).where(User.email == PETR[0]))
    others = sa.select(Realtor).where(Realtor.city_id == petr.city_id, Realtor.agency_id != petr.agency_id)
    colleague = db.session.scalar(others.order_by(Realtor.user_id).limit(1))
    twin = partners.create(AGENCY, website=petr.agency.website, actor=owner)
    if colleague is not None:
        with transaction():
            colleague.agency_id = twin.id


def _city(owner):
    name, name_ru, name_en = MISSPELT
    asked = sa.select(Inquiry).join(City).where(City.name_en == name, Inquiry.awaiting_realtor)
    inquiry = db.session.scalar(asked.order_by(Inquiry.number).limit(1))
    if inquiry is None or spellings.cities_spelled(inquiry.city.country_id, name_ru):
        return
    values = {"name_ru": name_ru, "name_en": name_en, "country": inquiry.city.country}
    city = places.add_city(values, actor=owner)
    with transaction():
        inquiry.city_id = city.id


def _client(world):
    """Half a year later they had forgotten the first account: the newest inquiry of one came from a second."""
    told = Inquiry.status == InquiryStatus.NEW, Inquiry.acceptances == 0, User.email != ANNA[0], User.phone.is_not(None)
    found = sa.select(Inquiry).join(User, User.id == Inquiry.client_id).where(*told)
    inquiry = db.session.scalar(found.order_by(Inquiry.number.desc()).limit(1))
    if inquiry is None:
        return
    person = inquiry.client
    values = {"name": person.name, "first_name": person.first_name, "last_name": person.last_name}
    mailbox, _at, host = person.email.partition("@")
    with transaction():
        twin = registration.create(Role.CLIENT, f"{mailbox}.2@{host}", values | {"phone": person.phone}, source="form")
        twin.created_at = inquiry.created_at - timedelta(minutes=4)
        inquiry.client_id = twin.id
        its = AuditEvent.object_type == "inquiry", AuditEvent.object_id == str(inquiry.public_id)
        db.session.execute(sa.update(AuditEvent).where(*its, AuditEvent.actor_id == person.id).values(actor_id=twin.id))

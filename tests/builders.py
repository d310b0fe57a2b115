"""Rows for tests, made the short way. Rules are tested through services and doors; these only set the scene."""

from itertools import count
from uuid import uuid4

from app.constants import Deal, InquiryStatus, PropertyType, Role
from app.extensions import db
from app.models.accounts import JoinLink, Realtor, User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.partners import Agency
from app.models.places import City, CityAlias, Country
from app.models.roles import StaffRole
from app.services import settings, support
from app.services.statistics import tracked
from app.services.transaction import transaction

PLACES = {
    "Прага": ("Prague", "CZ", "Europe/Prague"),
    "Брно": ("Brno", "CZ", "Europe/Prague"),
    "Берлин": ("Berlin", "DE", "Europe/Berlin"),
    "Тбилиси": ("Tbilisi", "GE", "Asia/Tbilisi"),
}
COUNTRIES = {
    "CZ": ("Чехия", "Czechia", "CZK"),
    "DE": ("Германия", "Germany", "EUR"),
    "GE": ("Грузия", "Georgia", "GEL"),
}


class Builder:
    """Every method makes and commits one thing and returns it; unnamed values are made up and unique."""

    def __init__(self):
        self.numbers = count(1)

    def add(self, row):
        with transaction() as session:
            session.add(row)
            session.flush()
        return row

    def country(self, code="CZ"):
        found = db.session.scalar(db.select(Country).where(Country.code == code))
        name_ru, name_en, currency = COUNTRIES.get(code, (code, code, "EUR"))
        return found or self.add(Country(code=code, name_ru=name_ru, name_en=name_en, currency=currency))

    def city(self, name="Прага"):
        found = db.session.scalar(db.select(City).where(City.name_ru == name))
        if found:
            return found
        name_en, code, zone = PLACES.get(name, (name, "CZ", "Europe/Prague"))
        country = self.country(code)
        city = City(country_id=country.id, name_ru=name, name_en=name_en, timezone=zone, population=100_000)
        city.aliases = [
            CityAlias(country_id=country.id, name=n, key=n.casefold().replace("ё", "е")) for n in {name, name_en}
        ]
        return self.add(city)

    def user(self, role, name=None, **values):
        n = next(self.numbers)
        values = {"email": f"{role}{n}@example.com", "name": name or f"{role.title()} {n}"} | values
        return self.add(User(role=role, **values))

    def client(self, name=None, **values):
        return self.user(Role.CLIENT, name, **values)

    def agent(self, name=None, **values):
        return self.user(Role.AGENT, name, **values)

    def staff(self, *permissions, name=None, **values):
        """Somebody of the console with an own role of these permissions."""
        title = f"Роль {next(self.numbers)}"
        role = self.add(StaffRole(title_ru=title, title_en=title, permissions=frozenset(map(str, permissions))))
        return self.user(Role.STAFF, name, staff_role_id=role.id, **values)

    def support(self, person=None, body="Не приходят отклики"):
        """A support conversation that ``person`` has just begun."""
        return support.ask(nonce=uuid4(), body=body, actor=person or self.client())[0]

    def supervisor(self, **values):
        return self.user(Role.SUPERVISOR, **values)

    def agency(self, name="Домус"):
        found = db.session.scalar(db.select(Agency).where(Agency.key == name.casefold()))
        return found or self.add(Agency(name=name, key=name.casefold(), website="https://domus.example"))

    def realtor(self, name=None, city=None, agency=None, **values):
        city, agency = city or self.city(), agency or self.agency()
        user = self.user(Role.REALTOR, name, **values)
        self.add(Realtor(user_id=user.id, city_id=city.id, agency_id=agency.id))
        db.session.refresh(user)
        return user

    def join_link(self, name="Партнёры", token="secret-join-token"):
        return self.add(JoinLink(name=name, token=token))

    def inquiry(self, client=None, city=None, **values):
        """A published inquiry, by default for a flat to rent in Prague."""
        client, city, now = client or self.client(), city or self.city(), utcnow()
        defaults = {
            "number": 1000 + next(self.numbers),
            "deal": Deal.RENT,
            "status": InquiryStatus.NEW,
            "property_type": PropertyType.APARTMENT,
            "rooms": ["2"],
            "budget_max": 90_000,
            "currency": "EUR",
            "published_at": now,
            "published_day": now.astimezone(settings.business_zone()).date(),
        }
        inquiry = Inquiry(client_id=client.id, city_id=city.id, **defaults | values)
        with transaction() as session, tracked(inquiry):
            session.add(inquiry)
        return inquiry

    def conversation(self, inquiry=None, realtor=None):
        """An accepted inquiry with its conversation, without any message."""
        inquiry = inquiry or self.inquiry()
        realtor = realtor or self.realtor(city=inquiry.city)
        answer = {"seen_at": utcnow(), "accepted_at": utcnow(), "response_seconds": 0}
        pair = {"inquiry_id": inquiry.id, "realtor_id": realtor.id, "published_day": inquiry.published_day}
        self.add(Match(**pair, **answer))
        if inquiry.first_realtor_id is None:
            with transaction():
                inquiry.first_realtor_id = realtor.id
        return self.add(Conversation(inquiry_id=inquiry.id, client_id=inquiry.client_id, realtor_id=realtor.id))

"""The people and conversations that the measurements of the running program need."""

import secrets
from dataclasses import dataclass

from app.constants import Deal, InquiryStatus, PropertyType, Role
from app.models.accounts import Realtor, SignIn, User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, InquiryNumber, Match
from app.models.partners import Agency
from app.models.places import City, Country
from app.services.transaction import transaction


@dataclass
class Scene:
    """Cookies of the people, public ids of their conversations and of the city. Pairs stand at the same index."""

    clients: list
    realtors: list
    conversations: list
    city: str


def build(app, pairs, realtors=0):
    """``pairs`` clients and realtors of one city, each pair with its open conversation; ``realtors`` in the city."""
    with app.app_context(), transaction() as session:
        country = Country(code="CZ", name_ru="Чехия", name_en="Czechia", currency="CZK")
        agency = Agency(name="Домус", key="домус")
        session.add_all([country, agency])
        session.flush()
        city = City(country_id=country.id, name_ru="Прага", name_en="Prague", population=1, timezone="Europe/Prague")
        session.add_all([city, InquiryNumber(id=1, last=100_000)])
        session.flush()
        rows = [_pair(session, n, city, agency) for n in range(pairs)]
        idle = [_realtor(session, n, city, agency) for n in range(pairs, realtors)]
        session.flush()
        return Scene(
            [cookie(app, client) for client, _, _ in rows],
            [cookie(app, realtor) for realtor in [*(realtor for _, realtor, _ in rows), *idle]],
            [str(conversation.public_id) for _, _, conversation in rows],
            str(city.public_id),
        )


def _pair(session, n, city, agency):
    client = User(role=Role.CLIENT, name=f"Клиент {n}", email=f"client{n}@bench.example")
    session.add(client)
    realtor, now = _realtor(session, n, city, agency), utcnow()
    inquiry = Inquiry(
        number=n + 1, client_id=client.id, city_id=city.id, deal=Deal.RENT, status=InquiryStatus.IN_WORK,
        property_type=PropertyType.APARTMENT, rooms=["2"], currency="EUR", budget_max=90_000, published_at=now,
        published_day=now.date(), acceptances=1, first_accepted_at=now, first_response_seconds=60,
    )  # fmt: skip
    session.add(inquiry)
    session.flush()
    answer = {"seen_at": now, "accepted_at": now, "published_day": now.date(), "response_seconds": 60}
    session.add(Match(inquiry_id=inquiry.id, realtor_id=realtor.id, **answer))
    conversation = Conversation(inquiry_id=inquiry.id, client_id=client.id, realtor_id=realtor.id)
    session.add(conversation)
    return client, realtor, conversation


def _realtor(session, n, city, agency):
    realtor = User(role=Role.REALTOR, name=f"Риелтор {n}", email=f"realtor{n}@bench.example")
    session.add(realtor)
    session.flush()
    session.add(Realtor(user_id=realtor.id, city_id=city.id, agency_id=agency.id))
    return realtor


def session_id(user):
    """What the session cookie of a browser signed in as ``user`` holds."""
    with transaction() as session:
        row = SignIn(user_id=user.id, epoch=user.session_epoch, how="bench")
        session.add(row)
        session.flush()
        return f"{user.public_id}:{row.public_id}"


def cookie(app, user):
    """The session cookie of a signed-in ``user``, made with the server's own key."""
    values = {"_user_id": session_id(user), "_fresh": True, "csrf_token": secrets.token_hex(20)}
    signed = app.session_interface.get_signing_serializer(app).dumps(values)
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"

"""The people and conversations that the measurements of the running program need."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

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
        return _people(app, session, city, agency, pairs, realtors)


def join(app, pairs):
    """``pairs`` more, in a city of a database that has people already."""
    with app.app_context(), transaction() as session:
        someone = session.scalar(sa.select(Realtor).limit(1))
        numbers = session.scalar(sa.select(sa.func.max(Inquiry.number)))
        return _people(app, session, someone.city, someone.agency, pairs, first=numbers + 1)


def _people(app, session, city, agency, pairs, realtors=0, first=1):
    clients = [_user(Role.CLIENT, "Клиент", n) for n in range(pairs)]
    people = [_user(Role.REALTOR, "Риелтор", n) for n in range(max(pairs, realtors))]
    _flush(session, [*clients, *people])
    _flush(session, [Realtor(user_id=one.id, city_id=city.id, agency_id=agency.id) for one in people])
    conversations = _talks(session, clients, people, city, first)
    entered = [SignIn(user_id=one.id, epoch=one.session_epoch, how="bench") for one in (*clients, *people)]
    _flush(session, entered)
    cookies = [_cookie(app, *pair) for pair in zip((*clients, *people), entered, strict=True)]
    names = [str(conversation.public_id) for conversation in conversations]
    return Scene(cookies[:pairs], cookies[pairs:], names, str(city.public_id))


def _flush(session, rows):
    """All in a few statements; one by one they take minutes on PostgreSQL."""
    session.add_all(rows)
    session.flush()
    return rows


def _user(role, name, n):
    return User(role=role, name=f"{name} {n}", email=f"{role}{n}@bench.example")


def _talks(session, clients, realtors, city, first):
    """An inquiry of each client that the realtor at the same place has accepted, and their open conversation."""
    pairs, now = list(zip(clients, realtors, strict=False)), utcnow()
    inquiries = [_inquiry(n, client, city, now) for n, client in enumerate(clients, first)]
    _flush(session, inquiries)
    answer = {"seen_at": now, "accepted_at": now, "published_day": now.date(), "response_seconds": 60}
    talks = list(zip(inquiries, pairs, strict=True))
    _flush(session, [Match(inquiry_id=about.id, realtor_id=realtor.id, **answer) for about, (_, realtor) in talks])
    return _flush(
        session,
        [Conversation(inquiry_id=about.id, client_id=one.id, realtor_id=other.id) for about, (one, other) in talks],
    )


def _inquiry(n, client, city, now):
    return Inquiry(
        number=n, client_id=client.id, city_id=city.id, deal=Deal.RENT, status=InquiryStatus.IN_WORK,
        property_type=PropertyType.APARTMENT, rooms=["2"], currency="EUR", budget_max=90_000, published_at=now,
        published_day=now.date(), acceptances=1, first_accepted_at=now, first_response_seconds=60,
    )  # fmt: skip


def session_id(user):
    """What the session cookie of a browser signed in as ``user`` holds."""
    with transaction() as session:
        row = SignIn(user_id=user.id, epoch=user.session_epoch, how="bench")
        session.add(row)
        session.flush()
        return f"{user.public_id}:{row.public_id}"


def _cookie(app, user, entered):
    """The session cookie of a browser that ``user`` has signed in with, made with the server's own key."""
    values = {"_user_id": f"{user.public_id}:{entered.public_id}", "_fresh": True, "csrf_token": secrets.token_hex(20)}
    signed = app.session_interface.get_signing_serializer(app).dumps(values)
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"

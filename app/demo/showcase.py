"""What the fixed sign-ins find: something unread, something waiting, something done, and messengers to press."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import get_locale

from app.constants import AuditTag, Deal, InquiryStatus, MessengerKind, NotificationKind, PropertyType
from app.demo import talks, towns
from app.demo.people import MAREK, PETR
from app.demo.store import uuid_at
from app.demo.story import Answer
from app.extensions import db
from app.models.content import MessengerLink
from app.models.notifications import Notification
from app.models.places import City, Country
from app.services import inquiry_text
from app.services.notifications import in_each_language
from app.services.transaction import transaction

LINKS = (
    (MessengerKind.TELEGRAM, "https://t.me/otklik_demo", "Telegram"),
    (MessengerKind.WHATSAPP, "https://wa.me/420700000000", "WhatsApp"),
    (MessengerKind.INSTAGRAM, "https://www.instagram.com/otklik.demo/", "Instagram"),
    (MessengerKind.PHONE, "tel:+420700000000", "+420 700 000 000"),
)


def plans(world):
    """The plans that are told among the made-up ones."""
    found = _annas(world) + _fresh(world) + _unserved(world)
    return [plan for plan in found if plan is not None]


def _place(world, name_en):
    return next((place for place in world.places if place.name_en == name_en), None)


def _annas(world):
    """Anna looks for a flat in Prague now, found a room in spring, and asked in Brno yesterday."""
    prague, brno = _place(world, "Prague"), _place(world, "Brno")
    now = world.now
    current = world.plan(
        world.anna, prague, now - timedelta(days=2, hours=3), deal=Deal.RENT, property_type=PropertyType.APARTMENT,
        rooms=["2", "3"], budget=(None, 2_800_000), area=50, move_in=(now + timedelta(days=24)).date().replace(day=1),
        wishes="Ищем двухкомнатную квартиру для двоих и спокойной кошки. Важны тихий двор и хорошее метро, "
        "первый этаж не хотим. Договор на год и дольше.", status=InquiryStatus.IN_WORK,
    )  # fmt: skip
    for n, realtor in enumerate(prague.staff[:3]):
        at = current.at + timedelta(minutes=(7, 19, 64)[n])
        answer = Answer(realtor, at, (talks.RENT[0], talks.RENT[1], talks.SHORT[1])[n], cut=(8, 5, 1)[n])
        answer.unread_by_client, answer.unread_by_realtor = (0, 1, 1)[n], (1, 0, 0)[n]
        current.answers.append(answer)
    current.seen_by = [(realtor, current.at + timedelta(minutes=30)) for realtor in prague.staff[3:5]]
    past = world.plan(
        world.anna, prague, now - timedelta(days=104), deal=Deal.RENT, property_type=PropertyType.ROOM, rooms=[],
        budget=(None, 1_200_000), wishes="Комната на первые месяцы, пока ищу квартиру. Тишина важнее вида из окна.",
        status=InquiryStatus.DONE, closed_at=now - timedelta(days=96),
    )  # fmt: skip
    past.answers = [Answer(realtor, past.at + timedelta(minutes=11 + 40 * n), talks.RENT[4 - n])
                    for n, realtor in enumerate(prague.staff[:2])]  # fmt: skip
    past.helped_by = prague.staff[0]
    asked = brno and world.plan(
        world.anna, brno, now - timedelta(hours=20), deal=Deal.BUY, property_type=PropertyType.HOUSE, rooms=["3", "4+"],
        budget=(None, 750_000_000), wishes="Присматриваем дом родителям: небольшой сад, до трамвая пешком.",
    )  # fmt: skip
    return [current, past, asked]


def _fresh(world):
    """In each city something came in the last hours that nobody has answered: the office has work to do."""
    fresh = []
    for n, place in enumerate(world.places[:6]):
        for minutes in (6, 38, 95)[: 3 if n == 0 else 1]:
            at = world.now - timedelta(minutes=minutes + 7 * n)
            fresh.append(world.plan(world.random.choice(world.clients), place, at, seen_by=[]))
    return fresh


def _unserved(world):
    waiting = []
    for code, name_en, count in towns.UNSERVED:
        city = db.session.scalar(
            sa.select(City).join(Country, Country.id == City.country_id)
            .where(Country.code == code, City.name_en == name_en).limit(1)
        )  # fmt: skip
        if city is None:
            continue
        place = _Unserved(towns.further(code, name_en, world.random), city)
        for n in range(count):
            at = world.now - timedelta(days=3 + 9 * n, hours=n)
            waiting.append(
                world.plan(world.random.choice(world.clients), place, at, published=False, status=InquiryStatus.DRAFT)
            )
    return waiting


class _Unserved:
    def __init__(self, town, city):
        self.town, self.place, self.staff = town, city, []

    def __getattr__(self, name):
        return getattr(self.town, name)


def remember(world, plan, told):
    """Notifications of the fixed sign-ins, made of what was just told."""
    number, public_id, chats = told
    if plan.client is world.anna:
        if plan.status == InquiryStatus.IN_WORK:
            _correct(world, plan, public_id)
        for answer in plan.answers:
            params = {"name": answer.realtor.name, "number": number}
            url = f"/my/conversations/{chats[answer.realtor.id]}"
            _notify(world, world.anna, NotificationKind.INQUIRY_ACCEPTED, params, url, answer.at)
    fresh = plan.published and plan.at > world.now - timedelta(days=1) and not plan.answers
    if fresh:
        for realtor in plan.town.staff:
            if realtor.email in (PETR[0], MAREK[0]):
                params = {"number": number, "title": _title(plan), "inquiry": str(public_id)}
                _notify(world, realtor, NotificationKind.INQUIRY_NEW, params, "/office/inquiries/", plan.at)


def _correct(world, plan, public_id):
    """The owner raised the budget on the phone: the inquiry's history says so."""
    low, high = plan.budget
    old, new = (
        {"budget_min": low, "budget_max": most, "currency": plan.town.currency} for most in (high - 300_000, high)
    )
    at = plan.at + timedelta(minutes=50)
    about = ("inquiry", str(public_id), {"old": old, "new": new})
    world.teller.journal.append((at, AuditTag.INQUIRY_CHANGED, world.owner.id, *about))


def _title(plan):
    return in_each_language(lambda: f"{inquiry_text.wanted(plan)}, {plan.town.place.name(get_locale())}")


def _notify(world, person, kind, params, url, at):
    read = at if at < world.now - timedelta(days=3) else None
    world.store.add(
        Notification, public_id=uuid_at(at, world.random), user_id=person.id, kind=kind, params=params, url=url,
        read_at=read, created_at=at,
    )  # fmt: skip


def finish(world):
    """Messenger links, unless the owners have their own."""
    with transaction() as session:
        if session.scalar(sa.select(MessengerLink.id).limit(1)) is None:
            session.add_all(
                MessengerLink(kind=kind, url=url, label=label, position=n) for n, (kind, url, label) in enumerate(LINKS)
            )

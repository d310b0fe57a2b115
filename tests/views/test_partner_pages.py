"""A page for an agency that might join: masked, counted, ended; the same silence for every wrong address."""

import io
from datetime import timedelta

import openpyxl
import pytest

from app.constants import Deal, PropertyType
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.models.partner_pages import PartnerPage
from app.services import partner_pages, statistics
from app.services.transaction import transaction

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"}
CONSOLE = "/supervisor/partners/"


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture(autouse=True)
def nothing_kept():
    partner_pages._counted.clear()


def form(place, **changes):
    typed = {"place": place, "locale": "ru", "title": "Прага ждёт вас", "words": "Слова", "invitation": "Пишите"}
    typed |= {"contact": "partners@otklik.example", "days": "30", "receivers": "", "subject": "Тема", "text": "Письмо"}
    return typed | changes


def made():
    db.session.rollback()
    return db.session.scalars(db.select(PartnerPage).order_by(PartnerPage.id)).all()


def last_month(build, count, **values):
    day = statistics.today().replace(day=1) - timedelta(days=3)
    for _ in range(count):
        moment = utcnow().replace(year=day.year, month=day.month, day=day.day, hour=12)
        build.inquiry(city=build.city("Прага"), published_at=moment, published_day=day, **values)


def test_what_a_partner_sees_is_masked_and_the_workbook_too(build, owner, browser_of, visitor):
    last_month(build, 22)
    last_month(build, 1, deal=Deal.BUY, property_type=PropertyType.HOUSE)
    build.inquiry(city=build.city("Прага"))  # of this month, which is not over
    boss = browser_of(owner)
    prague = f"city:{build.city('Прага').public_id}"
    assert boss.post(CONSOLE + "new/", data=form(prague)).status_code == 303
    address = partner_pages.path_of(made()[0])
    answer = visitor.get(address, headers=PERSON)
    assert "Прага ждёт вас" in answer.text and "<b>25</b>" in answer.text, "23 of finished months, rounded to five"
    assert ">23<" not in answer.text and ">24<" not in answer.text and ">22<" not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"] and "Set-Cookie" not in answer.headers
    assert "900 € – 900 €" in answer.text.replace("\u00a0", " ")
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(address + "/book.xlsx").data))
    numbers = [cell for row in book["По городам"].iter_rows(min_row=2, values_only=True) for cell in row]
    assert 25 in numbers and 23 not in numbers and "<3" in numbers


def test_openings_are_counted_but_not_those_of_robots_and_owners(build, owner, browser_of, visitor):
    boss = browser_of(owner)
    build.realtor()
    boss.post(CONSOLE + "new/", data=form("country:CZ"))
    address = partner_pages.path_of(made()[0])
    for agent in ("Googlebot/2.1", "TelegramBot (like TwitterBot)", "WhatsApp/2"):
        visitor.get(address, headers={"User-Agent": agent})
    boss.get(address, headers=PERSON)
    visitor.head(address, headers=PERSON, check=False)
    assert made()[0].opened == 0
    visitor.get(address, headers=PERSON)
    page = made()[0]
    assert page.opened == 1 and page.last_opened_at is not None
    assert "только что" in boss.get(CONSOLE).text


def test_wrong_expired_and_revoked_links_are_silent_alike(build, owner, browser_of, visitor):
    boss = browser_of(owner)
    build.realtor()
    for _ in range(2):
        boss.post(CONSOLE + "new/", data=form("country:CZ"))
    late, off = made()
    boss.post(f"{CONSOLE}{off.public_id}/revoke")
    with transaction() as session:
        session.get_one(PartnerPage, late.id).expires_at = utcnow() - timedelta(seconds=1)
    token = partner_pages.path_of(late).rpartition("/")[2]
    wrong = ["x", "ж", token[:-1], "A" * len(token), token, partner_pages.path_of(off).rpartition("/")[2]]
    answers = [visitor.get(f"/partners/{each}") for each in wrong]
    assert [answer.status_code for answer in answers] == [404] * len(wrong)
    assert all("Ссылка не работает" in answer.get_data(as_text=True) for answer in answers), (
        "which of them, nobody hears"
    )
    assert len({answer.text.partition("<main")[2].partition("</main")[0] for answer in answers}) == 1
    assert visitor.get(f"/partners/{token}/book.xlsx").status_code == 404


def test_each_receiver_gets_a_letter_with_a_link_of_their_own(build, owner, browser_of):
    boss = browser_of(owner)
    build.realtor()
    typed = form("country:CZ", receivers="one@agency.example\ntwo@agency.example, one@agency.example")
    assert boss.post(CONSOLE + "new/", data=typed).status_code == 303
    pages = made()
    letters = db.session.scalars(db.select(Delivery).order_by(Delivery.id)).all()
    assert [letter.address for letter in letters] == ["one@agency.example", "two@agency.example"]
    assert [letter.payload["path"] for letter in letters] == [partner_pages.path_of(page) for page in pages]
    assert len({letter.payload["path"] for letter in letters}) == 2
    told = db.session.scalars(db.select(AuditEvent).where(AuditEvent.object_type == "partnerpage")).all()
    assert [event.data["to"] for event in told] == ["one@agency.example", "two@agency.example"]


def test_a_wrong_field_keeps_what_was_typed_and_a_preview_stores_nothing(build, owner, browser_of):
    boss = browser_of(owner)
    build.realtor()
    answer = boss.post(CONSOLE + "new/", data=form("country:CZ", receivers="не адрес", words="Моё"))
    assert answer.status_code == 422 and "Моё" in answer.text
    wrong = {"title": "", "contact": "нет", "days": "7", "receivers": "не адрес", "subject": "", "text": ""}
    answer = boss.post(CONSOLE + "new/", data=form("", **wrong))
    assert answer.status_code == 422
    for field in ("place", *wrong):
        assert f'id="{field}-error"' in answer.text, f"{field} is told of along with all others"
    assert "Прага ждёт вас" in boss.post(CONSOLE + "new/", data=form("country:CZ", preview="1")).text
    assert made() == []


def test_only_owners_make_them(build, browser_of):
    for person in (build.realtor(), build.agent(), build.client()):
        assert browser_of(person).get(CONSOLE).status_code == 403

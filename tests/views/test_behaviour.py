"""What pages tell and forms say of a visit: counted once, of nobody in particular, and not of whoever refuses it."""

import re

import pytest
import sqlalchemy as sa

from app.constants import FormStep
from app.extensions import db
from app.models.accounts import User
from app.models.behaviour import COUNTS, AnswerCount, EmptySearchCount, RefusalCount, StepCount, WantedCityCount
from app.models.inquiries import PendingInquiry
from app.models.ready_answers import ReadyAnswer
from app.services import faq, settings
from tests.views.test_home import QUICK, tree, typed, value_of

DOOR = "/behaviour"
OURS = {"Origin": "http://localhost"}
S = FormStep
BY_PAGE = {S.OPENED, S.TOUCHED, S.SECOND, S.PRESSED}


def tell(browser, what, **headers):
    return browser.post(DOOR, json=what, headers=OURS | headers, csrf=False)


def of_form(**changes):
    return {"form": {"screen": "phone", "deal": "rent", "from": 0, "to": 2, "refused": []} | changes}


def steps():
    db.session.rollback()
    return {row.step: row.number for row in db.session.scalars(sa.select(StepCount))}


def fields():
    db.session.rollback()
    return {row.field: row.number for row in db.session.scalars(sa.select(RefusalCount))}


def everything():
    """Every value that is stored, as text."""
    db.session.rollback()
    rows = (row for model in COUNTS for row in db.session.execute(sa.select(model.__table__)))
    return " ".join(str(value) for row in rows for value in row)


@pytest.fixture
def prague(build):
    city = build.city("Прага")
    build.realtor(city=city)
    return city


def test_a_page_tells_each_step_once(visitor, build):
    assert tell(visitor, of_form()).status_code == 204
    assert tell(visitor, of_form(**{"from": 2, "to": 3}, refused=["city"])).status_code == 204
    assert steps() == {S.OPENED: 1, S.TOUCHED: 1, S.SECOND: 1}
    assert fields() == {"city": 1}


@pytest.mark.parametrize(
    "what",
    [
        *({}, [], {"form": {}}, {"form": "x"}, {"form": {}, "city": "x"}, {"name": "Анна"}),
        *(of_form(to=5), of_form(to="2"), of_form(screen="watch"), of_form(deal="steal"), of_form(refused="city")),
        *(of_form(**{"from": 3}), of_form(**{"from": -1}), of_form(refused=[1]), of_form(refused=["x"] * 21)),
        *({"search": {"place": "messages", "text": "секрет"}}, {"search": "x"}, {"city": "x"}, {"city": None}),
    ],
)
def test_a_word_that_is_not_known_is_refused(visitor, build, what):
    assert tell(visitor, what).status_code == 400
    assert everything() == ""


def test_the_door_hears_only_pages_of_this_site(visitor, build):
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert visitor.post(DOOR, json=of_form(), headers=headers, csrf=False).status_code == 403
    assert visitor.post(DOOR, data={"form": "x"}, headers=OURS, csrf=False).status_code == 415
    assert tell(visitor, of_form(refused=["x" * 3000])).status_code == 413
    assert everything() == ""
    assert "Set-Cookie" not in tell(visitor, of_form()).headers


def test_the_door_can_be_knocked_at_only_so_often(visitor, limits, build):
    codes = [tell(visitor, of_form()).status_code for _ in range(61)]
    assert codes == [204] * 60 + [429]


@pytest.mark.parametrize("refusal", [{"DNT": "1"}, {"Sec-GPC": "1"}])
def test_whoever_refuses_is_not_counted_anywhere(visitor, prague, refusal):
    visitor.environ_base |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in refusal.items()}
    assert tell(visitor, of_form(refused=["city"])).status_code == 204
    tell(visitor, {"search": {"place": "faq", "text": "перевозка мебели"}})
    visitor.post("/inquiries", data=typed(prague, city="", visit="phone.rent.1."))
    visitor.post("/inquiries", data=typed(prague, visit="phone.rent.1."))
    assert everything() == ""
    assert db.session.scalar(sa.select(PendingInquiry.visit)) is None


def test_owners_switch_it_off(visitor, prague, build):
    assert "data-counted" in visitor.get("/").get_data(as_text=True)
    settings.change("behaviour_counted", "False", actor=build.supervisor())
    assert "data-counted" not in visitor.get("/").get_data(as_text=True)
    tell(visitor, of_form())
    visitor.post("/inquiries", data=typed(prague, visit="phone.rent.1."))
    assert everything() == ""


def test_a_form_that_came_ends_its_visit_with_what_the_page_had_not_told(visitor, prague):
    nonce = value_of(tree(visitor.get("/")), "nonce")
    sent = typed(prague, visit="phone.rent.1.", nonce=nonce)
    page = visitor.post("/inquiries", data=sent | {"city": "", "budget_max": "дёшево"})
    told = value_of(tree(page), "visit")
    assert told == "phone.rent.4.budget_max,city"
    assert steps() == {S.TOUCHED: 1, S.SECOND: 1, S.PRESSED: 1}
    assert fields() == {"budget_max": 1, "city": 1}
    visitor.post("/inquiries", data=sent | {"city": "", "visit": told})  # the same mistake is no second one
    for _twice in range(2):
        assert visitor.post("/inquiries", data=sent | {"visit": told}).location == "/login"
    assert fields() == {"budget_max": 1, "city": 1}
    assert steps() == {S.TOUCHED: 1, S.SECOND: 1, S.PRESSED: 1, S.ACCEPTED: 1, S.SIGN_IN: 1}


def test_an_inquiry_sent_after_the_sign_in_belongs_to_its_visit(visitor, prague, build):
    visitor.post("/inquiries", data=typed(prague, visit="desktop.rent.0."))
    newcomer = QUICK | {"password": "длинный пароль 7"}
    assert visitor.post("/register", data=newcomer).location == "/my/inquiries"
    assert steps() == dict.fromkeys([*BY_PAGE, S.ACCEPTED, S.SIGN_IN, S.CAME_BACK, S.PUBLISHED], 1)


def test_the_quick_way_meets_no_sign_in(visitor, prague):
    visitor.post("/inquiries", data=typed(prague, visit="phone.rent.4.") | QUICK)
    assert steps() == {S.ACCEPTED: 1, S.PUBLISHED: 1}


def test_a_signed_in_client_sends_once_however_often_the_button_is_pressed(browser_of, prague, build):
    browser = browser_of(build.client())
    sent = typed(prague, visit="phone.rent.4.", nonce="n" * 32)
    for _twice in range(2):
        browser.post("/inquiries", data=sent)
    assert steps() == {S.ACCEPTED: 1, S.PUBLISHED: 1}


def test_a_form_of_a_program_or_of_a_page_without_scripts_is_no_visit(visitor, prague):
    for visit in ("", "phone", "phone.rent.9.", "watch.rent.1.", "phone.rent.1.<b>", "x" * 500):
        assert visitor.post("/inquiries", data=typed(prague, visit=visit)).status_code == 303
    assert everything() == ""


def test_a_search_counts_in_words_if_it_found_nothing(visitor, build):
    def search(text, place="faq"):
        return tell(visitor, {"search": {"place": place, "text": text}}).status_code

    assert search("  Перевозка   МЕБЕЛИ!") == search("перевозка мебели, 3 этаж") == 204
    found = faq.said(faq.first(1)[0])[0]
    search(found)
    search("Ёлкино", "city")
    search("анна@example.com перевозка")
    search("позвоните +7 (999) 123-45-67")
    search("https://example.com/me")
    search("12 34")
    db.session.rollback()
    rows = {(row.place, row.text): row.number for row in db.session.scalars(sa.select(EmptySearchCount))}
    assert rows == {("faq", "перевозка мебели"): 1, ("faq", "перевозка мебели этаж"): 1, ("city", "елкино"): 1}


def test_a_chosen_city_counts_while_it_has_no_realtors(visitor, build, prague):
    brno = build.city("Брно")
    assert tell(visitor, {"city": str(brno.public_id)}).status_code == 204
    assert tell(visitor, {"city": str(prague.public_id)}).status_code == 400
    db.session.rollback()
    assert [row.city for row in db.session.scalars(sa.select(WantedCityCount))] == [brno.public_id]


def test_a_ready_answer_counts_for_whoever_may_use_it(visitor, browser_of, build):
    realtor, other = build.realtor(), build.realtor()
    mine = build.add(ReadyAnswer(user_id=realtor.id, title="Привет", body="Здравствуйте!"))
    for browser in (visitor, browser_of(other), browser_of(realtor)):
        assert tell(browser, {"ready": [str(mine.public_id)]}).status_code == 204
    db.session.rollback()
    assert [row.number for row in db.session.scalars(sa.select(AnswerCount))] == [1]


def test_nothing_stored_says_who_it_was(visitor, browser_of, prague, build):
    """Whatever people type and whoever they are: none of it is in any row that was counted."""
    client = build.client(name="Анна Каренина", email="karenina@example.com")
    told = {"visit": "phone.rent.0.", "wishes": "Жду Вронского", "nonce": "f" * 32, "budget_max": "777777"}
    browser_of(client).post("/inquiries", data=typed(prague, **told))
    visitor.post("/inquiries", data=typed(prague, **told) | QUICK | {"name": "Лёвин", "email": "levin@example.com"})
    for text in ("karenina@example.com", "+420 777 123 456", "каренина 777123456", "я живу тут: t.me/levin77"):
        tell(visitor, {"search": {"place": "help", "text": text}})
    tell(visitor, of_form(refused=["name", "Анна Каренина"]))
    stored = everything().casefold()
    assert "opened" in stored
    for word in ("каренина", "анна", "карен", "левин", "лёвин", "levin", "example", "вронск", "777", "f" * 8, "127.0"):
        assert word not in stored
    people = db.session.scalars(sa.select(User)).all()
    assert not any(str(person.public_id) in stored for person in people)
    columns = {column.name for model in COUNTS for column in model.__table__.columns}
    assert columns == {"day", "step", "screen", "deal", "number", "field", "place", "text", "city", "answer"}
    assert not re.search(r"\d{6}", re.sub(r"\d{4}-\d\d-\d\d|[0-9a-f-]{36}", "", stored))

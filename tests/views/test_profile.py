"""/my/profile: what people see and change about themselves, for every role."""

import json

import pytest
import sqlalchemy as sa

from app.constants import InquiryStatus, SystemEvent
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.audit import AuditEvent
from app.models.conversations import Message
from app.models.notifications import Notification
from app.services import accounts, conversations
from app.services.accounts import hash_password
from tests import files

GOOD = "верная лошадь батарея"


@pytest.fixture(scope="session")
def good_hash():
    return hash_password(GOOD)


@pytest.fixture
def anna(build, good_hash):
    return build.client("Анна", email="anna@mail.ru", phone="+79161234567", password_hash=good_hash)


@pytest.fixture
def talk(build, anna, good_hash):
    """Anna's conversation with a realtor, one message each way."""
    realtor = build.realtor("Иван Маклер", first_name="Иван", last_name="Маклер", password_hash=good_hash)
    conversation = build.conversation(build.inquiry(client=anna), realtor)
    for actor, body in ((anna, "Здравствуйте, я Анна"), (realtor, "Добрый день")):
        nonce = "0192f000-0000-7000-8000-00000000000" + ("1" if actor is anna else "2")
        conversations.send(conversation, nonce=nonce, kind="text", body=body, actor=actor)
    return conversation


def test_every_role_has_the_page(browser_of, build, anna):
    people = [
        anna,
        build.realtor(first_name="И", last_name="М"),
        build.supervisor(),
        build.user("scout"),
        build.user("agent"),
    ]
    for person in people:
        assert browser_of(person).get("/my/profile").status_code == 200


def test_a_visitor_signs_in_first(visitor):
    assert visitor.get("/my/profile").location.startswith("/login?next=")


def test_who_is_blocked_with_the_page_open_is_told_why_at_the_next_press(browser_of, anna, build):
    browser = browser_of(anna)
    assert browser.get("/my/profile").status_code == 200
    accounts.block(anna, "рассылка рекламы", actor=build.supervisor())
    for answer in (browser.get("/my/profile"), browser.post("/my/profile", data={"name": "Новое"})):
        assert answer.status_code == 403
        assert "рассылка рекламы" in answer.text


def test_details_are_saved_and_the_page_changes_its_language(browser_of, anna):
    browser = browser_of(anna)
    data = {"name": "Анна Петрова", "phone": "8 916 765-43-21", "locale": "en", "timezone": "Europe/Prague"}
    assert browser.post("/my/profile", data=data).status_code == 303
    page = browser.get("/my/profile").text
    assert 'lang="en"' in page
    assert "Saved." in page
    assert "+7 916 765-43-21" in page


@pytest.mark.parametrize("wrong", [{"name": ""}, {"phone": "12"}, {"timezone": "Mars/Base"}, {"locale": "xx"}])
def test_wrong_details_come_back_with_what_was_typed(browser_of, anna, wrong):
    data = {"name": "Новое имя", "phone": "+79161234567", "locale": "ru", "timezone": ""} | wrong
    response = browser_of(anna).post("/my/profile", data=data)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    if "name" not in wrong:
        assert "Новое имя" in response.text
    db.session.rollback()
    assert anna.name == "Анна"


def test_a_realtor_sees_city_and_agency_but_cannot_change_them(browser_of, build):
    realtor = build.realtor(first_name="Иван", last_name="Маклер")
    browser = browser_of(realtor)
    page = browser.get("/my/profile").text
    assert "Прага" in page
    assert "Домус" in page
    data = {"first_name": "Пётр", "last_name": "Маклер", "phone": "777 123 456", "locale": "ru", "timezone": ""}
    brno = build.city("Брно")
    browser.post("/my/profile", data=data | {"city": str(brno.public_id), "city_id": brno.id, "role": "supervisor"})
    db.session.rollback()
    assert (realtor.name, realtor.phone, realtor.role) == ("Пётр Маклер", "+420777123456", "realtor")
    assert realtor.realtor.city.name_ru == "Прага"


def test_the_email_changes_with_the_password_only(browser_of, anna, build):
    browser = browser_of(anna)
    build.client(email="other@mail.ru")
    for email, password, status in (
        ("new@mail.ru", "wrong", 422),
        ("other@mail.ru", GOOD, 422),
        ("new@mail.ru", GOOD, 303),
    ):
        data = {"email-email": email, "email-password": password}
        assert browser.post("/my/profile/email", data=data).status_code == status
    db.session.rollback()
    assert anna.email == "new@mail.ru"


def test_everything_that_is_wrong_in_a_form_is_told_at_once(browser_of, build, good_hash):
    browser = browser_of(build.realtor(password_hash=good_hash))
    for address, data, fields in (
        ("", {"first_name": "", "last_name": "Новак", "phone": "12"}, ("first_name", "phone")),
        ("/password", {"password-current": "", "password-new": "abc"}, ("password-current", "password-new")),
        ("/email", {"email-email": "anna", "email-password": ""}, ("email-email", "email-password")),
    ):
        answer = browser.post(f"/my/profile{address}", data=data)
        assert answer.status_code == 422
        for field in fields:
            assert f'id="{field}-error"' in answer.text, field


def test_a_new_password_keeps_this_browser_and_ends_the_others(browser_of, anna):
    here, elsewhere = browser_of(anna), browser_of(anna)
    data = {"password-current": GOOD, "password-new": "совсем другой пароль"}
    assert here.post("/my/profile/password", data=data).status_code == 303
    assert here.get("/my/profile").status_code == 200
    assert elsewhere.get("/my/profile").status_code == 303


def test_a_quick_account_sets_its_first_password_here(browser_of, build):
    person = build.client(email="quick@mail.ru")
    browser = browser_of(person)
    assert "password-current" not in browser.get("/my/profile").text
    assert browser.post("/my/profile/password", data={"password-new": GOOD}).status_code == 303
    db.session.rollback()
    assert accounts.check_password("quick@mail.ru", GOOD).id == person.id


def test_password_guessing_in_the_profile_is_limited(browser_of, anna, limits):
    browser = browser_of(anna)
    data = {"password-current": "wrong", "password-new": GOOD}
    answers = [browser.post("/my/profile/password", data=data).status_code for _ in range(21)]
    assert answers[-1] == 429


def test_the_download_holds_everything_about_the_person_and_nothing_about_others(browser_of, anna, talk, build):
    stranger = build.inquiry(wishes="чужой запрос")
    response = browser_of(anna).get("/my/profile/data")
    assert "attachment" in response.headers["Content-Disposition"]
    data, packed = files.unpacked(response)
    text = json.dumps(data, ensure_ascii=False)
    assert packed == {}
    assert data["account"]["email"] == "anna@mail.ru"
    assert [row["number"] for row in data["inquiries"]] == [talk.inquiry.number]
    (conversation,) = data["conversations"]
    assert conversation["with"] == "Иван Маклер"
    said = [(m["from"], m["body"]) for m in conversation["messages"]]
    assert said == [("me", "Здравствуйте, я Анна"), ("other", "Добрый день")]
    assert f'"number": {stranger.number}' not in text
    assert "чужой" not in text
    assert "argon2" not in text


def test_the_download_tells_when_the_person_signed_in(visitor, anna):
    visitor.post("/login", data={"email": "anna@mail.ru", "password": GOOD})
    events = files.unpacked(visitor.get("/my/profile/data"))[0]["events"]
    assert [event["tag"] for event in events] == ["account.signed_in"]


def test_a_realtors_download_has_the_answers_given(browser_of, talk):
    data, _files = files.unpacked(browser_of(talk.realtor).get("/my/profile/data"))
    assert data["realtor"] == {"city": "Прага", "agency": "Домус"}
    assert [row["inquiry"] for row in data["answers"]] == [talk.inquiry.number]


def delete(browser, proof=GOOD):
    return browser.post("/my/profile/delete", data={"deletion-proof": proof})


def test_deleting_asks_the_password(browser_of, anna):
    response = delete(browser_of(anna), "wrong")
    assert response.status_code == 422
    db.session.rollback()
    assert anna.email == "anna@mail.ru"


def test_a_deleted_client_is_gone_but_the_conversation_stays_readable(browser_of, anna, talk):
    browser, elsewhere = browser_of(anna), browser_of(anna)
    accounts.change_details({"name": "Анна П", "phone": "+79161234567", "locale": "ru"}, actor=anna)
    assert delete(browser).status_code == 303
    for session in (browser, elsewhere):
        assert session.get("/my/profile").status_code == 303, "all sessions are over"
    db.session.rollback()
    assert (anna.email, anna.phone, anna.password_hash, anna.name) == (None, None, None, "Удалённый пользователь")
    assert talk.inquiry.status == InquiryStatus.CANCELLED
    assert not talk.open
    bodies = db.session.scalars(sa.select(Message.body).order_by(Message.seq)).all()
    assert bodies[:2] == ["Здравствуйте, я Анна", "Добрый день"]
    assert SystemEvent.ACCOUNT_DELETED in bodies
    assert db.session.scalar(sa.select(Notification).where(Notification.user_id == anna.id)) is None
    journal = str([row.data for row in db.session.scalars(sa.select(AuditEvent))])
    assert "Анна" not in journal


def test_the_email_of_a_deleted_account_is_free_again(browser_of, anna):
    delete(browser_of(anna))
    again = accounts.register(name="Анна", email="anna@mail.ru", password=GOOD)
    assert again.id != anna.id


def test_an_account_without_a_password_is_deleted_by_its_email(browser_of, build):
    person = build.client(email="quick@mail.ru")
    assert delete(browser_of(person), "wrong@mail.ru").status_code == 422
    assert delete(browser_of(person), "Quick@mail.ru").status_code == 303


def test_a_deleted_realtor_serves_no_city_and_writes_no_more(browser_of, talk, heard):
    realtor = talk.realtor
    assert delete(browser_of(realtor)).status_code == 303
    db.session.rollback()
    assert not db.session.get(Realtor, realtor.id).active
    assert not talk.open
    assert talk.inquiry.status != InquiryStatus.CANCELLED, "the client's inquiry goes on"
    assert {"account:ended", "places:changed", "conversation:state"} <= {event.name for event in heard}


def test_the_last_owner_stays(browser_of, build, good_hash):
    owner = build.supervisor(password_hash=good_hash)
    response = delete(browser_of(owner))
    assert response.status_code == 422
    assert "последний владелец" in response.text
    db.session.rollback()
    assert db.session.get(User, owner.id).deleted_at is None

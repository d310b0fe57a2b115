"""The chat with support for whoever asks, and the search that comes before it; no script is needed."""

import re
from urllib.parse import quote_plus
from uuid import uuid4

import pytest

from app.extensions import db
from app.models.conversations import Conversation, Message
from app.services import conversations, support

JSON = {"Accept": "application/json"}


def text(response, status=200):
    assert response.status_code == status
    return response.get_data(as_text=True)


def count(model):
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model))


def test_the_search_is_a_plain_form_and_answers_programs_too(visitor):
    page = text(visitor.get("/support/faq?q=сколько стоит"))
    assert "Сколько это стоит?" in page and 'value="сколько стоит"' in page
    answer = visitor.get("/support/faq?q=сколько+стоит", headers=JSON).json
    assert answer["count"] and "Сколько это стоит?" in answer["html"]


def test_without_an_answer_the_question_goes_on_to_an_operator_typed_in(visitor, build, browser_of):
    asked = "ремонт велосипедов"
    link = f'href="/support/chat?question={quote_plus(asked)}"'
    assert link in text(visitor.get("/support/faq", query_string={"q": asked}))
    address = {"question": asked}
    assert f">{asked}</textarea>" in text(visitor.get("/support/chat", query_string=address))
    client = build.client()
    build.support(client)
    assert f">{asked}</textarea>" in text(browser_of(client).get("/support/chat", query_string=address))


def test_a_draft_to_support_follows_its_writer_and_nobody_else(build, browser_of):
    chat, agent = build.support(build.realtor()), build.agent()
    doors = {chat.client: f"/support/chat/{chat.public_id}", agent: f"/supervisor/support/{chat.public_id}"}
    for person, door in doors.items():
        draft = {"draft": f"Черновик {person.role}", "at": "2026-01-01T10:00:00Z"}
        assert browser_of(person).post(f"{door}/standing", json=draft, headers=JSON).status_code == 200
    for person, door in doors.items():
        page = text(browser_of(person).get(door, follow_redirects=True))
        assert [f'"draft": "Черновик {one.role}"' in as_written(page) for one in doors] == [
            one is person for one in doors
        ]
    refused = browser_of(chat.client).post(
        f"/support/chat/{chat.public_id}/standing", json={"pinned": "1"}, headers=JSON
    )
    assert refused.status_code == 400, "it would take one of the places for pinned ones, out of sight"
    assert browser_of(build.client()).post(f"/support/chat/{chat.public_id}/standing", json=draft).status_code == 404


def as_written(page):
    """The page with the letters of its JSON."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), page)


@pytest.mark.parametrize("role", ["client", "realtor"])
def test_the_first_message_opens_the_chat_and_twice_is_once(build, browser_of, role):
    person = getattr(build, role)()
    browser, form = browser_of(person), {"nonce": str(uuid4()), "body": "Как сменить город?"}
    assert "Чат с оператором" in text(browser.get("/support/chat"))
    for _ in range(2):
        answer = browser.post("/support/chat", data=form)
        assert (answer.status_code, answer.location) == (303, "/support/chat")
    page = text(browser.get("/support/chat"))
    assert "Как сменить город?" in page and 'id="chat-settings"' in page
    assert (count(Conversation), count(Message)) == (1, 1)


def test_an_empty_question_is_refused_at_its_field(build, browser_of):
    page = text(browser_of(build.client()).post("/support/chat", data={"nonce": str(uuid4()), "body": " "}), 422)
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("way", ["login", "register"])
def test_what_a_visitor_typed_survives_signing_in(visitor, build, way):
    answer = visitor.post("/support/chat", data={"nonce": str(uuid4()), "body": "Ключи «внутри» & снаружи"})
    assert answer.status_code == 303 and answer.location.startswith("/login?next=")
    visitor.sign_in(build.client())
    page = text(visitor.get("/support/chat"))
    assert "Ключи «внутри» &amp; снаружи</textarea>" in page
    visitor.post("/support/chat", data={"nonce": str(uuid4()), "body": "Ключи «внутри» & снаружи"})
    assert "</textarea>" in text(visitor.get("/support/chat")) and "снаружи</textarea>" not in text(
        visitor.get("/support/chat")
    )


def test_what_no_cookie_can_hold_is_said_before_sign_in(visitor):
    noise = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(3900))
    page = text(visitor.post("/support/chat", data={"nonce": str(uuid4()), "body": noise}), 422)
    assert "слишком длинный" in page and noise[:50] in page


def test_operators_are_led_to_their_desk_and_scouts_stay_out(build, browser_of):
    assert browser_of(build.agent()).get("/support/chat").location == "/supervisor/support/"
    scout = browser_of(build.user("scout"))
    assert scout.get("/support/chat").location.endswith("/support/contacts")
    assert scout.post("/support/chat", data={"nonce": str(uuid4()), "body": "Вопрос"}).status_code == 403


DOORS = [("get", ""), ("get", "/messages"), ("post", "/messages"), ("post", "/read")]


@pytest.mark.parametrize("method, door", DOORS)
def test_nobody_elses_support_chat_exists(build, browser_of, visitor, method, door):
    conversation = build.support()
    address = f"/support/chat/{conversation.public_id}{door}"
    for stranger in (build.client(), build.realtor()):
        assert getattr(browser_of(stranger), method)(address, json={}).status_code == 404
    for operator in (build.agent(), build.supervisor(), build.user("scout")):
        assert getattr(browser_of(operator), method)(address, json={}).status_code == 403
    assert getattr(visitor, method)(address).status_code in (303, 401)


def test_the_chats_http_doors_speak_as_the_sockets(build, browser_of):
    conversation, realtor = build.support(build.realtor()), None
    realtor = browser_of(conversation.client)
    base = f"/support/chat/{conversation.public_id}"
    sent = realtor.post(f"{base}/messages", json={"nonce": str(uuid4()), "body": "Ещё", "kind": "text"}).json
    assert sent["ok"] and sent["message"]["seq"] == 2
    assert [m["seq"] for m in realtor.get(f"{base}/messages?since=0").json["messages"]] == [1, 2]
    assert realtor.post(f"{base}/read", json={"seq": 2}).json == {"ok": True}
    form = realtor.post(
        f"{base}/messages", data={"nonce": str(uuid4()), "body": "Формой"}, headers={"Accept": "text/html"}
    )
    assert (form.status_code, form.location) == (303, "/support/chat")
    voice = realtor.post(f"{base}/messages", json={"nonce": str(uuid4()), "kind": "voice", "body": "x"})
    assert voice.status_code == 403  # voice is the client's alone


def test_the_inquiry_chats_lead_support_conversations_home(build, browser_of):
    for conversation, door in (
        (build.support(build.client()), "/my/conversations"),
        (build.support(build.realtor()), "/office/conversations"),
    ):
        answer = browser_of(conversation.client).get(f"{door}/{conversation.public_id}")
        assert (answer.status_code, answer.location) == (302, "/support/chat")


def test_closing_by_the_inquiry_chats_door_is_not_the_askers(build, browser_of):
    conversation = build.support()
    assert browser_of(conversation.client).post(f"/my/conversations/{conversation.public_id}/close").status_code == 403
    assert db.session.get(Conversation, conversation.id).open


def test_the_realtors_inbox_and_numbers_hold_no_support(build, browser_of):
    conversation, realtor = build.conversation(), None
    realtor = conversation.realtor
    asked = build.support(realtor, "Сменить город")
    conversations.send(asked, nonce=uuid4(), body="Сделаем", actor=build.agent())
    page = text(browser_of(realtor).get("/office/conversations/"))
    assert str(conversation.public_id) in page and str(asked.public_id) not in page
    assert support.unread(realtor) == 1
    assert "/support" in page  # the office's menu leads to the same desk


def test_closed_the_person_still_has_a_composer(build, browser_of):
    conversation = build.support()
    support.close(conversation, actor=build.agent())
    page = text(browser_of(conversation.client).get("/support/chat"))
    assert 'id="compose" method="post"' in page and "data-many hidden" not in page
    assert "Вопрос решён." in page

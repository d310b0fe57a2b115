"""The client's chat page and its doors without a socket: three actors, the same answers as the socket's."""

from uuid import uuid4

import pytest

from app.extensions import db
from app.models.conversations import Conversation, Message
from app.services import conversations

JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}  # as browsers say it


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def at(chat):
    """``at("messages")``: an address of the conversation."""
    base = f"/my/conversations/{chat.public_id}"
    return lambda door="": f"{base}/{door}" if door else base


def sending(**changes):
    return {"nonce": str(uuid4()), "kind": "text", "body": "Добрый день"} | changes


def test_the_page_shows_what_was_said(chat, at, browser_of):
    conversations.send(chat, nonce=uuid4(), body="Смотрите https://a.example/x <b>", actor=chat.realtor)
    page = browser_of(chat.client).get(at()).get_data(as_text=True)
    assert (
        '<a href="https://a.example/x" rel="noopener noreferrer nofollow ugc" target="_blank">https://a.example/x</a>'
        in page
    )
    assert "&lt;b&gt;" in page and chat.realtor.name in page


DOORS = [
    ("get", ""),
    ("get", "threads"),
    ("get", "messages"),
    ("post", "messages"),
    ("post", "read"),
    ("post", "close"),
    ("post", "reopen"),
]


@pytest.mark.parametrize("method, door", DOORS)
def test_three_actors(chat, at, build, browser_of, visitor, method, door):
    payload = {"json": sending(seq=0), "headers": JSON} if method == "post" else {}
    knock = lambda browser: getattr(browser, method)(at(door), **payload).status_code  # noqa: E731
    assert knock(browser_of(build.client())) == 404
    assert knock(browser_of(chat.realtor)) in (403, 404)
    assert knock(browser_of(build.supervisor())) == 403
    assert knock(visitor) in (303, 401)
    assert knock(browser_of(chat.client)) == 200


def test_sending_answers_what_the_socket_answers(chat, at, browser_of, socket_of, heard_by):
    payload = sending()
    realtor = socket_of(chat.realtor)
    answer = browser_of(chat.client).post(at("messages"), json=payload, headers=JSON)
    asked = {"conversation": str(chat.public_id), **payload}
    assert answer.json == socket_of(chat.client).emit("message:send", asked, callback=True)
    assert heard_by(realtor) == [("message", answer.json["message"])]


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"nonce": "1"}, "nonce"),
        ({"kind": "voice"}, "kind"),
        ({"body": " "}, "empty"),
        ({"body": "я" * 4001}, "too_long"),
    ],
)
def test_what_is_not_a_message_is_refused_with_its_code(chat, at, browser_of, changes, code):
    answer = browser_of(chat.client).post(at("messages"), json=sending(**changes), headers=JSON)
    assert (answer.status_code, answer.json["ok"], answer.json["error"]["code"]) == (400, False, code)


@pytest.mark.parametrize("body", ["[]", "5", '"text"', "{", "null"])
def test_other_json_is_refused(chat, at, browser_of, body):
    answer = browser_of(chat.client).post(at("messages"), data=body, content_type="application/json", headers=JSON)
    assert answer.status_code == 400 and answer.json["ok"] is False


def test_a_plain_form_sends_once_and_goes_back(chat, at, browser_of):
    browser, form = browser_of(chat.client), sending()
    for _ in range(2):
        answer = browser.post(at("messages"), data=form, headers=PAGE)
        assert (answer.status_code, answer.location) == (303, at())
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count(Message.id))) == 1


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}])
def test_a_program_that_sends_a_form_is_answered_as_the_socket_is(chat, at, browser_of, headers):
    browser, form = browser_of(chat.client), sending()
    sent = browser.post(at("messages"), data=form, headers=headers)
    assert (sent.status_code, sent.json["message"]["nonce"]) == (200, form["nonce"])
    refused = browser.post(at("messages"), data=sending(body=""), headers=headers)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "empty")
    assert browser.post(at("messages"), data=form, headers=headers, csrf=False).json["error"]["code"] == "csrf"


@pytest.mark.parametrize("body", ["[]", "[1]", "5", "{"])
def test_a_read_mark_that_cannot_be_read_is_refused(chat, at, browser_of, body):
    answer = browser_of(chat.client).post(at("read"), data=body, content_type="application/json", headers=JSON)
    assert (answer.status_code, answer.json["ok"]) == (400, False)


def test_a_plain_form_says_what_was_wrong(chat, at, browser_of):
    browser = browser_of(chat.client)
    browser.post(at("messages"), data=sending(body=" "), headers=PAGE)
    assert "Сначала напишите что-нибудь." in browser.get(at()).get_data(as_text=True)


def test_without_a_csrf_token_nothing_is_sent(chat, at, browser_of):
    assert browser_of(chat.client).post(at("messages"), json=sending(), headers=JSON, csrf=False).status_code == 400


def test_closing_and_reopening(chat, at, browser_of):
    browser = browser_of(chat.client)
    assert browser.post(at("close")).status_code == 303
    refused = browser.post(at("messages"), json=sending(), headers=JSON)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "conversation_closed")
    assert "Вы завершили эту переписку" in browser.get(at()).get_data(as_text=True)
    answer = browser.post(at("reopen"), headers=JSON)
    assert answer.json["state"]["open"] is True
    assert browser.post(at("messages"), json=sending(), headers=JSON).json["ok"]


def test_history_and_what_was_missed(chat, at, browser_of):
    for n in range(60):
        conversations.send(chat, nonce=uuid4(), body=str(n), actor=chat.realtor)
    browser = browser_of(chat.client)
    before = browser.get(at("messages?before=11")).json["messages"]
    assert [m["seq"] for m in before] == list(range(1, 11))
    for far in ("since=99999999999999999999", "before=99999999999999999999", "before=-1"):
        assert browser.get(at(f"messages?{far}")).status_code == 200
    since = browser.get(at("messages?since=58")).json
    assert [m["seq"] for m in since["messages"]] == [59, 60] and since["state"]["last_seq"] == 60
    assert len(browser.get(at("messages")).json["messages"]) == 50


def test_reading_without_a_socket(chat, at, browser_of):
    conversations.send(chat, nonce=uuid4(), body="1", actor=chat.realtor)
    assert browser_of(chat.client).post(at("read"), json={"seq": 1}, headers=JSON).json == {"ok": True}
    db.session.rollback()
    assert db.session.get_one(Conversation, chat.id, populate_existing=True).client_read_seq == 1


def test_the_list_of_conversations_costs_the_same_however_long(chat, at, build, browser_of, statements):
    browser, inquiry = browser_of(chat.client), chat.inquiry
    with statements() as few:
        browser.get(at("threads"))
    for n in range(5):
        conversations.start(inquiry, build.realtor(f"Риелтор {n}", city=inquiry.city))
    with statements() as many:
        answer = browser.get(at("threads"))
    assert answer.json["html"].count("data-thread=") == 6
    assert len(many) == len(few) <= 6


def test_too_many_messages_are_slowed_down(chat, at, browser_of, limits):
    browser = browser_of(chat.client)
    codes = [browser.post(at("messages"), json=sending(), headers=JSON).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]


def test_the_page_costs_the_same_however_much_was_said(chat, at, browser_of, statements):
    browser, counts = browser_of(chat.client), []
    for _ in range(2):
        for n in range(40):
            conversations.send(chat, nonce=uuid4(), body=str(n), actor=chat.realtor)
        with statements() as made:
            browser.get(at())
        counts.append(len(made))
    assert counts[0] == counts[1] <= 9

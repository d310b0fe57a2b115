"""Editing and deleting by the socket and by plain requests; what open and returning pages hear of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Message
from app.services import conversations, messages
from app.services.transaction import transaction

JSON = {"Accept": "application/json"}
EVENTS = ["message:edit", "message:delete"]


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def message(chat):
    line = conversations.send(chat, nonce=uuid4(), body="Сколько стоит?", actor=chat.client)
    return db.session.scalar(db.select(Message).where(Message.public_id == line.public_id))


def ask(client, event, message, body="Сколько?"):
    return client.emit(event, {"message": str(message.public_id), "body": body}, callback=True)


def test_both_sides_hear_the_change_on_every_device(chat, message, socket_of, heard_by):
    author, elsewhere, realtor = socket_of(chat.client), socket_of(chat.client), socket_of(chat.realtor)
    edited = ask(author, "message:edit", message)["message"]
    assert (edited["body"], edited["deleted"], edited["change"]) == ("Сколько?", False, 1) and edited["edited_at"]
    assert heard_by(realtor) == heard_by(elsewhere) == heard_by(author) == [("message:changed", edited)]
    gone = ask(author, "message:delete", message)["message"]
    assert (gone["body"], gone["deleted"], gone["change"], gone["seq"]) == ("", True, 2, 1)
    assert heard_by(realtor) == [("message:changed", gone)]
    assert ask(author, "message:delete", message)["message"] == gone and heard_by(realtor) == []


@pytest.mark.parametrize("event", EVENTS)
def test_nobody_but_the_author(chat, message, build, socket_of, event):
    code = lambda person: ask(socket_of(person), event, message)["error"]["code"]  # noqa: E731
    assert code(chat.realtor) == code(build.supervisor()) == "forbidden"
    assert code(build.client()) == code(build.realtor()) == "not_found"
    assert code(None) == "unauthorized"


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("payload", [{}, {"message": 5}, {"message": "x"}, [], "text"], ids=repr)
def test_a_bad_payload_is_refused(message, chat, socket_of, event, payload):
    assert socket_of(chat.client).emit(event, payload, callback=True)["error"]["code"] == "payload"


def test_a_body_that_is_none_is_refused(message, chat, socket_of):
    assert ask(socket_of(chat.client), "message:edit", message, body=None)["error"]["code"] == "body"


def test_later_it_is_refused_in_words(chat, message, socket_of):
    with transaction():
        message.created_at = utcnow() - timedelta(minutes=16)
    assert ask(socket_of(chat.client), "message:edit", message)["error"] == {
        "code": "too_late",
        "text": "Изменить или удалить сообщение можно в течение 15 минут после отправки.",
    }


def test_a_page_that_was_away_is_told_what_changed(chat, message, socket_of):
    messages.edit(message, "Почём?", actor=chat.client)
    realtor = socket_of(chat.realtor)
    asked = {"conversation": str(chat.public_id), "since": 1}
    answer = realtor.emit("conversation:sync", asked | {"changes": 0}, callback=True)
    assert answer["messages"] == [] and [line["body"] for line in answer["changed"]] == ["Почём?"]
    assert answer["state"]["changes"] == 1
    assert realtor.emit("conversation:sync", asked | {"changes": 1}, callback=True)["changed"] == []
    assert realtor.emit("conversation:sync", asked, callback=True)["changed"] == [], "older pages did not ask"


def test_an_answer_by_the_socket_quotes(chat, message, socket_of, heard_by):
    client = socket_of(chat.client)
    sending = {"conversation": str(chat.public_id), "nonce": str(uuid4()), "body": "500"}
    told = socket_of(chat.realtor).emit("message:send", sending | {"reply_to": str(message.public_id)}, callback=True)
    assert told["message"]["reply_to"]["preview"] == "Сколько стоит?"
    assert heard_by(client)[0][1] == told["message"]
    bad = client.emit("message:send", sending | {"nonce": str(uuid4()), "reply_to": 5}, callback=True)
    assert bad["error"]["code"] == "payload"


@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_the_same_without_a_socket(chat, message, build, browser_of, verb):
    at = lambda base: f"{base}/{chat.public_id}/messages/{message.public_id}/{verb}"  # noqa: E731
    knock = lambda person, base: browser_of(person).post(at(base), json={"body": "Почём?"}, headers=JSON)  # noqa: E731
    assert knock(chat.realtor, "/office/conversations").status_code == 403
    assert knock(build.realtor(), "/office/conversations").status_code == 404
    assert knock(build.client(), "/my/conversations").status_code == 404
    answer = knock(chat.client, "/my/conversations")
    assert answer.json["message"]["deleted"] is (verb == "delete") and answer.json["message"]["change"] == 1
    missed = browser_of(chat.realtor).get(f"/office/conversations/{chat.public_id}/messages?since=1&changes=0")
    assert missed.json["changed"] == [answer.json["message"]]


def test_the_author_of_another_conversation_is_not_this_ones(chat, message, build, browser_of):
    other = build.conversation(inquiry=chat.inquiry)
    address = f"/my/conversations/{other.public_id}/messages/{message.public_id}/delete"
    assert browser_of(chat.client).post(address, json={}, headers=JSON).status_code == 404


def test_a_page_opens_around_the_message_that_is_asked_for(chat, message, browser_of):
    for n in range(140):
        conversations.send(chat, nonce=uuid4(), body=f"№ {n}", actor=chat.realtor)
    page = browser_of(chat.client).get(f"/my/conversations/{chat.public_id}?at=20").text
    assert 'data-seq="20"' in page and 'data-seq="141"' not in page
    assert page.count('data-seq="') == 44
    window = browser_of(chat.client).get(f"/my/conversations/{chat.public_id}/messages?around=20").json["messages"]
    assert [line["seq"] for line in window] == list(range(1, 45))


def test_a_search_names_the_matches_and_the_words(chat, message, build, browser_of):
    ask = lambda person, base: browser_of(person).get(f"{base}/{chat.public_id}/search?q=стоят", headers=JSON)  # noqa: E731
    for person, base in ((chat.client, "/my/conversations"), (chat.realtor, "/office/conversations")):
        assert ask(person, base).json == {"ok": True, "hits": [1], "words": ["стоит"], "more": False}
    assert ask(build.client(), "/my/conversations").status_code == 404
    assert ask(build.realtor(), "/office/conversations").status_code == 404


def test_a_search_over_all_leads_to_the_message(chat, message, build, browser_of):
    for person, base in ((chat.client, "/my/conversations"), (chat.realtor, "/office/conversations")):
        browser = browser_of(person)
        found = browser.get(f"{base}/search?q=стоить", headers=JSON).json["html"]
        assert "Сколько <mark>стоит</mark>?" in found and f'href="{base}/{chat.public_id}?at=1"' in found
        assert f'href="{base}/{chat.public_id}?at=1"' in browser.get(f"{base}/search?q=стоить").text, "without scripts"
    assert (
        "mark"
        not in browser_of(build.realtor()).get("/office/conversations/search?q=стоить", headers=JSON).json["html"]
    )

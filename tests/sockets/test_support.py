"""The support chat live: the person and the whole desk hear each other, and operators see who else looks."""

from uuid import uuid4

import pytest

from app.services import support
from tests.sockets.test_conversations import EVENTS, ask, sending

LOOK = "support:look"


@pytest.fixture
def chat(build):
    return build.support(build.client("Анна Петрова"))


@pytest.mark.parametrize("event", [*EVENTS, LOOK])
def test_operators_are_served_and_strangers_find_nothing(chat, build, socket_of, event):
    payload = EVENTS.get(event, EVENTS["typing"])(chat)
    for operator in (build.agent(), build.supervisor()):
        assert ask(socket_of(operator), event, payload)["ok"] is True
    for stranger in (build.client(), build.realtor()):
        code = ask(socket_of(stranger), event, payload)["error"]["code"]
        assert code == ("forbidden" if event == LOOK else "not_found")
    assert ask(socket_of(build.user("scout")), event, payload)["error"]["code"] == "forbidden"
    assert ask(socket_of(None), event, payload)["error"]["code"] == "unauthorized"
    assert ask(socket_of(chat.client), event, payload)["ok"] is (event != LOOK)


def test_an_operator_does_not_look_at_inquiry_chats(build, socket_of):
    inquiry_chat = build.conversation()
    for operator, code in ((build.agent(), "not_found"), (build.supervisor(), "forbidden")):
        assert ask(socket_of(operator), LOOK, {"conversation": str(inquiry_chat.public_id)})["error"]["code"] == code


def test_a_question_reaches_the_desk_and_the_answer_its_asker_and_the_colleagues(chat, build, socket_of, heard_by):
    asker, olga, ivan = socket_of(chat.client), socket_of(build.agent()), socket_of(build.supervisor(locale="en"))
    others = [socket_of(p) for p in (build.client(), build.realtor(), build.user("scout"), None)]
    asked = ask(asker, "message:send", sending(chat))["message"]
    for operator in (olga, ivan):
        assert ("message", asked) in heard_by(operator)
    answered = ask(olga, "message:send", sending(chat, body="Помогу"))["message"]
    assert ("message", answered) in heard_by(asker) and ("message", answered) in heard_by(ivan)
    assert [heard_by(other) for other in others] == [[], [], [], []]


def test_taking_and_closing_are_seen_live_in_everybodys_words(chat, build, socket_of, heard_by):
    agent = build.agent("Ольга")
    asker, desk = socket_of(chat.client), socket_of(build.agent())
    support.take(chat, actor=agent)
    here = {"conversation": str(chat.public_id)}
    assert heard_by(desk) == [("support:changed", here)]
    assert heard_by(asker) == [("support:operator", here | {"name": "Ольга"})]
    support.close(chat, actor=agent)
    person, colleague = dict(heard_by(asker)), dict(heard_by(desk))
    assert person["conversation:state"]["open"] is False and colleague["conversation:state"]["open"] is False
    assert person["message"]["body"].startswith("Вопрос решён.")
    assert colleague["message"]["body"] == "Вопрос закрыт: Ольга."


def test_a_note_is_never_told_to_the_person(chat, build, socket_of, heard_by):
    asker = socket_of(chat.client)
    support.add_note(chat, "Секрет", actor=build.agent())
    assert "Секрет" not in str(heard_by(asker))


def test_typing_and_reading_know_two_sides(chat, build, socket_of, heard_by):
    agent = build.agent()
    asker, olga, ivan = socket_of(chat.client), socket_of(agent), socket_of(build.agent())
    ask(olga, "typing", EVENTS["typing"](chat))
    assert [event for event, _ in heard_by(asker)] == ["typing"] and heard_by(ivan) == []
    ask(asker, "typing", EVENTS["typing"](chat))
    assert [event for event, _ in heard_by(ivan)] == ["typing"]
    ask(olga, "message:read", {"conversation": str(chat.public_id), "seq": 1})
    assert heard_by(asker) == [
        ("message:read", {"conversation": str(chat.public_id), "seq": 1, "by": str(agent.public_id)})
    ]


def test_operators_see_who_else_looks_and_who_leaves(chat, build, socket_of, heard_by):
    agent = build.agent("Ольга")
    olga, ivan, asker = socket_of(agent), socket_of(build.agent()), socket_of(chat.client)
    told = {"conversation": str(chat.public_id), "by": str(agent.public_id), "name": "Ольга"}
    ask(olga, LOOK, {"conversation": str(chat.public_id)})
    assert heard_by(ivan) == [(LOOK, told)]
    olga.disconnect()
    assert heard_by(ivan) == [("support:leave", told)]
    assert heard_by(asker) == []


def test_who_opens_the_desk_asks_who_looks_and_strangers_may_not(chat, build, socket_of, heard_by):
    olga, ivan = socket_of(build.agent()), socket_of(build.agent())
    assert ask(ivan, "support:who", {})["ok"] is True
    assert ("support:who", {}) in heard_by(olga)
    for stranger in (chat.client, build.realtor()):
        assert ask(socket_of(stranger), "support:who", {})["error"]["code"] == "forbidden"


def test_one_person_asks_once_over_both_doors(build, socket_of):
    client, nonce = build.client(), uuid4()
    conversation, line = support.ask(nonce=nonce, body="Вопрос", actor=client)
    again = ask(socket_of(client), "message:send", sending(conversation, nonce=str(nonce)))
    assert again["message"]["id"] == str(line.public_id)

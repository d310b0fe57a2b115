"""A message has one address: whoever may see it is led to the own door, nobody else learns that it exists."""

from urllib.parse import quote
from uuid import uuid4

import pytest

from app.services import conversations


@pytest.fixture
def chat(build):
    return build.conversation()


def said(chat, actor):
    return conversations.send(chat, nonce=uuid4(), body="Во вторник в шесть", actor=actor)


def test_the_same_link_opens_at_either_sides_door(chat, build, browser_of):
    line = said(chat, chat.client)
    doors = {
        chat.client: f"/my/conversations/{chat.public_id}?at={line.seq}",
        chat.realtor: f"/office/conversations/{chat.public_id}?at={line.seq}",
    }
    for person, door in doors.items():
        answer = browser_of(person).get(f"/m/{line.public_id}")
        assert (answer.status_code, answer.location) == (302, door)
        assert "Во вторник" in browser_of(person).get(door).text
    owner = browser_of(build.supervisor())
    page = owner.get(f"/m/{line.public_id}", follow_redirects=True).text
    assert f'id="message-{line.seq}"' in page and "Во вторник" in page


def test_a_link_into_a_question_to_support(build, browser_of):
    chat = build.support()
    line = said(chat, chat.client)
    asker = browser_of(chat.client).get(f"/m/{line.public_id}", follow_redirects=True)
    assert "Во вторник" in asker.text
    for operator in (build.agent(), build.supervisor()):
        door = browser_of(operator).get(f"/m/{line.public_id}").location
        assert door == f"/supervisor/support/{chat.public_id}?at={line.seq}"


def test_for_everybody_else_there_is_no_such_message(chat, build, browser_of, visitor):
    address = f"/m/{said(chat, chat.client).public_id}"
    for stranger in (build.client(), build.realtor(), build.agent()):
        assert browser_of(stranger).get(address).status_code == 404
    assert browser_of(chat.client).get(f"/m/{uuid4()}").status_code == 404
    assert browser_of(chat.client).get("/m/nothing").status_code == 404
    assert f"next={quote(address)}" in visitor.get(address).location

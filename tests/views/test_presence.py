"""«Был(а) в …» is hidden by a switch, from both directions; what is said and read stays."""

from datetime import timedelta

import pytest

from app.models.base import utcnow
from app.services import accounts, conversations, inbox, presence
from app.services.transaction import transaction


@pytest.fixture
def chat(build):
    """Both were here an hour ago."""
    made, now = build.conversation(), utcnow()
    with transaction():
        made.client.last_seen_at = made.realtor.last_seen_at = now - timedelta(hours=1)
    return made


def pages(chat, browser_of):
    """What stands in the head of the chat for either side."""
    found = []
    for person in (chat.client, chat.realtor):
        page = browser_of(person).get(conversations.path(chat.public_id, person)).text
        found.append(page.split("data-seen>")[1].split("<")[0])
    return found


@pytest.mark.parametrize("hides", ["client", "realtor"])
def test_whoever_hides_it_does_not_see_it_of_others(chat, browser_of, hides):
    person = getattr(chat, hides)
    browser = browser_of(person)
    assert pages(chat, browser_of) == ["был(а) 1 час назад"] * 2
    assert browser.post("/my/profile/presence", data={"shown": "0"}).location == "/my/profile#privacy"
    assert pages(chat, browser_of) == ["", ""]
    profile = browser.get("/my/profile").text
    assert 'value="1" aria-checked="false" aria-labelledby="presence-label"' in profile
    browser.post("/my/profile/presence", data={"shown": "1"})
    assert pages(chat, browser_of) == ["был(а) 1 час назад"] * 2


def test_of_somebody_who_is_gone_nothing_is_told(chat, browser_of):
    accounts.delete_account(chat.client.email, actor=chat.client)
    page = browser_of(chat.realtor).get(conversations.path(chat.public_id, chat.realtor)).text
    assert "data-seen></span>" in page and "был(а)" not in page


@pytest.mark.parametrize("hides", ["client", "realtor"])
def test_nor_is_there_a_dot_in_the_list_or_a_word_of_being_here_now(chat, browser_of, hides):
    presence.touch({chat.client_id, chat.realtor_id}, set())
    sides = lambda: [inbox.threads(person)[0].online for person in (chat.client, chat.realtor)]  # noqa: E731
    assert sides() == [True, True] and pages(chat, browser_of) == ["в сети"] * 2
    presence.show(False, actor=getattr(chat, hides))
    assert sides() == [False, False] and pages(chat, browser_of) == ["", ""]


def test_open_pages_of_both_hear_of_the_switch_and_typing_goes_on(chat, build, socket_of, heard_by):
    client, realtor, stranger = socket_of(chat.client), socket_of(chat.realtor), socket_of(build.client())
    presence.show(False, actor=chat.realtor)
    told = ("presence:changed", {"person": str(chat.realtor.public_id), "shown": False})
    assert heard_by(client) == [told] and heard_by(realtor) == [told] and heard_by(stranger) == []
    realtor.emit("typing", {"conversation": str(chat.public_id)}, callback=True)
    realtor.emit("message:read", {"conversation": str(chat.public_id), "seq": 0}, callback=True)
    assert [event for event, _payload in heard_by(client)] == ["typing"]


def test_support_is_no_person_and_an_operator_sees_no_more_than_others(build, browser_of):
    chat, agent = build.support(), build.agent()
    presence.touch({chat.client_id, agent.id}, set())
    desk = browser_of(agent).get(f"/supervisor/support/{chat.public_id}").text
    assert "На сайте" in desk
    presence.show(False, actor=chat.client)
    desk = browser_of(agent).get(f"/supervisor/support/{chat.public_id}").text
    assert "На сайте" not in desk and "data-seen></span>" in desk
    assert inbox.talk(chat, actor=chat.client).shown == (True, True)

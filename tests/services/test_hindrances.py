"""What is said of the other side and of the inquiry where one writes, and that every door refuses with those words."""

from io import BytesIO
from uuid import uuid4

import pytest

from app.constants import InquiryStatus, Role
from app.errors import ConversationClosed
from app.models.conversations import Message
from app.services import accounts, conversations, hindrances, inquiries, media, messages, support
from app.services.accounts import personal_data
from tests import files


@pytest.fixture
def chat(build):
    inquiry = build.inquiry(client=build.client("Анна"))
    return conversations.start(inquiry, build.realtor("Пётр", city=inquiry.city))


def notices(chat):
    """As the client and as the realtor are told."""
    return [conversations.state(chat, person)["notice"] for person in (chat.client, chat.realtor)]


def test_nothing_is_said_while_all_is_well(chat):
    assert notices(chat) == ["", ""]


def test_a_blocked_person_is_named_to_the_other_only(chat, build):
    accounts.block(chat.realtor, "проверка", actor=build.supervisor())
    assert notices(chat) == ["blocked", ""]
    accounts.unblock(chat.realtor, actor=build.supervisor())
    assert notices(chat) == ["", ""]


def test_two_cities_are_said_to_both_whoever_has_moved(chat, build):
    city = build.city("Брно")
    accounts.change_city(chat.realtor, city, actor=build.supervisor())
    assert notices(chat) == ["moved", "moved"]
    inquiries.edit(chat.inquiry, {"city": city}, actor=chat.client)
    assert notices(chat) == ["", ""]


def test_somebody_of_another_role(chat, build):
    accounts.change_role(chat.realtor, Role.AGENT, actor=build.supervisor())
    assert notices(chat) == ["left", ""]


@pytest.mark.parametrize("person, told", [("client", ["", "deleted"]), ("realtor", ["deleted", ""])])
def test_a_deleted_person(chat, person, told):
    gone = getattr(chat, person)
    personal_data.delete_account(gone.email, actor=gone)
    assert notices(chat)[told.index("deleted")] == "deleted"


@pytest.mark.parametrize("status", [InquiryStatus.DONE, InquiryStatus.CANCELLED])
def test_an_inquiry_that_is_over_is_said_to_both(chat, status):
    inquiries.move(chat.inquiry, status, actor=chat.client)
    assert notices(chat) == [status, status]


def test_operators_are_told_of_whoever_asks(build):
    asker, operator = build.client(), build.supervisor()
    conversation, _line = support.ask(nonce=uuid4(), body="Где мой запрос?", actor=asker)
    accounts.block(asker, "жалобы", actor=operator)
    assert conversations.state(conversation, operator)["notice"] == "blocked"


def test_every_notice_has_words_for_whoever_may_hear_it(context):
    for side in ("client", "realtor"):
        assert set(hindrances.notes(side)) == {"blocked", "left", "moved", *hindrances.OVER}


# The server refuses in the words that stand in place of the composer


def refusals(chat, actor):
    """What each door answers to ``actor``: a text, a photo, an edit, a deletion."""
    message = Message.query.filter_by(sender_id=actor.id).one()
    new = {"nonce": uuid4(), "actor": actor}
    doors = (
        lambda: conversations.send(chat, body="ещё", **new),
        lambda: media.send(chat, kind="image", body="", name="a.jpg", stream=BytesIO(files.photo()), **new),
        lambda: messages.edit(message, "иначе", actor=actor),
        lambda: messages.delete(message, actor=actor),
    )
    return {refused(door) for door in doors}


def refused(door):
    with pytest.raises(ConversationClosed) as error:
        door()
    return str(error.value.message)


def test_an_ended_conversation_refuses_each_side_in_its_words(chat, stored):
    for person in (chat.client, chat.realtor):
        conversations.send(chat, nonce=uuid4(), body="слово", actor=person)
    conversations.close(chat, actor=chat.client)
    for side in ("client", "realtor"):
        assert refusals(chat, getattr(chat, side)) == {hindrances.said("closed", side)}


def test_where_one_is_gone_nobody_waits_for_it_to_be_reopened(chat, stored):
    conversations.send(chat, nonce=uuid4(), body="слово", actor=chat.realtor)
    personal_data.delete_account(chat.client.email, actor=chat.client)
    assert refusals(chat, chat.realtor) == {hindrances.said("deleted", "realtor")}


# Live


def heard(socket, name):
    return [event["args"][0] for event in socket.get_received() if event["name"] == name]


def test_whoever_talks_with_a_blocked_person_hears_of_it_at_once(chat, build, socket_of):
    client, stranger = socket_of(chat.client), socket_of(build.client())
    accounts.block(chat.realtor, "проверка", actor=build.supervisor())
    assert heard(client, "person:changed") == [{"person": str(chat.realtor.public_id)}]
    assert heard(stranger, "person:changed") == []


def test_the_desk_hears_of_whoever_asked_it(build, socket_of):
    asker, operator = build.client(), build.supervisor()
    support.ask(nonce=uuid4(), body="Где мой запрос?", actor=asker)
    desk = socket_of(operator)
    accounts.block(asker, "жалобы", actor=operator)
    assert heard(desk, "person:changed") == [{"person": str(asker.public_id)}]


def test_the_end_by_a_deletion_is_told_as_one(chat, socket_of):
    client, realtor = chat.client, chat.realtor
    socket = socket_of(client)
    personal_data.delete_account(realtor.email, actor=realtor)
    assert [state["notice"] for state in heard(socket, "conversation:state")] == ["deleted"]

"""Every event of the chat for its two people, strangers, an owner and a visitor, with good and bad payloads."""

from uuid import uuid4

import pytest

from app.access.permissions import Permission
from app.constants import Role
from app.doors import PUBLIC
from app.extensions import db, socketio
from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import conversations
from app.services.accounts import sign_ins
from app.services.transaction import after_commit, transaction
from app.sockets import base, presence


@pytest.fixture
def chat(build):
    return build.conversation()


def sending(chat, **changes):
    return {"conversation": str(chat.public_id), "nonce": str(uuid4()), "kind": "text", "body": "Добрый день"} | changes


EVENTS = {
    "message:send": sending,
    "message:read": lambda chat: {"conversation": str(chat.public_id), "seq": 0},
    "conversation:sync": lambda chat: {"conversation": str(chat.public_id), "since": 0},
    "typing": lambda chat: {"conversation": str(chat.public_id)},
}


def ask(client, event, *payload):
    return client.emit(event, *payload, callback=True)


def test_every_handler_says_who_may(app):
    handlers = {event: handler for event, handler, _namespace in socketio.handlers} | base.doors
    assert set(handlers) == set(socketio.server.handlers["/"]) >= {*EVENTS, "connect", "disconnect"}
    for event, handler in handlers.items():
        permission = getattr(handler, "permission", None)
        assert permission == PUBLIC or permission in list(Permission), f"@requires(...) is missing on {event}"
    assert {event for event in handlers if handlers[event].permission == PUBLIC} == {"connect", "disconnect"}


@pytest.mark.parametrize("event", EVENTS)
def test_the_two_people_of_the_conversation_are_served(chat, socket_of, event):
    for person in (chat.client, chat.realtor):
        assert ask(socket_of(person), event, EVENTS[event](chat))["ok"] is True


@pytest.mark.parametrize("event", EVENTS)
def test_for_strangers_of_the_same_role_it_does_not_exist(chat, build, socket_of, event):
    for stranger in (build.client(), build.realtor()):
        answer = ask(socket_of(stranger), event, EVENTS[event](chat))
        assert (answer["ok"], answer["error"]["code"]) == (False, "not_found")


@pytest.mark.parametrize("event", EVENTS)
def test_an_owner_may_not_join_in_and_a_visitor_must_sign_in(chat, build, socket_of, event):
    assert ask(socket_of(build.supervisor()), event, EVENTS[event](chat))["error"]["code"] == "forbidden"
    assert ask(socket_of(None), event, EVENTS[event](chat))["error"]["code"] == "unauthorized"


BAD = [(), (None,), ("text",), (5,), ([],), ({},), ({"conversation": 5},), ({"conversation": "x"},), ({}, {})]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("payload", BAD, ids=repr)
def test_a_bad_payload_gets_an_error_in_the_readers_language(chat, socket_of, event, payload):
    answer = ask(socket_of(chat.client), event, *payload)
    assert answer == {"ok": False, "error": {"code": "payload", "text": "Событие не удалось прочитать."}}


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"nonce": "1"}, "payload"),
        ({"nonce": None}, "payload"),
        ({"kind": 7}, "payload"),
        ({"kind": "voice"}, "kind"),
        ({"kind": "system"}, "kind"),
        ({"body": "  "}, "empty"),
        ({"body": None}, "body"),
        ({"body": {"a": 1}}, "body"),
        ({"body": "я" * 4001}, "too_long"),
    ],
)
def test_a_bad_message_gets_a_code_of_its_own(chat, socket_of, changes, code):
    assert ask(socket_of(chat.client), "message:send", sending(chat, **changes))["error"]["code"] == code


@pytest.mark.parametrize("seq", [-1, 1.5, "1", None, True, 2**40])
def test_a_position_is_a_whole_number(chat, socket_of, seq):
    client = socket_of(chat.client)
    for event, name in (("message:read", "seq"), ("conversation:sync", "since")):
        answer = ask(client, event, {"conversation": str(chat.public_id), name: seq})
        assert answer["error"]["code"] == "payload"


def test_a_message_reaches_both_sides_once_and_strangers_never(chat, build, socket_of, heard_by):
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    stranger, visitor = socket_of(build.realtor()), socket_of(None)
    answer = ask(client, "message:send", sending(chat))
    message = answer["message"]
    words = {"id", "conversation", "seq", "nonce", "sender", "kind", "body", "media", "created_at"}
    assert set(message) == words | {"reply_to", "edited_at", "deleted", "change"}
    assert heard_by(realtor) == [("message", message)]
    assert heard_by(client) == [("message", message)]
    assert heard_by(stranger) == heard_by(visitor) == []


def test_sending_twice_is_acknowledged_twice_and_told_once(chat, socket_of, heard_by):
    client, realtor, payload = socket_of(chat.client), socket_of(chat.realtor), sending(chat)
    assert ask(client, "message:send", payload) == ask(client, "message:send", payload)
    assert len(heard_by(realtor)) == 1


def test_numeric_ids_never_leave(chat, socket_of):
    message = ask(socket_of(chat.client), "message:send", sending(chat))["message"]
    assert message["sender"] == str(chat.client.public_id)
    assert message["conversation"] == str(chat.public_id)


def test_reading_is_told_to_the_other_side(chat, socket_of, heard_by):
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    ask(client, "message:send", sending(chat))
    heard_by(client)
    assert ask(realtor, "message:read", {"conversation": str(chat.public_id), "seq": 1}) == {"ok": True}
    read = {"conversation": str(chat.public_id), "seq": 1, "by": str(chat.realtor.public_id)}
    assert heard_by(client) == [("message:read", read)]


def test_typing_is_told_to_the_other_side_only(chat, socket_of, heard_by):
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    ask(client, "typing", {"conversation": str(chat.public_id)})
    assert heard_by(realtor) == [("typing", {"conversation": str(chat.public_id), "by": str(chat.client.public_id)})]
    assert heard_by(client) == []


def test_what_is_for_nobody_is_not_told_to_everybody(chat, build, socket_of, heard_by):
    client, stranger, visitor = socket_of(chat.client), socket_of(build.client()), socket_of(None)
    with transaction():
        chat.realtor.blocked_at = utcnow()
    assert ask(client, "typing", {"conversation": str(chat.public_id)})["ok"]
    assert heard_by(stranger) == heard_by(visitor) == []


def test_catching_up_is_paged_oldest_first(chat, socket_of, monkeypatch):
    monkeypatch.setattr("app.sockets.conversations.PAGE", 3)
    for n in range(5):
        conversations.send(chat, nonce=uuid4(), body=str(n), actor=chat.realtor)
    client, got, since = socket_of(chat.client), [], 0
    while True:
        answer = ask(client, "conversation:sync", {"conversation": str(chat.public_id), "since": since})
        if not answer["messages"]:
            break
        got += [m["body"] for m in answer["messages"]]
        since = answer["messages"][-1]["seq"]
    assert got == list("01234") and answer["state"]["last_seq"] == 5 and answer["state"]["open"] is True


def test_closing_is_told_at_once_and_stops_the_realtor(chat, socket_of, heard_by):
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    conversations.close(chat, actor=chat.client)
    names = [name for name, _ in heard_by(realtor)]
    assert names[:2] == ["message", "conversation:state"]
    state = dict(heard_by(client))["conversation:state"]
    assert (state["open"], state["by"]) == (False, str(chat.client.public_id)) and state["at"]
    answer = ask(realtor, "message:send", sending(chat))
    assert answer["error"] == {
        "code": "conversation_closed",
        "text": "Клиент завершил эту переписку. Написать можно будет, когда он её возобновит.",
    }


def test_a_blocked_person_is_stopped_at_the_next_event(chat, socket_of):
    realtor = socket_of(chat.realtor)
    with transaction() as session:
        session.get_one(User, chat.realtor_id).blocked_at = chat.created_at
    assert ask(realtor, "message:send", sending(chat))["error"]["code"] == "blocked"


def test_an_ended_session_is_stopped_at_the_next_event(chat, socket_of):
    realtor = socket_of(chat.realtor)
    with transaction() as session:
        session.get_one(User, chat.realtor_id).session_epoch += 1
    assert ask(realtor, "message:send", sending(chat))["error"]["code"] == "unauthorized"


def test_an_ended_account_is_disconnected(chat, socket_of):
    realtor, client = socket_of(chat.realtor), socket_of(chat.client)
    with transaction():
        after_commit("account:ended", user_id=chat.realtor_id)
    assert not realtor.is_connected() and client.is_connected()
    ask(client, "message:send", sending(chat))
    assert "message" not in [event["name"] for event in realtor.queue]


def test_the_sweep_notes_who_is_here_and_throws_out_who_may_not_be(app, chat, socket_of):
    from app.sockets import presence

    realtor, client = socket_of(chat.realtor), socket_of(chat.client)
    with transaction() as session:
        session.get_one(User, chat.realtor_id).session_epoch += 1
    presence.sweep()
    assert client.is_connected() and not realtor.is_connected()
    assert db.session.get_one(User, chat.client_id, populate_existing=True).last_seen_at


def test_a_sweep_of_many_lets_others_write_between_a_few_of_them(build, socket_of, monkeypatch, driver_statements):
    people = [build.client() for _ in range(5)]
    pages = [socket_of(one) for one in people for _ in range(2)]
    with transaction() as session:
        session.get_one(User, people[4].id).session_epoch += 1
    monkeypatch.setattr(presence, "AT_ONCE", 4)
    monkeypatch.setattr(presence, "PAUSE", 0)
    driver_statements.clear()
    presence.sweep()
    assert driver_statements.count("COMMIT") == 3, "ten sign-ins, four at a time"
    assert [page.is_connected() for page in pages] == [True] * 8 + [False] * 2
    seen = db.session.scalars(db.select(User.last_seen_at).where(User.id.in_([one.id for one in people[:4]])))
    assert all(seen)


def test_a_page_of_one_person_does_not_listen_as_another(chat, socket_of):
    assert socket_of(chat.client, auth={"person": str(chat.client.public_id)}).is_connected()
    assert not socket_of(chat.client, auth={"person": str(chat.realtor.public_id)}).is_connected()
    assert not socket_of(None, auth={"person": str(chat.realtor.public_id)}).is_connected()
    assert socket_of(None).is_connected(), "visitors hear of places"


def test_everybody_hears_that_places_changed(chat, socket_of, heard_by):
    visitor = socket_of(None)
    with transaction():
        after_commit("places:changed")
    assert heard_by(visitor) == [("places:changed", {})]


def test_too_many_messages_are_slowed_down(chat, socket_of, limits):
    client = socket_of(chat.client)
    answers = [ask(client, "message:send", sending(chat)) for _ in range(31)]
    assert [a["ok"] for a in answers] == [True] * 30 + [False]
    assert answers[-1]["error"]["code"] == "too_many"
    assert ask(socket_of(chat.realtor), "message:send", sending(chat))["ok"], "one's haste is nobody else's"


def test_a_message_counts_once_whichever_way_it_goes(chat, socket_of, limits):
    """Each is read, and its reader away, so the short way is tried and the long one taken."""
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    for seq in range(1, 31):
        assert ask(client, "message:send", sending(chat))["ok"]
        assert ask(realtor, "message:read", {"conversation": str(chat.public_id), "seq": seq})["ok"]
    assert ask(client, "message:send", sending(chat))["error"]["code"] == "too_many"


def test_a_send_is_few_statements(chat, socket_of, driver_statements):
    client, conversation_id = socket_of(chat.client), chat.id
    socket_of(chat.realtor)
    ask(client, "message:send", sending(chat))
    payload = sending(chat)
    driver_statements.clear()
    ask(client, "message:send", payload)
    words = [statement.split()[0] for statement in driver_statements]
    assert words == ["BEGIN", "UPDATE", "INSERT", "COMMIT"], driver_statements
    db.session.rollback()
    assert db.session.get_one(Conversation, conversation_id, populate_existing=True).last_seq == 2


def test_a_lively_chat_is_few_statements(chat, socket_of, driver_statements):
    """Whoever is there reads each message at once, so that each is the first unread one again."""
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    presence.sweep()

    def statements(page, event, payload):
        driver_statements.clear()
        assert ask(page, event, payload)["ok"]
        return [statement.split()[0] for statement in driver_statements]

    for seq in (1, 2):
        said = statements(client, "message:send", sending(chat))
        read = statements(realtor, "message:read", {"conversation": str(chat.public_id), "seq": seq})
    assert said == ["BEGIN", "UPDATE", "INSERT", "INSERT", "COMMIT"]
    assert read == ["BEGIN", "UPDATE", "UPDATE", "COMMIT"]


@pytest.mark.every_database
def test_one_mail_waits_for_whoever_reads_along_and_their_alerts_are_read(chat, socket_of, bell_of):
    client, realtor = socket_of(chat.client), socket_of(chat.realtor)
    chat_id, reader_id, address = str(chat.public_id), chat.realtor_id, chat.realtor.email
    ask(client, "message:send", sending(chat))  # nobody has been seen yet: the bell rings
    assert bell_of(realtor)
    presence.sweep()
    for seq in (1, 2, 3):
        assert ask(realtor, "message:read", {"conversation": chat_id, "seq": seq})["ok"]
        assert ask(client, "message:send", sending(chat))["message"]["seq"] == seq + 1
    assert bell_of(realtor) == []
    db.session.rollback()
    [mail] = db.session.scalars(db.select(Delivery).where(Delivery.user_id == reader_id))
    assert (mail.address, mail.kind, mail.payload["conversation"]) == (address, "message", chat_id)
    assert mail.payload["url"] == f"/office/conversations/{chat_id}" and mail.due_at > utcnow()
    assert not db.session.scalar(db.select(Notification).where(Notification.read_at.is_(None)))
    row = db.session.get_one(Conversation, chat.id, populate_existing=True)
    assert (row.last_seq, row.realtor_read_seq, row.client_messages) == (4, 3, 4)


def _block(session, chat, build):
    session.get_one(User, chat.realtor_id).blocked_at = utcnow()


def _end_the_session(session, chat, build):
    session.get_one(User, chat.realtor_id).session_epoch += 1


def _sign_out(session, chat, build):
    session.execute(db.update(SignIn).where(SignIn.user_id == chat.realtor_id).values(ended_at=utcnow()))


def _close(session, chat, build):
    session.get_one(Conversation, chat.id).open = False


def _give_away(session, chat, build):
    session.get_one(Conversation, chat.id).realtor_id = build.realtor().id


def _change_role(session, chat, build):
    session.get_one(User, chat.realtor_id).role = Role.CLIENT


@pytest.mark.every_database
@pytest.mark.parametrize(
    "change, code",
    [
        (_block, "blocked"),
        (_end_the_session, "unauthorized"),
        (_sign_out, "unauthorized"),
        (_close, "conversation_closed"),
        (_give_away, "not_found"),
        (_change_role, "not_found"),
    ],
)
def test_what_has_changed_since_the_last_message_holds_for_the_next(chat, build, socket_of, change, code):
    realtor, payload = socket_of(chat.realtor), sending(chat)
    assert ask(realtor, "message:send", payload)["ok"]
    with transaction() as session:
        change(session, chat, build)
    read = {"conversation": payload["conversation"], "seq": 1}
    assert ask(realtor, "message:send", sending(chat))["error"]["code"] == code
    if code != "conversation_closed":  # that may still be read
        assert ask(realtor, "message:read", read)["error"]["code"] == code
    db.session.rollback()
    assert db.session.scalar(db.select(Conversation.last_seq)) == 1


@pytest.mark.every_database
def test_the_next_message_is_heard_by_whoever_is_there_now(chat, build, socket_of, heard_by):
    client, before = socket_of(chat.client), socket_of(chat.realtor)
    assert ask(client, "message:send", sending(chat))["ok"] and heard_by(before)
    with transaction() as session:
        successor = build.realtor()
        session.get_one(Conversation, chat.id).realtor_id = successor.id
    after = socket_of(successor)
    assert ask(client, "message:send", sending(chat))["ok"]
    assert heard_by(before) == [] and [name for name, _ in heard_by(after)] == ["message"]
    with transaction() as session:
        session.get_one(User, successor.id).blocked_at = utcnow()
    assert ask(client, "message:send", sending(chat))["ok"]
    assert heard_by(after) == []


def test_the_sockets_of_an_ended_sign_in_are_ended_and_no_others(chat, socket_of):
    here, elsewhere = socket_of(chat.realtor), socket_of(chat.realtor)
    db.session.rollback()
    first = db.session.scalars(db.select(SignIn).where(SignIn.user_id == chat.realtor_id).order_by(SignIn.id)).first()
    sign_ins.end(first, actor=chat.realtor)
    assert not here.is_connected()
    assert elsewhere.is_connected()


@pytest.mark.every_database
def test_a_sweep_ends_the_sockets_of_what_another_process_signed_out(chat, socket_of):
    here, elsewhere = socket_of(chat.realtor), socket_of(chat.realtor)
    with transaction() as session:
        first = session.scalars(db.select(SignIn).where(SignIn.user_id == chat.realtor_id).order_by(SignIn.id)).first()
        first.ended_at = utcnow()
    presence.sweep()
    assert not here.is_connected()
    assert elsewhere.is_connected()

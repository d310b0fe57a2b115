import contextlib
import threading
from uuid import uuid4

import pytest

from app.constants import SystemEvent
from app.errors import ConversationClosed, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import conversations
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database


@pytest.fixture
def chat(build):
    return build.conversation()


def say_text(chat, actor, body="Здравствуйте!", nonce=None):
    return conversations.send(chat, nonce=nonce or uuid4(), body=body, actor=actor)


def test_messages_are_numbered_and_told_after_the_commit(chat, heard):
    first, second = say_text(chat, chat.client), say_text(chat, chat.realtor)
    assert (first.seq, second.seq) == (1, 2)
    assert [e.name for e in heard if e.name == "message"] == ["message", "message"]
    assert [e.data["line"] for e in heard if e.name == "message"] == [first, second]
    assert conversations.messages_since(chat, 0) == [first, second], "what is told is what is stored"


def test_the_same_nonce_again_returns_the_first_message(chat, heard):
    nonce = uuid4()
    first = say_text(chat, chat.client, "один", nonce)
    again = say_text(chat, chat.client, "другой текст", nonce)
    assert again == first
    assert db.session.scalar(db.select(db.func.count(Message.id))) == 1
    assert db.session.get_one(Conversation, chat.id).last_seq == 1
    assert len([e for e in heard if e.name == "message"]) == 1


def test_a_message_sent_before_the_close_is_still_acknowledged_after_it(chat):
    nonce = uuid4()
    first = say_text(chat, chat.realtor, nonce=nonce)
    conversations.close(chat, actor=chat.client)
    assert say_text(chat, chat.realtor, nonce=nonce) == first


def test_racing_senders_lose_nothing_and_double_nothing(app, chat):
    chat_id, people, nonces = chat.id, (chat.client_id, chat.realtor_id), [uuid4() for _ in range(20)]
    db.session.rollback()
    seen = []

    def work(person):
        for nonce in nonces:
            with app.app_context():
                mine = db.session.get_one(Conversation, chat_id)
                line = say_text(mine, db.session.get_one(User, people[person % 2]), "т", nonce)
                seen.append((line.nonce, line.seq))

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(seen) == 80 and len(set(seen)) == 20
    assert sorted(db.session.scalars(db.select(Message.seq))) == list(range(1, 21))
    chat, senders = db.session.get_one(Conversation, chat_id), list(db.session.scalars(db.select(Message.sender_id)))
    assert (chat.last_seq, chat.client_messages, chat.realtor_messages) == (20, *map(senders.count, people))


def test_closing_races_with_sending(app, chat):
    """Whatever was acknowledged stands before the closing line; after it nothing does."""
    chat_id, client_id, realtor_id, sent = chat.id, chat.client_id, chat.realtor_id, []
    db.session.rollback()

    def talk():
        for _ in range(30):
            with app.app_context(), contextlib.suppress(ConversationClosed):
                mine = db.session.get_one(Conversation, chat_id)
                sent.append(say_text(mine, db.session.get_one(User, realtor_id)).seq)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    conversations.close(db.session.get_one(Conversation, chat_id), actor=db.session.get_one(User, client_id))
    thread.join()
    db.session.rollback()
    stored = db.session.execute(db.select(Message.seq, Message.body).order_by(Message.seq)).all()
    assert [seq for seq, _ in stored] == list(range(1, len(stored) + 1))
    assert stored[-1].body == "closed" and sent == list(range(1, len(stored)))


def test_the_summary_follows_the_messages(chat):
    say_text(chat, chat.client, "Добрый  день\nи ещё")
    assert chat.last_preview == "Добрый день и ещё"
    assert (chat.unread(chat.client), chat.unread(chat.realtor)) == (0, 1)
    waiting = chat.waiting_since
    assert waiting
    say_text(chat, chat.client)
    assert chat.waiting_since == waiting, "the wait began with the first unanswered message"
    say_text(chat, chat.realtor)
    assert chat.waiting_since is None


@pytest.mark.parametrize(
    "body, code",
    [("", "empty"), (" \n\t ", "empty"), ("\u200b\u200d", "empty"), ("\x00\x07", "empty"), ("я" * 4001, "too_long")],
)
def test_what_is_not_a_message_is_refused(chat, body, code):
    with pytest.raises(InvalidInput) as refused:
        say_text(chat, chat.client, body)
    assert refused.value.code == code


@pytest.mark.parametrize("body", [None, 5, ["a"], {"a": 1}])
def test_a_body_of_another_type_is_refused(chat, body):
    with pytest.raises(InvalidInput):
        say_text(chat, chat.client, body)


def test_text_is_cleaned_but_not_altered(chat):
    assert say_text(chat, chat.client, "  <b>a</b>\r\nб\x00\ud800\u202e ").body == "<b>a</b>\nб"
    assert len(say_text(chat, chat.client, "я" * 4000).body) == 4000


@pytest.mark.parametrize("nonce", ["", "1", "not-a-uuid"])
def test_a_bad_nonce_is_refused(chat, nonce):
    with pytest.raises(InvalidInput):
        conversations.send(chat, nonce=nonce, body="т", actor=chat.client)


def test_only_the_two_people_may_send(chat, build):
    for outsider in (build.client(), build.realtor(), build.supervisor()):
        with pytest.raises(Forbidden):
            say_text(chat, outsider)


def test_the_client_closes_and_reopens_once(chat, heard):
    conversations.close(chat, actor=chat.client)
    conversations.close(chat, actor=chat.client)
    for person in (chat.realtor, chat.client):
        with pytest.raises(ConversationClosed):
            say_text(chat, person)
    conversations.reopen(chat, actor=chat.client)
    conversations.reopen(chat, actor=chat.client)
    say_text(chat, chat.realtor)
    bodies = db.session.scalars(db.select(Message.body).order_by(Message.seq)).all()
    assert bodies == ["closed", "reopened", "Здравствуйте!"]
    assert [e.name for e in heard].count("conversation:state") == 2
    tags = db.session.scalars(db.select(AuditEvent.tag).order_by(AuditEvent.id)).all()
    assert tags == ["conversation.closed", "conversation.reopened"]


def test_nobody_else_closes_or_reopens(chat, build):
    for person in (chat.realtor, build.client(), build.supervisor()):
        with pytest.raises(Forbidden):
            conversations.close(chat, actor=person)
    conversations.close(chat, actor=chat.client)
    with pytest.raises(Forbidden):
        conversations.reopen(chat, actor=chat.realtor)


def test_nobody_is_reopened_whose_account_is_gone(chat):
    conversations.close(chat, actor=chat.client)
    with transaction():
        chat.realtor.deleted_at = utcnow()
    with pytest.raises(RefusedMove):
        conversations.reopen(chat, actor=chat.client)


def test_starting_twice_is_one_conversation(build):
    inquiry = build.inquiry()
    realtor = build.realtor(city=inquiry.city)
    first = conversations.start(inquiry, realtor)
    assert conversations.start(inquiry, realtor).id == first.id
    lines = conversations.messages_since(first, 0)
    assert [line.body for line in lines] == [SystemEvent.ACCEPTED]
    assert first.unread(inquiry.client) == 1 and first.unread(realtor) == 0


def test_reading_goes_forward_only_and_never_past_the_end(chat, heard):
    for _ in range(3):
        say_text(chat, chat.client)
    conversations.mark_read(chat, 2, actor=chat.realtor)
    conversations.mark_read(chat, 1, actor=chat.realtor)
    assert chat.realtor_read_seq == 2
    conversations.mark_read(chat, 99, actor=chat.realtor)
    assert chat.realtor_read_seq == 3
    reads = [e.data["seq"] for e in heard if e.name == "message:read"]
    assert reads == [2, 3]


def test_an_owner_reading_marks_nothing(chat, build):
    say_text(chat, chat.client)
    with pytest.raises(Forbidden):
        conversations.mark_read(chat, 1, actor=build.supervisor())


def test_somebody_away_is_alerted_once_until_they_read(chat):
    say_text(chat, chat.client)
    say_text(chat, chat.client)
    count = db.select(db.func.count(Notification.id)).where(Notification.read_at.is_(None))
    assert db.session.scalar(count) == 1
    assert db.session.scalars(db.select(Delivery.kind)).all() == ["message"]
    conversations.mark_read(chat, 2, actor=chat.realtor)
    assert db.session.scalar(count) == 0
    say_text(chat, chat.client)
    assert db.session.scalar(count) == 1


def test_history_is_paged_both_ways(chat):
    for n in range(7):
        say_text(chat, chat.client, str(n))
    assert [m.body for m in conversations.messages_since(chat, 2, 3)] == ["2", "3", "4"]
    assert [m.body for m in conversations.messages_before(chat, limit=3)] == ["4", "5", "6"]
    assert [m.body for m in conversations.messages_before(chat, 3, limit=5)] == ["0", "1"]


def test_system_messages_speak_the_readers_language_and_side(build):
    inquiry = build.inquiry()
    realtor = build.realtor("Пётр Дворжак", city=inquiry.city)
    line = conversations.messages_since(conversations.start(inquiry, realtor), 0)[0]
    assert "Пётр Дворжак" in conversations.payload(line, "en", for_client=True)["body"]
    assert conversations.payload(line, "en")["body"].startswith("You accepted")
    assert conversations.payload(line, "ru")["sender"] is None

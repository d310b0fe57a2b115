"""Several events of one thread, in turn: one commit for what all of them store, and each has its own end."""

import threading
import time
from uuid import uuid4

from app.access import loaders
from app.access.permissions import Permission
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.services import conversations, transaction, turns


def sending(app, chat, said, **changes):
    """An event that sends the client's message, and notes what came of it in ``said``."""
    client_id, public_id = chat.client_id, chat.public_id

    def event():
        with app.app_context():
            client = db.session.get(User, client_id)
            conversation = loaders.get_visible(client, Conversation, public_id, Permission.MESSAGE_SEND)
            values = {"nonce": uuid4(), "body": "Добрый день", "actor": client} | changes
            said.append(conversations.send(conversation, **values))

    return event


def test_what_is_said_in_one_turn_is_stored_by_one_commit(app, context, build, driver_statements):
    chats, said = [build.conversation(realtor=build.realtor(last_seen_at=utcnow())) for _ in range(3)], []
    events = [sending(app, chat, said) for chat in chats]
    driver_statements.clear()
    turns.take(events)
    assert driver_statements.count("COMMIT") == 1
    assert [line.conversation for line in said] == [chat.public_id for chat in chats]
    db.session.rollback()  # what this test read before
    stored = db.session.query(Message).filter(Message.sender_id.is_not(None)).all()
    assert {one.public_id for one in stored} == {line.public_id for line in said}


def test_a_message_that_comes_twice_in_one_turn_is_stored_once_and_takes_back_no_other(app, context, build):
    chat, other, said, nonce = build.conversation(), build.conversation(), [], uuid4()
    twice = [sending(app, chat, said, nonce=nonce) for _ in range(2)]
    turns.take([*twice, sending(app, other, said)])
    first, again, third = said
    assert first.seq == again.seq and first.public_id == again.public_id
    assert third.conversation == other.public_id
    db.session.rollback()
    assert db.session.get(Conversation, chat.id).last_seq == first.seq


def test_in_a_thread_of_its_own_nobody_gives_way(context):
    turns.give_way()


def test_of_those_who_take_turns_one_works_and_another_while_it_waits(context):
    steps, done = [], threading.Event()

    def other():
        with turns.alone():
            steps.append("other")
        done.set()

    with turns.alone():
        threading.Thread(target=other).start()
        assert not done.wait(0.2)
        steps.append("first")
        with turns.waiting():
            assert done.wait(30)
        steps.append("first again")
    assert steps == ["first", "other", "first again"]


def test_whoever_waits_for_the_writer_keeps_nobody_from_working(app, context, build):
    chat, said, writes, there = build.conversation(), [], threading.Event(), threading.Event()
    event = sending(app, chat, said)

    def write():
        with app.app_context(), transaction.transaction():
            writes.set()
            there.wait(30)

    def send():
        with turns.alone():
            turns.take([event])

    threads = [threading.Thread(target=write), threading.Thread(target=send)]
    threads[0].start()
    assert writes.wait(30)
    threads[1].start()
    while not transaction._shares:
        time.sleep(0.01)
    free = turns._alone.acquire(timeout=10)
    there.set()
    if free:
        turns._alone.release()
    [thread.join(30) for thread in threads]
    assert free and len(said) == 1


def test_an_open_write_waits_for_nobody_who_works(app, context):
    begun, goes_on, through = threading.Event(), threading.Event(), threading.Event()

    def write():
        with app.app_context(), turns.alone(), transaction.transaction():
            begun.set()
            goes_on.wait(30)

    def write_too():
        with app.app_context(), transaction.transaction():
            through.set()

    threads = [threading.Thread(target=write), threading.Thread(target=write_too)]
    threads[0].start()
    assert begun.wait(30)
    with turns.alone():
        threads[1].start()
        goes_on.set()
        passed = through.wait(10)
    [thread.join(30) for thread in threads]
    assert passed


def test_whoever_has_been_patient_works_beside_the_others():
    worked = threading.Event()

    def impatient():
        with turns.alone(patience=0.01), turns.waiting():
            worked.set()

    with turns.alone():
        threading.Thread(target=impatient).start()
        assert worked.wait(10)
        assert not turns._alone.acquire(blocking=False)  # it gave back what it had, and no more

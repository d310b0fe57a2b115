"""kill -9 of the real processes, at one chosen point and at random ones."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import websocket

from app.extensions import db
from app.models.conversations import Message
from bench import kills
from tests.peer import sending


def test_a_server_killed_between_commit_and_acknowledgement_says_the_message_once(app, chat, serve, page_of, tmp_path):
    order = tmp_path / "die"
    server = serve(app, "tests.faults.dying:app", DIE_ONCE=str(order))
    client, first, second = page_of(chat.client, server), sending(chat, "первое"), sending(chat, "второе")
    order.touch()
    with pytest.raises((OSError, websocket.WebSocketException)):
        client.ask("message:send", first)
    assert not order.exists()
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1  # stored, and its sender does not know

    realtor, client = page_of(chat.realtor, server), page_of(chat.client, server)
    seen = realtor.ask("conversation:sync", {"conversation": str(chat.public_id), "since": 0})["messages"]
    for message in (first, second):
        assert client.ask("message:send", message)["ok"]
    assert realtor.wait_for("message")["nonce"] == second["nonce"]
    assert [m["nonce"] for m in seen] == [first["nonce"]]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 2


def test_killed_at_random_points_what_was_acknowledged_is_stored_and_delivered_once():
    with ThreadPoolExecutor(1) as aside:  # browser tests leave an event loop running in this thread
        found = aside.submit(kills.run, rounds=12, seed=7).result()
    wrong = {name: found[name] for name in kills.NEVER}
    assert wrong == dict.fromkeys(kills.NEVER, 0)
    assert found["messages"] >= 12 and found["letters"] >= 12

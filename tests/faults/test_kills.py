"""kill -9 of the real processes, at one chosen point and at random ones."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import websocket

from app.extensions import db
from app.models.conversations import Message
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import announcements
from bench import kills
from tests.live import session_cookie
from tests.peer import sending


def test_a_server_killed_between_commit_and_acknowledgement_says_the_message_once(app, chat, serve, page_of, tmp_path):
    order = tmp_path / "die"
    server = serve(app, "tests.faults.dying:app", DIE_ONCE=str(order))
    client, first, second = page_of(chat.client, server), sending(chat, "первое"), sending(chat, "второе")
    order.write_text("message")
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


def test_a_server_killed_right_after_an_inquiry_is_stored_leaves_its_telling_to_the_worker(
    app, build, serve, tmp_path, monkeypatch
):
    order = tmp_path / "die"
    realtors, client = [build.realtor() for _ in range(3)], build.client()
    server = serve(app, "tests.faults.dying:app", DIE_ONCE=str(order))
    order.write_text("inquiry:new")
    with pytest.raises(http.client.RemoteDisconnected):
        send_inquiry(server, session_cookie(app, client), realtors[0].realtor.city)
    assert (told(Notification), told(Delivery)) == ([], [])

    monkeypatch.setattr(announcements, "PATIENCE", announcements.PATIENCE * 0)
    assert [announcements.tell_forgotten(), announcements.tell_forgotten()] == [1, 0]
    everybody = [realtor.id for realtor in realtors]
    assert (told(Notification), told(Delivery)) == (everybody, everybody)


def told(model):
    db.session.rollback()
    return db.session.scalars(sa.select(model.user_id).order_by(model.user_id)).all()


def send_inquiry(server, cookie, city):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/", headers={"Cookie": f"otklik={cookie}"})
    page = connection.getresponse()
    cookie = page.getheader("Set-Cookie").split(";")[0]  # with its CSRF token
    hidden = re.findall(r'type="hidden"[^>]*name="(csrf_token|nonce)"[^>]*value="([^"]*)"', page.read().decode())
    fields = {"deal": "rent", "country": "CZ", "city": city.public_id, "property_type": "house", "currency": "EUR"}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/inquiries", urlencode(dict(hidden) | fields), headers)
    connection.getresponse()


def test_killed_at_random_points_what_was_acknowledged_is_stored_and_delivered_once(workplace, monkeypatch):
    monkeypatch.setenv("INSTANCE_PATH", str(workplace))  # the run has a folder of its own; the next test has not
    with ThreadPoolExecutor(1) as aside:  # browser tests leave an event loop running in this thread
        found = aside.submit(kills.run, rounds=12, seed=7, templates=workplace / "templates").result()
    wrong = {name: found[name] for name in kills.NEVER}
    assert wrong == dict.fromkeys(kills.NEVER, 0)
    assert found["messages"] >= 12 and found["letters"] >= 12

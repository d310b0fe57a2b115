"""The real thing on loopback: gunicorn's threads, real frames, a real kill -9."""

import re
import shutil
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

import pytest
import socketio
import websocket
from redis import Redis

from app.extensions import db
from app.models.conversations import Message
from app.sockets.queue import Queue
from tests.live import LiveServer, session_cookie
from tests.peer import Peer, sending

MEGABYTE = 1024 * 1024


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def peer_of(app, live_server):
    def connect(user, **options):
        return Peer(live_server, f"otklik={session_cookie(app, user)}" if user else "", **options)

    return connect


def memory(server):
    text = Path(f"/proc/{server.worker_pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", text)[1]) * 1024


def test_a_message_travels_between_two_people(chat, peer_of):
    client, realtor = peer_of(chat.client), peer_of(chat.realtor)
    said = client.ask("message:send", sending(chat))["message"]
    assert realtor.wait_for("message") == said


def test_what_is_written_leaves_the_log_before_a_commit_has_to_copy_it(chat, peer_of, tmp_path):
    assert peer_of(chat.client).ask("message:send", sending(chat))["ok"]
    db.session.rollback()  # what somebody still reads is not copied
    end = time.monotonic() + 30
    while not said_in(shutil.copy(db.engine.url.database, tmp_path / "without_its_log.sqlite3")):
        assert time.monotonic() < end, "it is still in the log alone"
        time.sleep(0.2)


def said_in(path):
    """How many messages a file of the database holds; none while it is being written."""
    with closing(sqlite3.connect(path)) as copied, suppress(sqlite3.DatabaseError):
        return copied.execute("SELECT count(*) FROM messages").fetchone()[0]


def test_what_was_acknowledged_survives_kill_9_and_is_stored_once(chat, peer_of, live_server):
    client, sent = peer_of(chat.client), [str(uuid4()) for _ in range(6)]
    for nonce in sent[:3]:
        assert client.ask("message:send", sending(chat, nonce=nonce))["ok"]
    live_server.restart()
    client = peer_of(chat.client)
    for nonce in sent[2:]:  # the page cannot know whether the third got through, so it says it again
        assert client.ask("message:send", sending(chat, nonce=nonce))["ok"]
    caught_up = peer_of(chat.realtor).ask("conversation:sync", {"conversation": str(chat.public_id), "since": 0})
    assert [m["nonce"] for m in caught_up["messages"]] == sent
    assert [m["seq"] for m in caught_up["messages"]] == [1, 2, 3, 4, 5, 6]
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count(Message.id))) == 6


def test_a_huge_frame_is_refused_before_it_is_buffered(live_server, peer_of):
    before = memory(live_server)
    for _ in range(3):
        peer = peer_of(None)
        with pytest.raises(OSError):
            for _ in range(40):
                peer.ws.send("4" + "x" * 4 * MEGABYTE)
    peer = peer_of(None)
    peer.ws.send("4" + "x" * 70_000)
    assert peer.is_hung_up()
    assert memory(live_server) - before < 16 * MEGABYTE


NOT_SOCKET_IO = ["", "xyz", "9", "4", "4x", "42[", '42{"a":1}', "42[]", '451-["a"]', "44", "b4AAAA"]


def test_what_is_not_socket_io_is_hung_up_on_and_harms_nobody(live_server, peer_of, chat):
    for words in NOT_SOCKET_IO:
        peer = peer_of(None)
        peer.ws.send(words)
        if words.startswith("45"):
            peer.ws.send_binary(b"x")
        assert peer.is_hung_up(), words
    assert peer_of(chat.client).ask("message:send", sending(chat))["ok"]
    assert "Traceback" not in live_server.log.read_text()


def test_who_does_not_hang_up_keeps_nobody_waiting(live_server):
    strangers = [socket.create_connection(("127.0.0.1", live_server.port)) for _ in range(5)]
    for stranger in strangers:
        stranger.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert stranger.recv(5) == b"HTTP/"
    try:  # two seconds for each of them would be too long
        assert urllib.request.urlopen(f"{live_server.url}/healthz", timeout=30).status == 200
    finally:
        for stranger in strangers:
            stranger.close()


BEGINNING = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("said", [BEGINNING, BEGINNING + b"Content-Length: 9\r\n\r\n"], ids=["half", "no body"])
def test_a_page_that_stops_in_the_middle_of_coming_in_keeps_nobody_waiting(live_server, peer_of, chat, said):
    stranger = socket.create_connection(("127.0.0.1", live_server.port))
    stranger.sendall(said)
    time.sleep(0.3)  # it is being served
    begin = time.monotonic()
    client = peer_of(chat.client)
    assert client.ask("message:send", sending(chat))["ok"]
    assert time.monotonic() - begin < 4  # for a body that does not come it is waited for five seconds
    stranger.close()


def test_strangers_stay_outside(live_server, peer_of, chat):
    with pytest.raises(websocket.WebSocketBadStatusException):
        peer_of(chat.client, origin="https://evil.example")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{live_server.url}/socket.io/?EIO=4&transport=polling")
    assert refused.value.code == 400
    greeting = peer_of(chat.client, auth={"person": str(chat.realtor.public_id)}).greeting
    assert greeting == '44{"message":"unauthorized"}'


def test_more_pages_than_threads_are_open_and_the_site_still_answers(live_server, peer_of, chat):
    live_server.env["THREADS"] = "4"
    live_server.restart()
    pages = [peer_of(chat.realtor) for _ in range(30)]
    said = peer_of(chat.client).ask("message:send", sending(chat))["message"]
    assert [page.wait_for("message") for page in pages] == [said] * 30
    assert urllib.request.urlopen(f"{live_server.url}/healthz", timeout=30).status == 200


@pytest.mark.redis
def test_nobody_comes_in_before_the_process_hears_the_others(redis_server):
    """What they say to a page that came in earlier would be lost to it."""

    class Slow(Queue):
        def _heard(self):
            time.sleep(0.3)
            yield from super()._heard()

    queue = Slow(redis_server.url)
    socketio.Server(async_mode="threading", client_manager=queue).manager.initialize()
    assert Redis.from_url(redis_server.url).pubsub_numsub(queue.channel) == [(queue.channel.encode(), 1)]


@pytest.mark.redis
def test_two_processes_hear_one_another_through_redis(app, workplace, chat, live_server, redis_server):
    live_server.env["REDIS_URL"] = redis_server.url
    live_server.restart()
    other = LiveServer(app.config["SETTINGS"], workplace, REDIS_URL=redis_server.url).start()
    try:
        client = Peer(live_server, f"otklik={session_cookie(app, chat.client)}")
        realtor = Peer(other, f"otklik={session_cookie(app, chat.realtor)}")
        said = client.ask("message:send", sending(chat))["message"]
        assert realtor.wait_for("message") == said
        assert realtor.ask("message:send", sending(chat, "и вам"))["ok"]
        while client.wait_for("message")["body"] != "и вам":
            client.events.pop(0)
    finally:
        other.kill()

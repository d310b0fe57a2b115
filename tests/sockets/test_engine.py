"""Open pages without threads of their own: the order of what one says, a page that does not read, one that is gone."""

import socket
import threading
import time

import pytest

from app.services import turns
from app.sockets import engine as engines
from app.sockets import frames
from tests.sockets.test_frames import sent


@pytest.fixture
def engine():
    engine = engines.Engine(async_mode="threading", ping_interval=0.2, ping_timeout=1)
    engine.workers, engine.at_once = 1, 16
    engine.heard = []
    engine.on("message", lambda sid, text: engine.heard.append((sid, text)))
    engine.start()
    return engine


@pytest.fixture
def page(engine):
    """``page()``: (the server's Connection, the browser's end of it)."""
    opened = []

    def open_page():
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.settimeout(30)
        sid = engine.generate_id()
        connection = engine.sockets[sid] = engines.Connection(engine, sid, ours)
        engine.connections[ours.fileno()] = connection
        engine.readiness.add(ours.fileno())
        connection.begin(b"")
        opened.append(theirs)
        return connection, theirs

    yield open_page
    for one in opened:
        one.close()


def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.01)


def test_what_one_page_says_is_worked_on_in_its_order(engine, page):
    said = [f"{n}" for n in range(300)]
    connection, browser = page()
    for n, text in enumerate(said):
        browser.sendall(sent(b"4" + text.encode(), mask=bytes([n % 256, 1, 2, 3])))
    until(lambda: len(engine.heard) == len(said))
    assert engine.heard == [(connection.sid, text) for text in said]


def test_a_page_that_does_not_read_is_waited_for_by_nobody_and_hung_up_on_in_the_end(engine, page, monkeypatch):
    monkeypatch.setattr(engines, "BACKLOG", 64 * 1024)
    (deaf, _), (other, browser) = page(), page()
    line = frames.frame(b"x" * 10_000)
    for _ in range(200):
        deaf.write(line)
        if deaf.closed:
            break
    until(lambda: deaf.sid not in engine.sockets)
    other.write(b"still here")
    assert browser.recv(100) == b"still here"


def test_what_a_slow_page_could_not_take_at_once_reaches_it_whole(page):
    connection, browser = page()
    line = frames.frame(b"x" * 50_000)
    for _ in range(18):
        connection.write(line)
    taken = b""
    while len(taken) < 18 * len(line):
        taken += browser.recv(65536)
    assert taken == 18 * line and not connection.closed


def test_a_page_that_answers_no_ping_is_gone_and_one_that_does_stays(engine, page):
    (silent, _), (alive, browser) = page(), page()
    for connection in (silent, alive):
        engine.heartbeat.ping_later(connection)
    while silent.sid in engine.sockets:
        assert browser.recv(3) == frames.frame(b"2")
        browser.sendall(sent(b"3"))
    assert alive.sid in engine.sockets


def test_whoever_leaves_is_forgotten_and_gives_the_descriptor_back(engine, page):
    left = []
    engine.on("disconnect", lambda sid, reason: left.append(sid))
    connection, browser = page()
    browser.close()
    until(lambda: connection._socket is None)
    assert left == [connection.sid] and not engine.sockets and not engine.connections


def test_what_an_event_says_to_its_own_page_leaves_with_its_answer_in_order(engine, page):
    connection, browser = page()
    steps = [threading.Event(), threading.Event()]

    def hear(sid, text):
        connection.write(frames.frame(b"mine"))
        steps[0].set()
        steps[1].wait(30)
        connection.write(frames.frame(b"answer"))

    engine.on("message", hear)
    browser.sendall(sent(b"4say"))
    assert steps[0].wait(30)
    connection.write(frames.frame(b"another's"))
    steps[1].set()
    said = b"".join(map(frames.frame, (b"mine", b"another's", b"answer")))
    heard = b""
    while len(heard) < len(said):
        heard += browser.recv(1000)
    assert heard == said


def test_pages_that_speak_at_once_are_worked_on_in_turn_by_one_thread(engine, page):
    """Each comes as far as its commit before the first of them is stored and answered."""
    (busy, first), (_, second), (_, third) = page(), page(), page()
    free, heard = threading.Event(), []

    def hear(sid, text):
        if sid == busy.sid:
            heard.append("busy")
            free.wait(30)
            return
        heard.append(f"{text} comes")
        turns.give_way()
        heard.append(f"{text} is stored")

    engine.on("message", hear)
    first.sendall(sent(b"4wait"))
    until(lambda: heard)
    second.sendall(sent(b"4left"))
    third.sendall(sent(b"4right"))
    free.set()
    until(lambda: len(heard) == 5)
    assert [said.split()[1] for said in heard[1:]] == ["comes", "comes", "is", "is"]
    assert heard[1].split()[0] == heard[3].split()[0]


def test_who_says_much_lets_others_speak_in_between(engine, page):
    lock, came = threading.Lock(), threading.Event()
    engine.on("message", lambda sid, text: (came.set(), lock.acquire(), lock.release(), engine.heard.append(sid)))
    (_, its), (quiet, other) = page(), page()
    with lock:
        its.sendall(b"".join(sent(b"4" + b"x" * 20, mask=b"abcd") for _ in range(500)))
        assert came.wait(30)
        other.sendall(sent(b"4hello", mask=b"abcd"))
    until(lambda: len(engine.heard) == 501)
    assert engine.heard.index(quiet.sid) < 200

import time

import pytest
import websocket

from tests.live import LiveServer, session_cookie
from tests.peer import Peer


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def serve(workplace):
    """``serve(app, program, **environment)``: one more web process on this application's database."""
    running = []

    def start(app, program="wsgi:app", **environment):
        running.append(LiveServer(app.config["SETTINGS"], workplace, program, **environment).start())
        return running[-1]

    yield start
    for server in running:
        server.kill()


@pytest.fixture
def page_of(app):
    """``page_of(user, server)``: a connected Peer; it tries for a while, as a page does whose server is coming back."""

    def connect(user, server, seconds=60):
        cookie, end = f"otklik={session_cookie(app, user)}", time.monotonic() + seconds
        while True:
            try:
                return Peer(server, cookie)
            except (OSError, websocket.WebSocketException):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    return connect


@pytest.fixture
def until():
    """``until(true)``: what it gives once it is true, asked again and again."""

    def wait(true, seconds=60):
        end = time.monotonic() + seconds
        while not (found := true()):
            assert time.monotonic() < end, "it never became true"
            time.sleep(0.05)
        return found

    return wait

import pytest

from app.extensions import socketio


@pytest.fixture
def socket_of(app, browser_of, visitor):
    """``socket_of(user)``: a connected Socket.IO client of that person; of None: a visitor's."""
    opened = []

    def make(user, **options):
        browser = browser_of(user) if user else app.test_client()
        client = socketio.test_client(app, flask_test_client=browser, **options)
        opened.append(client)
        return client

    yield make
    for client in opened:
        if client.is_connected():
            client.disconnect()


def received(client):
    return [(e["name"], e["args"][0] if isinstance(e["args"], list) else e["args"]) for e in client.get_received()]


@pytest.fixture
def heard_by():
    """``heard_by(client)``: (event, payload) pairs since last asked, without what rings the bell."""
    return lambda client: [pair for pair in received(client) if pair[0] != "notification"]


@pytest.fixture
def bell_of():
    """``bell_of(client)``: the payloads of the notifications since last asked."""
    return lambda client: [payload for event, payload in received(client) if event == "notification"]

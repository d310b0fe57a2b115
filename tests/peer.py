"""A page as the server sees it: a Socket.IO client of few words over one plain WebSocket."""

import json
from uuid import uuid4

import websocket


class Peer:
    """A Socket.IO client of few words over one plain WebSocket."""

    def __init__(self, server, cookie="", origin=None, auth=None):
        self.server = server
        url = f"{server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        self.ws = websocket.create_connection(url, timeout=30, cookie=cookie, origin=origin or server.url)
        self.ws.recv()
        self.ws.send("40" + (json.dumps(auth) if auth else ""))
        self.greeting = self.ws.recv()
        self.events = []

    def ask(self, event, payload):
        self.ws.send("421" + json.dumps([event, payload]))
        while True:
            said = self.ws.recv()
            if said.startswith("431"):
                return json.loads(said[3:])[0]
            self.hear(said)

    def hear(self, said=None):
        said = said if said is not None else self.ws.recv()
        if said == "2":
            self.ws.send("3")
        elif said.startswith("42"):
            self.events.append(json.loads(said[2:]))
        return said

    def wait_for(self, event):
        while not any(name == event for name, _ in self.events):
            assert self.hear() != "", "the server hung up"
        return next(payload for name, payload in self.events if name == event)

    def is_hung_up(self):
        try:
            while self.ws.recv():
                pass
        except websocket.WebSocketTimeoutException:
            return False
        except (ConnectionError, websocket.WebSocketException):
            pass
        return True


def sending(chat, body="т", nonce=None):
    return {"conversation": str(chat.public_id), "nonce": nonce or str(uuid4()), "kind": "text", "body": body}

"""The floor of the chat: a bare python-socketio server that hands a message to both sides; nothing is stored.

Its threads are python-socketio's own, three for each connection; with OWN_ENGINE set it runs on ours, as on SQLite.
With STORED_IN naming a file it also numbers and stores each message there, for good, several with one commit: the least
that a chat can do, without people, permissions or rules.
"""

import json
import os
import sqlite3
import threading
from collections import deque

import socketio
from flask import Flask

from app.services import turns
from app.sockets.engine import Engine

# As many connections as threads: with the hundred that are usual, a busy echo loses messages.
PLENTY = {"max_connections": 4000}
queue = socketio.RedisManager(os.environ["REDIS_URL"], redis_options=PLENTY) if os.environ.get("REDIS_URL") else None
server = socketio.Server(async_mode="threading", async_handlers=False, cors_allowed_origins="*", client_manager=queue)
if os.environ.get("OWN_ENGINE"):  # the stricter floor: what our program costs above the engine it runs on
    server.eio.__class__ = Engine
    server.eio.workers, server.eio.at_once = 2, 64
page = Flask(__name__)


class Store:
    """Who writes next takes along what the others of its turn, and other threads, want to write."""

    SCHEMA = """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
        CREATE TABLE chats (name TEXT PRIMARY KEY, last_seq INT) WITHOUT ROWID;
        CREATE TABLE messages (id INTEGER PRIMARY KEY, chat TEXT, seq INT, nonce TEXT, body TEXT);
        CREATE UNIQUE INDEX numbered ON messages (chat, seq); CREATE UNIQUE INDEX once ON messages (chat, nonce);
    """
    NUMBER = "INSERT INTO chats VALUES (?, 1) ON CONFLICT DO UPDATE SET last_seq = last_seq + 1 RETURNING last_seq"

    def __init__(self, path):
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(self.SCHEMA)
        self._waiting, self._writing = deque(), threading.Lock()

    def __call__(self, chat, payload):
        """The number that this message of ``chat`` has got, once it is on the disk."""
        wanted = {"chat": chat, "payload": payload}
        self._waiting.append(wanted)
        turns.give_way()
        if "seq" not in wanted:
            with turns.waiting():
                self._writing.acquire()
            try:
                if "seq" not in wanted:
                    self._write()
            finally:
                self._writing.release()
        return wanted["seq"]

    def _write(self):
        self._connection.execute("BEGIN IMMEDIATE")
        together = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for one in together:
            one["number"] = self._connection.execute(self.NUMBER, (one["chat"],)).fetchone()[0]
            row = one["chat"], one["number"], one["payload"]["nonce"], json.dumps(one["payload"])
            self._connection.execute("INSERT INTO messages (chat, seq, nonce, body) VALUES (?, ?, ?, ?)", row)
        with turns.waiting():
            self._connection.execute("COMMIT")
        for one in together:
            one["seq"] = one["number"]


store = Store(os.environ["STORED_IN"]) if os.environ.get("STORED_IN") else None


@page.get("/")
def hello():
    return "<!doctype html><title>hello</title><h1>hello</h1>"


@server.event
def connect(sid, environ, auth):
    server.enter_room(sid, auth["me"])
    server.save_session(sid, auth)


@server.on("message:send")
def pass_on(sid, payload):
    session = server.get_session(sid)
    if store:
        payload["seq"] = store(session["me"], payload)
    server.emit(
        "message", payload, to=[session["peer"], session["me"]]
    )  # as a chat: every page of either side hears it
    return {"ok": True}


@server.on("broadcast")
def to_everybody(sid, payload):
    server.emit("inquiry:new", payload)
    return {"ok": True}


app = socketio.WSGIApp(server, page)

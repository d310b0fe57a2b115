"""The floor of the chat: a bare python-socketio server that hands a message to both sides; nothing is stored.

Its threads are python-socketio's own, three for each connection; with OWN_ENGINE set it runs on ours.
"""

import os

import socketio
from flask import Flask

from app.sockets.engine import Engine

# As many connections as threads: with the hundred that are usual, a busy echo loses messages.
PLENTY = {"max_connections": 4000}
queue = socketio.RedisManager(os.environ["REDIS_URL"], redis_options=PLENTY) if os.environ.get("REDIS_URL") else None
server = socketio.Server(async_mode="threading", async_handlers=False, cors_allowed_origins="*", client_manager=queue)
if os.environ.get("OWN_ENGINE"):  # the stricter floor: what our program costs above the engine it runs on
    server.eio.__class__ = Engine
page = Flask(__name__)


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
    server.emit(
        "message", payload, to=[session["peer"], session["me"]]
    )  # as a chat: every page of either side hears it
    return {"ok": True}


@server.on("broadcast")
def to_everybody(sid, payload):
    server.emit("inquiry:new", payload)
    return {"ok": True}


app = socketio.WSGIApp(server, page)

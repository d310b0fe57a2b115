"""Listeners that cost a few microseconds an event: hundreds of them hear a broadcast while the server keeps its cores.

Each is a bare socket that speaks just enough WebSocket, Engine.IO 4 and Socket.IO 5 to stay connected; one epoll waits
for all of them, and what arrives is searched for the event's name instead of being read.
"""

import base64
import json
import os
import selectors
import socket
import time
from urllib.parse import urlsplit

PING, PONG = b"\x81\x012", b"3"


class Ears:
    """Connected listeners of one server; ``people`` are their cookies or their Socket.IO ``auth`` texts."""

    def __init__(self, base, people, *, sign_in):
        self.address = urlsplit(base)
        self.selector = selectors.DefaultSelector()
        self.sockets = [self._connect(who if sign_in == "cookie" else "", who) for who in people]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.selector.close()
        for one in self.sockets:
            one.close()

    def _connect(self, cookie, auth):
        one = socket.create_connection((self.address.hostname, self.address.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", f"Host: {self.address.netloc}"]
        lines += [f"Origin: {self.address.scheme}://{self.address.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"Cookie: {cookie}"] if cookie else []
        one.sendall("\r\n".join([*lines, "", ""]).encode())
        _until(one, b'"pingInterval"')
        one.sendall(_frame(b"40" if cookie else b"40" + auth.encode()))
        _until(one, b'40{"sid"')
        one.setblocking(False)
        self.selector.register(one, selectors.EVENT_READ)
        return one

    def say(self, event, payload):
        """The first of them sends an event."""
        self.sockets[0].sendall(_frame(f"42{json.dumps([event, payload])}".encode()))

    def hear(self, event, seconds):
        """When each of them heard ``event`` first, as time.perf_counter() gives it, in that order."""
        wanted, waiting, times, end = event.encode(), set(self.sockets), [], time.perf_counter() + seconds
        while waiting and time.perf_counter() < end:
            for ready, _ in self.selector.select(0.1):
                said = _said(ready.fileobj)
                if wanted in said and ready.fileobj in waiting:
                    waiting.discard(ready.fileobj)
                    times.append(time.perf_counter())
        if waiting:
            raise TimeoutError(f"{len(waiting)} of {len(self.sockets)} never heard {event}")
        return times

    def rest(self, seconds):
        """Stay connected, and forget what is said meanwhile."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            for ready, _ in self.selector.select(left):
                _said(ready.fileobj)


def _said(one):
    said = one.recv(65_536)
    if not said:
        raise ConnectionError("the server hung up")
    if PING in said:
        one.sendall(_frame(PONG))
    return said


def _until(one, wanted):
    said = b""
    while wanted not in said:
        more = one.recv(4096)
        if not more:
            raise ConnectionError(said[:200])
        said += more


def _frame(text):
    """A masked text frame (the mask is zero: nobody is in between)."""
    return bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text

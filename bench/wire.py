"""A thin Socket.IO client over one WebSocket: light enough that a thousand of them leave the server its cores.

It speaks just what a measurement needs of Engine.IO 4 and Socket.IO 5: connect, ping, events, acknowledgements.
"""

import asyncio
import json
from urllib.parse import urlsplit

HELLO = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{cookie}\r\n"
)
PATIENCE = 60  # seconds until a connection that is not answered fails


class Wire(asyncio.Protocol):
    """One connected person. ``on_event(name, payload)`` is called for each server event; ``over``: the line is."""

    def __init__(self, base, cookie="", auth=None):
        self.base, self.cookie, self.auth = base, cookie, auth
        self.on_event = lambda name, payload: None

    async def connect(self):
        loop = asyncio.get_running_loop()
        self.acks, self.next_ack, self.buffer, self.upgraded = {}, 0, b"", False
        self.ready, self.over = loop.create_future(), loop.create_future()
        place = urlsplit(self.base)
        await loop.create_connection(lambda: self, place.hostname, place.port)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        self.transport.write(HELLO.format(host=place.netloc, base=self.base, cookie=cookie).encode())
        await asyncio.wait_for(self.ready, PATIENCE)
        return self

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        broken = ConnectionResetError("the line broke")
        for waiting in (self.ready, *self.acks.values()):
            if not waiting.done():
                waiting.set_exception(broken)
        self.acks.clear()
        if not self.over.done():
            self.over.set_result(None)

    def data_received(self, data):
        self.buffer += data
        if not self.upgraded:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.ready.set_exception(ConnectionError(head[:200].decode()))
                self.transport.close()
                return
            self.upgraded, self.buffer = True, rest
        self._read_frames()

    def _read_frames(self):
        buffer, at = self.buffer, 0
        while len(buffer) - at >= 2:
            start, length = at + 2, buffer[at + 1]
            if length == 126:
                start, length = at + 4, int.from_bytes(buffer[at + 2 : at + 4])
            elif length == 127:
                start, length = at + 10, int.from_bytes(buffer[at + 2 : at + 10])
            if len(buffer) < start + length:
                break
            if buffer[at] == 0x81:
                self._hear(buffer[start : start + length])
            at = start + length
        self.buffer = buffer[at:]

    def _hear(self, text):
        kind = text[:2]
        if kind == b"42":
            name, *payload = json.loads(text[2:])
            self.on_event(name, payload[0] if payload else None)
        elif kind == b"43":
            start = text.index(b"[")
            waiting = self.acks.pop(int(text[2:start]), None)
            if waiting and not waiting.done():
                waiting.set_result(json.loads(text[start:])[0])
        elif kind == b"2":
            self._say(b"3")
        elif kind[:1] == b"0":
            self._say(b"40" + (json.dumps(self.auth).encode() if self.auth else b""))
        elif kind in (b"40", b"44") and not self.ready.done():
            answer = ConnectionError(text[:200].decode()) if kind == b"44" else None
            self.ready.set_exception(answer) if answer else self.ready.set_result(None)

    def _say(self, text):
        """One masked frame; a mask of zeros costs this side nothing."""
        length = len(text)
        size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2)
        self.transport.write(b"\x81" + size + b"\0\0\0\0" + text)

    async def call(self, name, payload):
        """Send an event and wait for its acknowledgement. Raises ConnectionError when the line breaks before."""
        if self.over.done():
            raise ConnectionResetError("the line is broken")
        number, self.next_ack = self.next_ack, self.next_ack + 1
        self.acks[number] = answer = asyncio.get_running_loop().create_future()
        self._say(f"42{number}".encode() + json.dumps([name, payload]).encode())
        return await answer

    async def close(self):
        self.transport.close()
        await self.over


async def connect_all(base, cookies=None, auths=None, at_once=25):
    """Connect many people, a few at a time, as a morning would. ``base``: one address, or several to spread over."""
    bases = [base] if isinstance(base, str) else base
    people = [{"cookie": cookie} for cookie in cookies] if cookies else [{"auth": auth} for auth in auths]
    wires = [Wire(bases[n % len(bases)], **who) for n, who in enumerate(people)]
    for start in range(0, len(wires), at_once):
        await asyncio.gather(*(wire.connect() for wire in wires[start : start + at_once]))
    return wires

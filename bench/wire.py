"""A thin Socket.IO client over one WebSocket: light enough that hundreds of them leave the server its cores.

It speaks just what a measurement needs of Engine.IO 4 and Socket.IO 5: connect, ping, events, acknowledgements.
"""

import asyncio
import json


class Wire:
    """One connected person. ``on_event(name, payload)`` is called for each server event."""

    def __init__(self, http, base, cookie="", auth=None):
        self.http, self.base, self.cookie, self.auth = http, base, cookie, auth
        self.on_event = lambda name, payload: None
        self.acks, self.next_ack = {}, 0

    async def connect(self):
        headers = {"Origin": self.base} | ({"Cookie": self.cookie} if self.cookie else {})
        address = self.base.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.socket = await self.http.ws_connect(address, headers=headers, max_msg_size=0)
        await self.socket.receive_str()  # "0{…}": the engine's hello
        await self.socket.send_str("40" + (json.dumps(self.auth) if self.auth else ""))
        answer = await self.socket.receive_str()
        if not answer.startswith("40"):
            raise ConnectionError(answer[:200])
        self.reader = asyncio.create_task(self._read())
        return self

    async def _read(self):
        async for frame in self.socket:
            text = frame.data
            if text == "2":
                await self.socket.send_str("3")
            elif text.startswith("42"):
                name, *payload = json.loads(text[text.index("[") :])
                self.on_event(name, payload[0] if payload else None)
            elif text.startswith("43"):
                start = text.index("[")
                self.acks.pop(int(text[2:start])).set_result(json.loads(text[start:])[0])

    async def call(self, name, payload):
        """Send an event and wait for its acknowledgement."""
        number, self.next_ack = self.next_ack, self.next_ack + 1
        self.acks[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_str(f"42{number}" + json.dumps([name, payload]))
        return await asyncio.wait_for(self.acks[number], 30)

    async def close(self):
        self.reader.cancel()
        await self.socket.close()


async def connect_all(http, base, cookies=None, auths=None, at_once=25):
    """Connect many people, a few at a time, as a morning would. ``base``: one address, or several to spread over."""
    bases = [base] if isinstance(base, str) else base
    people = [{"cookie": cookie} for cookie in cookies] if cookies else [{"auth": auth} for auth in auths]
    wires = [Wire(http, bases[n % len(bases)], **who) for n, who in enumerate(people)]
    for start in range(0, len(wires), at_once):
        await asyncio.gather(*(wire.connect() for wire in wires[start : start + at_once]))
    return wires

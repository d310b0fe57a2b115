"""Socket.IO packets of a chat: JSON without attachments; no payload is searched for bytes, and letters stay letters."""

import json

from socketio.packet import Packet

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Json(str):
    """JSON text: what is said to many, or made of many, is written once, and stands in a payload as it is."""

    __slots__ = ()


def text(value):
    """``value`` as JSON. It may be Json, or a dict whose own values are, no deeper."""
    kind = type(value)
    if kind is Json:
        return value
    if kind is dict and Json in map(type, value.values()):
        return "{" + ",".join([f"{_encode(key)}:{text(one)}" for key, one in value.items()]) + "}"
    return _encode(value)


class _Json:
    """What python-socketio asks of its json module."""

    loads = staticmethod(json.loads)

    @staticmethod
    def dumps(data, **_options):
        return "[" + ",".join(map(text, data)) + "]" if type(data) is list else _encode(data)


class TextPacket(Packet):
    uses_binary_events = False
    json = _Json


class Answer(str):
    """An acknowledgement, ready to go."""

    __slots__ = ()
    START = "3"  # Socket.IO's word for one

    def encode(self):
        return str(self)

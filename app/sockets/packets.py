"""Socket.IO packets of a chat: JSON without attachments; no payload is searched for bytes, and letters stay letters."""

import json

from socketio.packet import Packet


class _Json:
    """What python-socketio asks of its json module; the encoder is made once."""

    _encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
    loads = staticmethod(json.loads)

    @classmethod
    def dumps(cls, data, **_options):
        return cls._encode(data)


class TextPacket(Packet):
    uses_binary_events = False
    json = _Json

"""WebSocket frames (RFC 6455) as the server of a chat needs them: short texts, no extensions, no compression.

What a frame may weigh is refused before it is buffered: an unauthenticated 150 MB frame must cost nothing. And no
permessage-deflate: 64 KB of it may unfold into 64 MB, and each connection would keep two dictionaries.
"""

from base64 import b64encode
from hashlib import sha1

FRAME_LIMIT = 64 * 1024
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_CONTINUATION, _CONTROL, _FINAL, _MASKED = 0x0, 0x8, 0x80, 0x80
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Broken(Exception):
    """The other side does not speak as it must; the connection ends."""


def upgrade(environ):
    """The answer that opens the connection. Raises Broken when the request is no WebSocket handshake."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    upgrades = "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
    if not key or not upgrades or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        raise Broken
    accept = b64encode(sha1(key.encode("latin-1") + _GUID).digest())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"


def frame(payload, kind=TEXT):
    """One whole frame of bytes, as a server sends it: without a mask."""
    size = len(payload)
    if size < 126:
        return bytes((_FINAL | kind, size)) + payload
    if size < 65536:
        return bytes((_FINAL | kind, 126)) + size.to_bytes(2) + payload
    return bytes((_FINAL | kind, 127)) + size.to_bytes(8) + payload


class Reader:
    """What arrives on one connection, put together again."""

    __slots__ = ("_rest", "_parts")

    def __init__(self):
        self._rest = self._parts = b""  # a frame that has not wholly come; a text whose end has not

    def feed(self, data):
        """(kind, payload) of each text and control frame that ``data`` completes. Raises Broken."""
        data = self._rest + data if self._rest else data
        self._rest, at = b"", 0
        while (found := _measure(data, at)) is not None:
            first, start, end = found
            mask, payload = data[start - 4 : start], data[start:end]
            at = end
            if (whole := self._join(first, _unmask(payload, mask))) is not None:
                yield whole
        self._rest = data[at:]

    def _join(self, first, payload):
        kind, final = first & 0x0F, first & _FINAL
        if kind in (CLOSE, PING, PONG):
            return kind, payload
        if (kind == _CONTINUATION) != bool(self._parts):
            raise Broken
        if not final:
            self._parts = (self._parts or b"") + payload
            if not self._parts or len(self._parts) > FRAME_LIMIT:
                raise Broken
            return None
        whole, self._parts = self._parts + payload, b""
        if len(whole) > FRAME_LIMIT:
            raise Broken
        return TEXT, whole


def _measure(data, at):
    """(first byte, where the payload starts, where it ends) of the frame at ``at``, or None while it is not whole."""
    have = len(data) - at
    if have < 2:
        return None
    first, size, start = data[at], data[at + 1] ^ _MASKED, at + 6
    _check(first, size)
    if size == 126:
        start, size = at + 8, int.from_bytes(data[at + 2 : at + 4]) if have >= 4 else 126
    elif size == 127:
        start, size = at + 14, int.from_bytes(data[at + 2 : at + 10]) if have >= 10 else 127
    if size > FRAME_LIMIT:
        raise Broken
    return (first, start, start + size) if len(data) >= start + size else None


def _check(first, size):
    """``size``: the second byte with its mask bit turned over, so that a frame without a mask is above 127."""
    kind = first & 0x0F
    if size > 127 or first & 0x70 or kind not in (_CONTINUATION, TEXT, CLOSE, PING, PONG):
        raise Broken  # a browser masks what it sends; we agreed on no extension; nobody here sends binary frames
    if kind & _CONTROL and (size > 125 or not first & _FINAL):
        raise Broken


def _unmask(payload, mask):
    size = len(payload)
    pattern = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(pattern)).to_bytes(size)

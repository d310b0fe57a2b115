"""What one frame may weigh, refused before it is buffered.

Engine.IO compares a frame with max_http_buffer_size only after the whole of it lies in memory, and never passes
simple-websocket its own limit. These two small classes do, and drop what a message need not pay for.
"""

import simple_websocket
import structlog
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from wsproto.events import TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

log = structlog.get_logger()
FRAME_LIMIT = 64 * 1024
_PACKET_TYPES = frozenset("0123456")


class _NoThread:
    """In place of the thread that would read for the one which waits for what was read."""

    name = ""

    def __init__(self, target):
        pass

    def start(self):
        pass


class BoundedSocket(simple_websocket.Server):
    """Whoever waits for a message reads the connection too: one thread less a person, one hand-over less a message."""

    def __init__(self, environ, **options):
        super().__init__(environ, thread_class=_NoThread, **options)

    def receive(self, timeout=None):
        while self.connected and not self.input_buffer:
            self._read()
        if self.input_buffer:
            return self.input_buffer.pop(0)
        self.sock.close()
        raise simple_websocket.ConnectionClosed(self.close_reason, self.close_message)

    def _read(self):
        try:
            received = self.sock.recv(self.receive_bytes)
            self.ws.receive_data(received or None)
            self.connected = bool(received) and self._handle_events()
        except (OSError, LocalProtocolError, RemoteProtocolError):
            self.connected = False

    def send(self, data):
        if not self.connected:
            raise simple_websocket.ConnectionClosed(self.close_reason, self.close_message)
        self.sock.sendall(self.ws.send(TextMessage(data)))  # the base class may leave the end of a long one unsent


class BoundedWebSocket(SimpleWebSocketWSGI):
    """A text of more than FRAME_LIMIT, a binary frame or what is no Engine.IO packet ends the connection."""

    def __call__(self, environ, start_response):
        # No permessage-deflate: 64 KB of it may unfold into 64 MB, and each connection keeps two dictionaries.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        self.ws = BoundedSocket(environ, max_message_size=FRAME_LIMIT, **self.server_args)
        answer = self.app(self)
        if self.ws.mode == "gunicorn":
            raise StopIteration()
        if self.ws.mode == "werkzeug":
            raise ConnectionError()
        return answer

    def wait(self):
        packet = super().wait()
        return packet if isinstance(packet, str) and packet[:1] in _PACKET_TYPES else None


def bound(server):
    """Make the Socket.IO ``server`` speak through BoundedWebSocket and hang up on whoever does not speak Socket.IO."""
    server.eio._async = {**server.eio._async, "websocket": BoundedWebSocket}
    understand = server.eio.handlers["message"]

    def read(eio_sid, data):
        try:
            understand(eio_sid, data)
        except Exception as error:  # our own handlers answer their errors themselves (base.on)
            log.info("socket_packet_refused", error=type(error).__name__)
            server.eio.disconnect(eio_sid)

    server.eio.on("message", read)

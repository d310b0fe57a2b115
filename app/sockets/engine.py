"""Engine.IO over a few threads in place of three for each open page.

The web server's thread only opens the connection; then it is free again. A few threads (``workers``) wait together for
whatever any page says (readiness.py), a message to a page is written by whoever has something to say, and one more
thread keeps the heartbeats. A page that does not read is not waited for: what it has not taken is kept, up to
BACKLOG; then it is hung up on, comes back and catches up.
"""

import os
import resource
import socket
import threading
import time
from collections import deque
from contextlib import nullcontext, suppress

import engineio
import structlog
from engineio import packet
from greenlet import getcurrent

from app.services import turns
from app.sockets import frames
from app.sockets.readiness import Readiness

log = structlog.get_logger()
CHUNK = 16 * 1024
HEARD = 2 * 1024  # bytes of a page in one turn: others wait for its turn, and what is left stands in the kernel
BACKLOG = 1024 * 1024
SPARE = 256  # file descriptors left for everything that is no open page
BEAT = 0.02  # seconds between two beats at least; in each a few pages are asked, so that a message never waits for many
_MESSAGE, _PONG, _GOODBYE, _PACKETS = "4", "3", "1", "0123456"
_CLOSED = frames.frame(b"\x03\xe8", frames.CLOSE)  # 1000: a normal end


class Connection:
    """One open page, in place of engineio's Socket: the same few methods, without its queue and its threads."""

    __slots__ = ("server", "sid", "session", "closed", "pinged", "_closing", "_socket", "_fd", "_frames")
    __slots__ += ("_lock", "_busy", "_by", "_unsent")
    connected = upgraded = True

    def __init__(self, server, sid, taken):
        self.server, self.sid, self.session = server, sid, {}
        self.closed = self.pinged = self._closing = False
        self._busy = True  # nothing is read before the greeting is on its way
        self._by = None  # whoever works on an event of this page
        self._socket, self._fd, self._frames, self._unsent = taken, taken.fileno(), frames.Reader(), b""
        self._lock = threading.Lock()

    def send(self, pkt):
        """Engine.IO's door: a packet for this page. What goes to many is made a frame once."""
        framed = getattr(pkt, "framed", None)
        if framed is None:
            framed = pkt.framed = frames.frame(pkt.encode().encode(errors="replace"))
        self.write(framed)

    def write(self, data):
        """At once; but what a page's own event says to it leaves together with its answer."""
        with self._lock:
            if self.closed or self._socket is None:
                return
            answering, waits = self._by is getcurrent(), bool(self._unsent)
            self._unsent += data
            if answering and len(self._unsent) < CHUNK:
                return
            if answering or not waits:
                self._unsent = self._push(self._unsent)
            if len(self._unsent) > BACKLOG:
                self._hang_up()
            elif self._unsent:
                self._arm()

    def _push(self, data):
        """What the kernel did not take."""
        try:
            return data[self._socket.send(data) :]
        except BlockingIOError:
            return data
        except OSError:
            self._hang_up()
            return b""

    def _hang_up(self):
        """Whoever reads will see the end, and tidy up."""
        with suppress(OSError):  # the other side was faster
            self._socket.shutdown(socket.SHUT_RDWR)

    def _arm(self):
        self.server.readiness.arm(self._fd, reading=not self._busy, writing=bool(self._unsent))

    def begin(self, greeting):
        self.write(greeting)
        self._rest()

    def work(self):
        """Something has arrived, or there is room again to send. One thread at a time reads."""
        with self._lock:
            if self._socket is None:
                return
            if self._unsent:
                self._unsent = self._push(self._unsent)
            if self._busy:
                if self._unsent:
                    self._arm()
                return
            self._busy = True
        try:
            self._read()
        except Exception:
            log.exception("socket_failed")
            self.close(abort=True)
        finally:
            self._rest()

    def _rest(self):
        """This thread has read enough for now."""
        with self._lock:
            self._busy = False
            if self.closed:
                self._dispose()
            elif not self._closing:
                self._arm()

    def _dispose(self):
        """Give the descriptor back, while nobody reads: its number may be another connection's a moment later."""
        if self._socket is not None:
            self.server.connections.pop(self._fd, None)
            self._socket.close()
            self._socket, self._unsent = None, b""

    def _read(self):
        try:
            data = self._socket.recv(HEARD)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            return
        try:
            for kind, payload in self._frames.feed(data):
                if self.closed:
                    return
                self._hear(kind, payload)
        except (frames.Broken, UnicodeDecodeError):
            self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)

    def _hear(self, kind, payload):
        if kind == frames.TEXT:
            self._hear_packet(payload.decode())
        elif kind == frames.PING:
            self.write(frames.frame(payload, frames.PONG))
        elif kind == frames.CLOSE:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    def _hear_packet(self, text):
        sort = text[:1]
        if sort == _MESSAGE:
            self._hear_message(text[1:])
        elif sort == _PONG:
            self.pinged = False
            self.server.heartbeat.ping_later(self)
        elif sort == _GOODBYE or not sort or sort not in _PACKETS:
            self.close(abort=True, reason=self.server.reason.CLIENT_DISCONNECT)

    def _hear_message(self, text):
        self._by = getcurrent()
        try:
            self.server.handlers["message"](self.sid, text)
        except Exception as error:  # our own handlers answer their errors themselves (base.on)
            log.info("socket_packet_refused", error=type(error).__name__)
            self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
        with self._lock:
            self._by = None
            if self._unsent and not self.closed:
                self._unsent = self._push(self._unsent)

    def close(self, wait=True, abort=False, reason=None):
        """Engine.IO's door: end it, with a goodbye unless ``abort``."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
        self.server._trigger_event("disconnect", self.sid, reason or self.server.reason.SERVER_DISCONNECT)
        goodbye = b"" if abort else frames.frame(_GOODBYE.encode())
        self.write(goodbye + _CLOSED)
        with self._lock:
            if self._unsent:
                self._push(self._unsent)
            self.closed = True
            self.server.sockets.pop(self.sid, None)
            self._hang_up()
            if not self._busy:
                self._dispose()


class _Heartbeat:
    """Asks each page now and then whether it is there; one thread for all."""

    def __init__(self, interval, patience):
        self._interval, self._patience = interval, patience
        self._pings, self._pongs = deque(), deque()  # (when, connection), in their order

    def ping_later(self, connection):
        self._pings.append((time.monotonic() + self._interval, connection))

    def beat_for_ever(self):
        while True:
            time.sleep(self._rest(time.monotonic()))
            try:
                self._beat(time.monotonic())
            except Exception:
                log.exception("heartbeat_failed")

    def _rest(self, now):
        """Until the next ping is due."""
        most = min(1, self._patience / 4)
        return max(BEAT, min(most, self._pings[0][0] - now)) if self._pings else most

    def _beat(self, now):
        """First those that should have answered: the next ping of a page is never due before the answer to its last.

        Those that came in one moment are asked over some seconds, and so are apart from then on.
        """
        while self._pongs and self._pongs[0][0] <= now:
            connection = self._pongs.popleft()[1]
            if connection.pinged:
                connection.close(reason=connection.server.reason.PING_TIMEOUT)
        for _ in range(1 + len(self._pings) // 500):
            if not self._pings or self._pings[0][0] > now:
                break
            self._ping(self._pings.popleft()[1], now)

    def _ping(self, connection, now):
        if not connection.closed:
            connection.pinged = True
            connection.send(packet.Packet(packet.PING))
            self._pongs.append((now + self._patience, connection))


class Engine(engineio.Server):
    """The Engine.IO server; each of its sockets is a Connection."""

    workers = 4  # threads for all of them
    at_once = 1  # pages that a thread works on in turn: more are good only where they wait for a commit together

    def send(self, sid, data):
        """A text to one page, without the packet that is usually made of it first."""
        if page := self.sockets.get(sid):
            page.write(frames.frame(_MESSAGE.encode() + data.encode(errors="replace")))

    def start(self):
        """Call once per process, before the first connection."""
        self.connections, self.readiness = {}, Readiness()  # file descriptor → Connection
        self.heartbeat = _Heartbeat(self.ping_interval, self.ping_timeout)
        facts = {
            "sid": "SID",
            "upgrades": [],
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        self.greeting = packet.Packet(packet.OPEN, facts).encode().encode()
        self.room = _room_for_connections()
        for _ in range(self.workers):
            threading.Thread(target=self._work_for_ever, name="socket", daemon=True).start()
        threading.Thread(target=self.heartbeat.beat_for_ever, name="heartbeat", daemon=True).start()

    def _work_for_ever(self):
        while True:
            ready = self.readiness.wait(self.at_once)
            with turns.alone() if self.at_once > 1 else nullcontext():
                if len(ready) < self.at_once:  # meanwhile more may have spoken
                    ready += self.readiness.wait(self.at_once - len(ready), 0)
                pages = map(self.connections.get, ready)
                turns.take([page.work for page in pages if page])

    def _handle_connect(self, environ, start_response, transport, jsonp_index=None):
        with _starting:
            if not hasattr(self, "connections"):
                self.start()
        try:
            hello = frames.upgrade(environ)
        except frames.Broken:
            return self._bad_request("Not a WebSocket")
        if len(self.connections) >= self.room:
            log.warning("no_room_for_connections", connections=len(self.connections))
            return self._bad_request("No room")
        self._open(environ, hello)
        raise StopIteration if "gunicorn.socket" in environ else ConnectionError  # there is nothing left to answer

    def _open(self, environ, hello):
        sid, taken = self.generate_id(), _take(environ)
        connection = self.sockets[sid] = Connection(self, sid, taken)
        self._trigger_event("connect", sid, environ)
        self.connections[taken.fileno()] = connection
        self.readiness.add(taken.fileno())
        self.heartbeat.ping_later(connection)
        connection.begin(hello + frames.frame(self.greeting.replace(b"SID", sid.encode())))


_starting = threading.Lock()


def _take(environ):
    """The connection of a request, for us to keep.

    The web server shuts down what it accepted once the request is over, copies of the descriptor included, so it is
    left one that is dead already, the same for all.
    """
    served = environ.get("gunicorn.socket") or environ["werkzeug.socket"]
    taken = socket.socket(fileno=os.dup(served.fileno()))
    taken.setblocking(False)
    os.dup2(_DEAD.fileno(), served.fileno())
    return taken


def _dead():
    """A socket that has ended."""
    dead, other = socket.socketpair()
    other.close()
    return dead


_DEAD = _dead()


def _room_for_connections():
    """How many connections may be open: what the system allows, of which this process asks for all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return soft - SPARE

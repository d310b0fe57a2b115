"""The way to a server that somebody else named: a push service, a webhook. Not trusted: see public_addresses.

Each address is resolved once and that very IP is called, redirects are not followed, the answer's body is not read
beyond a line, and a service that drips its answer is hung up on. Connections are kept for one batch.
"""

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from requests.certs import where

from app import public_addresses
from app.channels.verdicts import Permanent, Temporary
from app.models.base import utcnow

TIMEOUT = 5  # seconds for a connection and for each step
DEADLINE = 15  # seconds for a whole answer
BODY = 1000  # bytes of an answer; a longer one costs the connection
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Answer:
    """``text``: the beginning of its body, as bytes."""

    status: int
    reason: str
    headers: list
    text: bytes

    @property
    def fine(self):
        return 200 <= self.status < 300

    @property
    def wait(self):
        """What Retry-After asks for."""
        return wait_of(next((value for name, value in self.headers if name.lower() == "retry-after"), None))

    @property
    def words(self):
        return f"{self.status} {self.text.decode(errors='replace')[:200]}"


class Post:
    def __init__(self, trusted=""):
        self.trusted = trusted
        self.kept = {}  # origin → connection
        self.context = ssl.create_default_context(cafile=where())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in self.kept.values():
            connection.close()

    def send(self, endpoint, body, headers):
        """The Answer. Raises Permanent for an address we do not go to, Temporary when nobody answers there."""
        parts = urlsplit(endpoint)
        headers = {"Host": parts.netloc} | headers
        problem = None
        for connection in self._connections(endpoint, parts):
            try:
                return self._ask(connection, parts, body, headers)
            except (OSError, HTTPException) as error:  # one that was kept may have been closed meanwhile
                connection.close()
                problem = error
        raise Temporary(f"{type(problem).__name__}: {problem}")

    def _connections(self, endpoint, parts):
        """Those to try one after another: the one that was kept, then one to each address of the endpoint."""
        if kept := self.kept.pop(_origin(parts), None):
            yield kept
        try:
            addresses = public_addresses.resolve(endpoint, trusted=self.trusted)
        except public_addresses.NotPublic as error:
            raise Permanent(str(error)) from None
        except public_addresses.Unresolved:
            raise Temporary("its name has no address just now") from None
        for address in addresses:
            yield _Pinned(address, parts, self.context)

    def _ask(self, connection, parts, body, headers):
        connection.open()
        alarm = threading.Timer(DEADLINE, connection.hang_up)
        alarm.daemon = True
        alarm.start()
        try:
            connection.request("POST", parts._replace(scheme="", netloc="", fragment="").geturl(), body, headers)
            answer = connection.getresponse()
            text = answer.read(BODY)
        finally:
            alarm.cancel()
        if answer.isclosed() and not answer.will_close:
            self.kept[_origin(parts)] = connection
        else:
            connection.close()
        return Answer(answer.status, answer.reason, answer.getheaders(), text)


class _Pinned(HTTPConnection):
    """A connection to one IP address; the certificate must be the named host's all the same."""

    def __init__(self, address, parts, context):
        self.secure = parts.scheme == "https"  # anything else is the trusted origin of a test
        super().__init__(parts.hostname, parts.port or (443 if self.secure else 80), timeout=TIMEOUT)
        self.address, self.context = address, context

    def connect(self):
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)

    def open(self):
        if self.sock is None:
            self.connect()

    def hang_up(self):
        """From another thread: whoever waits for this socket stops waiting."""
        with suppress(OSError, TypeError):  # it is over already
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _origin(parts):
    return f"{parts.scheme}://{parts.netloc}"


def wait_of(retry_after):
    """Seconds or a date, as a timedelta; None when the service said nothing of use."""
    try:
        if retry_after is None:
            return None
        if retry_after.strip().isdigit():
            wait = timedelta(seconds=int(retry_after))
        else:
            wait = parsedate_to_datetime(retry_after) - utcnow()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)

"""The way to a push service. Whoever subscribes names the address, so it is not trusted: see public_addresses.

Each address is resolved once and that very IP is called, redirects are not followed, the answer's body is not read
beyond a line, and a service that drips its answer is hung up on. Connections are kept for one batch.
"""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from requests.certs import where

from app import public_addresses
from app.channels.verdicts import Gone, Permanent, Temporary
from app.models.base import utcnow

TIMEOUT = 5  # seconds for a connection and for each step
DEADLINE = 15  # seconds for a whole answer
BODY = 1000  # bytes of an answer; a longer one costs the connection
LONGEST_WAIT = timedelta(hours=6)


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
        """Raises Gone, Permanent or Temporary unless the service has taken it."""
        parts = urlsplit(endpoint)
        headers = {"Host": parts.netloc} | headers
        problem = None
        for connection in self._connections(endpoint, parts):
            try:
                status, wait, text = self._ask(connection, parts, body, headers)
            except (OSError, HTTPException) as error:  # one that was kept may have been closed meanwhile
                connection.close()
                problem = error
            else:
                return _judge(status, wait, text)
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
            raise Temporary("the push service has no address just now") from None
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
        return answer.status, answer.getheader("Retry-After"), text


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


def _judge(status, retry_after, text):
    words = f"{status} {text.decode(errors='replace')[:200]}"
    if 200 <= status < 300:
        return
    if status in (404, 410):
        raise Gone(words)
    if status == 429 or status >= 500:
        raise Temporary(words, wait=_wait(retry_after))
    raise Permanent(words)  # a redirect, too: an honest push service has none


def _wait(retry_after):
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

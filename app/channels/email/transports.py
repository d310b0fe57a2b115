"""How a composed letter leaves: ``with connect(settings) as transport: transport.send(message)``.

A transport raises Refused for this letter's own failure and Unreachable when the server is. It keeps one connection
for as long as it is open, and connects only when there is something to send.
"""

import os
import smtplib
import ssl
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.channels.verdicts import Refused, Unreachable
from app.config import ConfigError

TIMEOUT = 15  # seconds for each step of the conversation with a server


def connect(settings):
    """The transport that MAIL_URL names. Raises ConfigError for an address of another kind."""
    scheme = settings.mail_url.partition(":")[0]
    if scheme == "file":
        return Folder(settings.mail_url.removeprefix("file:"))
    if scheme in {"smtp", "smtps"}:
        return Smtp(settings.mail_url)
    raise ConfigError("MAIL_URL must begin with file:, smtp:// or smtps://")


class Folder:
    """Letters as .eml files: written beside and renamed, so that a reader never sees half a letter."""

    def __init__(self, path):
        self.path = Path(path.removeprefix("//"))

    def __enter__(self):
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_):
        pass

    def send(self, message):
        name = message["Message-ID"].strip("<>").partition("@")[0]
        partial = self.path / f".{name}.{os.getpid()}.tmp"
        partial.write_bytes(message.as_bytes(policy=SMTP))
        partial.replace(self.path / f"{name}.eml")


class Smtp:
    def __init__(self, url):
        self.parts = urlsplit(url)
        self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._hang_up()

    def send(self, message):
        try:
            self._connected().send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            [(code, text)] = error.recipients.values()
            raise _refused(code, text) from None
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (smtplib.SMTPException, OSError) as error:
            # Sign-in, sender, greeting, time-out: nothing that this letter could help.
            self._hang_up()
            raise Unreachable(_describe(error)) from None

    def _connected(self):
        if self.server is None:
            self.server = self._dial()
        return self.server

    def _dial(self):
        secure = self.parts.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        server = kind(self.parts.hostname, self.parts.port or (465 if secure else 587), timeout=TIMEOUT)
        try:
            server.ehlo_or_helo_if_needed()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _hang_up(self):
        server, self.server = self.server, None
        if server:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


def _refused(code, text):
    return Refused(f"{code} {_decoded(text)}", permanent=500 <= code < 600)


def _describe(error):
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _decoded(text):
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)

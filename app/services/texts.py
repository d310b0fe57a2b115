"""What people type: cleaned before it is stored, its links found before it is shown."""

import re

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput

MESSAGE_LENGTH = 4000
QUOTE_LENGTH = 120  # characters of a message that stand above its answer

# Control characters but tab and newline, halves of surrogate pairs, and marks that turn the direction of what follows.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")

# The same rule stands in static/js/conversations/links.js; tests/browser compares the two.
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_TAIL = ".,;:!?)]}»”…"


def clean_message(body):
    """The text of a message as it is stored. Raises InvalidInput when nothing or too much is left."""
    if not isinstance(body, str):
        raise InvalidInput(_l("A message is text."), code="body")
    text = _UNWANTED.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not _INVISIBLE.sub("", text):
        raise InvalidInput(_l("Write something first."), code="empty")
    if len(text) > MESSAGE_LENGTH:
        raise InvalidInput(_l("A message may have up to %(n)s characters.", n=MESSAGE_LENGTH), code="too_long")
    return text


def parts(text):
    """``(text, address or None)`` pieces of ``text``: only http and https addresses become links."""
    pieces, at = [], 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_TAIL)
        if address.endswith("//"):
            continue
        if found.start() > at:
            pieces.append((text[at : found.start()], None))
        pieces.append((address, address))
        at = found.start() + len(address)
    if at < len(text):
        pieces.append((text[at:], None))
    return pieces


def preview(text, length=160):
    """The first ``length`` characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"

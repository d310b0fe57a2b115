"""What people type: cleaned before it is stored, its links found before it is shown."""

import re

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput

MESSAGE_LENGTH = 4000
QUOTE_LENGTH = 120  # characters of a message that stand above its answer

# Control characters but tab and newline, halves of surrogate pairs, and marks that turn the direction of what follows.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")

# The same rules stand in static/js/conversations/links.js; tests/browser compares the two.
_LINK = re.compile(
    r"""(?<![\w@+])(?:
        (?P<web>(?:https?://|www\.)[^\s<>"'`]+)
        | (?P<mail>[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+)
        | (?P<phone>\+\d[\d\ \u00a0().-]{7,18}\d(?!\d) | 8[\ -]?\(?\d{3}\)?[\ -]?\d{3}[\ -]?\d{2}[\ -]?\d{2}(?!\d))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::\d+)?")  # nothing that could pass for another host, as name@host does
_TAIL = ".,;:!?»”…*"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


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
    """``(text, address or None)`` pieces of ``text``: web and mail addresses and phone numbers become links."""
    pieces, at = [], 0
    for found in _LINK.finditer(text):
        words = _without_tail(found.group()) if found["web"] else found.group()
        address = _address(found, words)
        if not address:
            continue
        if found.start() > at:
            pieces.append((text[at : found.start()], None))
        pieces.append((words, address))
        at = found.start() + len(words)
    if at < len(text):
        pieces.append((text[at:], None))
    return pieces


def _without_tail(address):
    """The sentence's own punctuation is no part of an address; a closing bracket is, where it was opened in it."""
    while address[-1] in _TAIL or (
        address[-1] in _BRACKETS and address.count(address[-1]) > address.count(_BRACKETS[address[-1]])
    ):
        address = address[:-1]
    return address


def _address(found, words):
    """http, https, mailto or tel, and nothing else; None where it is no address after all."""
    if found["mail"]:
        return f"mailto:{words}"
    if found["phone"]:
        return _tel(re.sub(r"\D", "", words), international=words[0] == "+")
    address = words if "://" in words else f"https://{words}"
    host = re.split(r"[/?#]", address.split("://", 1)[1], maxsplit=1)[0]
    return address if _HOST.fullmatch(host) else None


def _tel(digits, *, international):
    if not international:
        return f"tel:+7{digits[1:]}"  # 8 903 … is how Russia and Kazakhstan write +7 903 …
    return f"tel:+{digits}" if 9 <= len(digits) <= 15 else None


def preview(text, length=160):
    """The first ``length`` characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"

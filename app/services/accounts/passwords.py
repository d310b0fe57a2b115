"""Passwords: which ones are good enough, and how they are kept (argon2id).

Hashing takes tens of milliseconds on purpose: never call it inside transaction().
"""

import os
import re
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput

SHORTEST, LONGEST = 8, 128
# OWASP's floor for argon2id; a memory-hard hash must not become a way to exhaust the machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def hash_password(password):
    with _at_once:
        return _hasher.hash(_normal(password))


def is_password_of(password_hash, password):
    """Whether ``password`` made this hash; None takes exactly as long and is never true."""
    with _at_once:
        try:
            return _hasher.verify(password_hash or _nobodys_hash(), _normal(password)) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash):
    """Made with other parameters than today's: worth making again while the password is at hand."""
    return _hasher.check_needs_rehash(password_hash)


def check_new_password(password, email="", field="password"):
    """Raises InvalidInput(field) for a password that is too short, too long or among the first to be guessed."""
    password = _normal(password)
    if len(password) < SHORTEST:
        raise InvalidInput(at_least(SHORTEST), field=field)
    if len(password) > LONGEST:
        raise InvalidInput(_l("At most %(count)s characters, please.", count=LONGEST), field=field)
    if password.casefold() in _own_words(email):
        raise InvalidInput(_l("The password must not be your e-mail address."), field=field)
    if _is_common(password.casefold()):
        raise InvalidInput(_l("This password is among the first that are guessed. Think of another."), field=field)


def at_least(count):
    return _l("At least %(count)s characters, please.", count=count)


def _normal(password):
    """The same password typed on another system may arrive composed differently."""
    return unicodedata.normalize("NFKC", password or "")


def _own_words(email):
    email = (email or "").casefold()
    return {email, email.partition("@")[0]} - {""}


def _is_common(password):
    stem = re.sub(r"[\d\W_]+$", "", password)  # «password2024!» is «password»
    return password in _common() or stem in _common() or not stem and _is_run(password) or _repeats(password)


def _is_run(text):
    """«12345678», «87654321»: each step the same."""
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    return len(steps) == 1 and abs(steps.pop()) <= 1


def _repeats(text):
    """One short piece again and again: «abababab», «11111111»."""
    return any(len(text) % n == 0 and text == text[:n] * (len(text) // n) for n in (1, 2, 3, 4))


@lru_cache
def _common():
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())


@lru_cache
def _nobodys_hash():
    return _hasher.hash("nobody has this password")

"""Everything that SECRET_KEY protects goes on working with the keys that came before it (SECRET_KEY_FALLBACKS)."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from flask import current_app
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from app.later import later

fernet = later("cryptography.fernet")


def derived(purpose):
    """Keys of their own for ``purpose`` (bytes), the newest first: it signs and seals, all of them open."""
    return [hmac.new(secret.encode(), purpose, hashlib.sha256).digest() for secret in _secrets()]


def cipher(purpose):
    return fernet.MultiFernet([fernet.Fernet(urlsafe_b64encode(key)) for key in derived(purpose)])


def signer(salt):
    return URLSafeSerializer(_secrets()[::-1], salt=salt)


def timed_signer(salt):
    return URLSafeTimedSerializer(_secrets()[::-1], salt=salt)


def _secrets():
    return [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]

"""What a visitor wrote to support before signing in, in a signed cookie of this browser for 7 days."""

from datetime import timedelta

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData

from app.errors import InvalidInput
from app.services import keys

COOKIE = "otklik_question"
KEPT = timedelta(days=7)
LARGEST = 3_800  # browsers drop a cookie beyond 4 KB without a word


def _serializer():
    return keys.timed_signer(COOKIE)


def keep(response, text):
    """Raises InvalidInput where no cookie can hold the text."""
    value = _serializer().dumps(text)
    value = value if isinstance(value, str) else value.decode()
    if len(value) > LARGEST:
        raise InvalidInput(
            _l("This is too long to keep while you sign in. Shorten it, or sign in first."), field="body"
        )
    secure = current_app.config["SETTINGS"].https
    response.set_cookie(COOKIE, value, max_age=KEPT, httponly=True, samesite="Lax", secure=secure)


def read():
    try:
        return _serializer().loads(request.cookies.get(COOKIE, ""), max_age=KEPT.total_seconds())
    except BadData:
        return ""


def forget(response):
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=current_app.config["SETTINGS"].https)

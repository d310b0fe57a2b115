"""Somebody who took the first step of signing in and still owes the second: kept signed, in this browser only."""

import time
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, request, session
from itsdangerous import BadData

from app.extensions import db
from app.models.accounts import User
from app.services import keys, settings
from app.services.accounts import second_step

KEY = "half_way"
KEPT = 10 * 60  # seconds
TRUSTED = "otklik_trusted"
DAY = 24 * 3600


@dataclass(frozen=True)
class HalfWay:
    user: User
    how: str
    remember: bool
    to: str


def is_due(user):
    """Whether ``user`` has a second step, and this browser was not told to skip it."""
    return second_step.is_asked(user) and not _is_trusted(user)


def keep(user, *, how, remember, to):
    session[KEY] = {
        "user": str(user.public_id),
        "epoch": user.session_epoch,  # a changed password or «выйти везде» ends this, too
        "how": how,
        "remember": remember,
        "to": to,
        "at": int(time.time()),
    }


def find():
    """The HalfWay of this browser, or None when there is none or it waited for too long."""
    kept = session.get(KEY)
    if not kept or time.time() - kept["at"] > KEPT:
        return None
    found = sa.select(User).where(User.public_id == UUID(kept["user"]), User.session_epoch == kept["epoch"])
    user = db.session.scalar(found)
    if user is None or not user.is_active or not second_step.is_asked(user):
        return None
    return HalfWay(user, kept["how"], kept["remember"], kept["to"])


def trust(response, user):
    """This browser is not asked again for as many days as owners allow, unless the second step or the password changes.
    ``user`` typed a code: passkeys are as easy as trust, and ask each time.
    """
    secure = current_app.config["SETTINGS"].https
    value = _serializer().dumps(_mark(user))
    response.set_cookie(TRUSTED, value, max_age=_trusted_for(), httponly=True, samesite="Lax", secure=secure)


def _is_trusted(user):
    if user.second_factor_at is None:
        return False
    try:
        return _serializer().loads(request.cookies.get(TRUSTED, ""), max_age=_trusted_for()) == _mark(user)
    except BadData:
        return False


def _trusted_for():
    return settings.get("trusted_days") * DAY


def _mark(user):
    return [str(user.public_id), user.second_factor_at.isoformat(), user.session_epoch]


def _serializer():
    return keys.timed_signer(TRUSTED)

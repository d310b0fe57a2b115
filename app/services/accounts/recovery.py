"""The forgotten password, and the first one of a quick account: a signed link that works once."""

import hashlib
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature

from app.constants import AuditTag
from app.errors import Blocked, NotFound
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.services import audit, contacts, keys, outbox
from app.services.accounts import passwords, ways_in
from app.services.transaction import after_commit, transaction

# A link is as good as a password: how long it works is no matter of taste, and the letters say so.
RESET_HOURS = 2
FIRST_PASSWORD_HOURS = 7 * 24


def ask_for_reset(email, *, locale):
    """Send a letter to ``email`` in any case: with the link when there is such an account, else saying there is none.

    Both ways do the same work, so neither the answer nor its time tells which it was. Raises InvalidInput(field).
    """
    email = contacts.email_address(email)
    with transaction() as session:
        user = session.scalar(sa.select(User).where(User.email == email))
        if user is None:
            outbox.queue_email("password_unknown", address=email, locale=locale, payload={"email": email})
        else:
            token = make_token(user, hours=RESET_HOURS)
            outbox.queue_email("password_reset", user=user, payload={"name": user.name, "path": path_of(token)})


def make_token(user, *, hours):
    return _signer().dumps({"user": str(user.public_id), "state": _state(user), "hours": hours})


def path_of(token):
    return f"/password/reset/{token}"


def person_of_reset(token):
    """The User whose password this link may still set. Raises NotFound when it is wrong, used or too old."""
    try:
        data, signed_at = _signer().loads(token, return_timestamp=True)
        user = db.session.scalar(sa.select(User).where(User.public_id == UUID(data["user"])))
    except (BadSignature, ValueError):
        raise _stale() from None
    too_old = utcnow() - signed_at > timedelta(hours=data["hours"])
    if too_old or user is None or user.deleted_at or data["state"] != _state(user):
        raise _stale()
    return user


def reset_password(token, password):
    """Set the password by a link, which proves the address; every other session of the person ends. Returns the User.

    Raises NotFound for a stale link, InvalidInput(field), Blocked.
    """
    user = person_of_reset(token)
    if user.blocked_at:
        raise Blocked(_l("Your account is blocked: %(reason)s", reason=user.blocked_reason))
    passwords.check_new_password(password, user.email)
    password_hash = passwords.hash_password(password)
    with transaction():
        user = person_of_reset(token)  # pressed twice at once: the second finds the link used
        _prove_address(user)
        set_password(user, password_hash, how="link", actor=user)
    return user


def _prove_address(user):
    if user.email_verified_at is None:
        user.email_verified_at = utcnow()
        ways_in.forget_unproven(user, actor=user)


def set_password(user, password_hash, *, how, actor):
    """Inside transaction(): the new password, the end of the sessions begun with the old one, the notice."""
    user.password_hash = password_hash
    user.session_epoch += 1
    user.version += 1
    audit.record(AuditTag.PASSWORD_CHANGED, user, actor=actor, how=how)
    outbox.queue_email("password_changed", user=user, payload={"name": user.name})
    after_commit("account:ended", user_id=user.id)


def _signer():
    return keys.timed_signer("password-link")


def _state(user):
    """Changes with the password, the e-mail and the end of sessions: so a link works once, and not after them."""
    text = f"{user.password_hash}|{user.email}|{user.session_epoch}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _stale():
    return NotFound(_l("This link has been used or is too old. Ask for a new one."), code="stale_link")

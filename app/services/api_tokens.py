"""The keys of programs: made by an owner, shown once, given a new secret, revoked."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import ApiScope, AuditTag
from app.errors import InvalidInput, Unauthorized
from app.extensions import db
from app.models.accounts import User
from app.models.api import ApiToken
from app.models.base import utcnow
from app.services import audit
from app.services.transaction import transaction

MARK = "otk_"  # scanners of leaked secrets know a key by its beginning
SHOWN = len(MARK) + 6
EXACTNESS = timedelta(minutes=1)  # of last_used_at: a busy program must not cost a write with every call


def create(name, scopes, *, days=None, actor):
    """``(token, secret)``: it acts as ``actor``; the secret is known now and never again. Raises InvalidInput."""
    name, scopes = _name(name), _scopes(scopes)
    expires = utcnow() + timedelta(days=days) if days else None
    secret = _secret()
    with transaction() as session:
        token = ApiToken(name=name, scopes=scopes, user_id=actor.id, expires_at=expires, **_kept(secret))
        session.add(token)
        session.flush()
        audit.record(AuditTag.API_TOKEN_CREATED, token, actor=actor, name=name, scopes=scopes)
    return token, secret


def rotate(token, *, actor):
    """A new secret; the old one stops working at once. A revoked token stays so. Raises InvalidInput."""
    secret = _secret()
    with transaction():
        if token.revoked_at:
            raise InvalidInput(_l("The token is revoked: make a new one."))
        for field, value in _kept(secret).items():
            setattr(token, field, value)
        audit.record(AuditTag.API_TOKEN_ROTATED, token, actor=actor, name=token.name)
    return secret


def revoke(token, *, actor):
    with transaction():
        if token.revoked_at is None:
            token.revoked_at = utcnow()
            audit.record(AuditTag.API_TOKEN_REVOKED, token, actor=actor, name=token.name)


def owner_of(secret):
    """``(token, person)`` behind a secret. Raises Unauthorized for an unknown, revoked or expired one."""
    found = sa.select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(ApiToken.hash == digest(secret))
    row = db.session.execute(found).first()
    if row is None or row.ApiToken.revoked_at or row.User.deleted_at:
        raise Unauthorized(_l("There is no such token, or it is revoked."))
    if row.ApiToken.expires_at and row.ApiToken.expires_at <= utcnow():
        raise Unauthorized(_l("The token has expired."), code="token_expired")
    return tuple(row)


def note_use(token_id, last_used_at):
    """The token was used just now."""
    now = utcnow()
    if last_used_at is None or last_used_at < now - EXACTNESS:
        with transaction() as session:
            session.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def _secret():
    return MARK + secrets.token_urlsafe(32)


def _kept(secret):
    return {"prefix": secret[:SHOWN], "hash": digest(secret)}


def _name(text):
    name = " ".join((text or "").split())
    if not 0 < len(name) <= 120:
        raise InvalidInput(_l("Name the program in 1 to 120 characters."), field="name")
    return name


def _scopes(words):
    chosen = [scope.value for scope in ApiScope if scope in (words or ())]
    if not chosen:
        raise InvalidInput(_l("Choose at least one."), field="scopes")
    return chosen

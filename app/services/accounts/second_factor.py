"""The second step of signing in: codes of an app (TOTP, RFC 6238) and recovery codes, each of which works once."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

import pyotp
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.later import later
from app.models.accounts import User
from app.models.base import utcnow
from app.models.second_factor import RecoveryCode, SecondFactor
from app.services import audit, keys, limits, outbox, settings
from app.services.accounts import second_step
from app.services.transaction import insert_once, transaction

fernet = later("cryptography.fernet")

SECRET = b"second factor"  # what the key of the shared secrets is derived for
SECONDS = 30
DRIFT = 1  # steps that the phone's clock may be early or late
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
HALF = 5  # letters before and after the hyphen: 10 of 31 are 49 bits


@dataclass(frozen=True)
class Enrolment:
    """What the app on the phone has to learn: as an address for a QR code, and to be typed."""

    secret: str
    address: str


def start(*, actor):
    """A new key, which counts from its first code on. Raises RefusedMove where there is a working one."""
    with transaction() as session:
        user = session.get_one(User, actor.id)
        if user.second_factor_at:
            raise RefusedMove(_l("The second step is on already."))
        _forget(user)
        secret = keys.cipher(SECRET).encrypt(pyotp.random_base32().encode()).decode()
        insert_once(SecondFactor, {"user_id": user.id, "secret": secret}, ["user_id"])  # pressed twice: one key


def enrolment(actor):
    """The Enrolment that waits for its first code, or None."""
    row = db.session.get(SecondFactor, actor.id)
    if row is None or actor.second_factor_at:
        return None
    secret = _secret(row)
    address = pyotp.TOTP(secret).provisioning_uri(name=actor.email, issuer_name=settings.get("company_name"))
    return Enrolment(secret, address)


def confirm(code, *, actor):
    """From now on the second step is asked for. Returns the recovery codes: nobody can show them again.

    Raises InvalidInput(field="code"), TooMany.
    """
    _count(actor)
    with transaction() as session:
        user = session.get_one(User, actor.id)
        if not _use_app(user, _tidy(code)):
            raise _wrong()
        user.second_factor_at = utcnow()
        audit.record(AuditTag.SECOND_FACTOR_ON, user, actor=actor)
        _tell(user, on=True)
        return _new_codes(user)


def use(code, *, user):
    """Take a code of the app or a recovery code. Returns which it was: ``app`` or ``recovery``.

    Raises InvalidInput(field="code"), TooMany.
    """
    _count(user)
    with transaction() as session:
        return _take(code, session.get_one(User, user.id))


def left(user):
    """How many recovery codes still work."""
    mine = RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    return db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode).where(*mine))


def renew_codes(code, *, actor):
    """Ten new recovery codes; the old ones stop working. Raises as ``use`` does."""
    _count(actor)
    with transaction():
        _take(code, actor)
        audit.record(AuditTag.RECOVERY_CODES_RENEWED, actor, actor=actor)
        return _new_codes(actor)


def must_stay(user):
    """Whether the codes are the only second step of somebody who needs one."""
    return second_step.is_required(user) and not second_step.has_passkey(user)


def turn_off(code, *, actor):
    """No codes any more. Raises as ``use`` does, RefusedMove where the owners demand a second step and no other is."""
    if must_stay(actor):
        raise RefusedMove(_l("The second step is required for owners of the service."))
    _count(actor)
    with transaction():
        _take(code, actor)
        _off(actor, actor=actor, how="profile")


def reset(user, *, actor):
    """For somebody who lost both the phone and the codes; whoever calls has made sure that it is them."""
    with transaction():
        if user.second_factor_at:
            _off(user, actor=actor, how="command line")


def forget(user):
    """Inside transaction(): the account is gone."""
    _forget(user)
    user.second_factor_at = None


def _off(user, *, actor, how):
    forget(user)
    audit.record(AuditTag.SECOND_FACTOR_OFF, user, actor=actor, how=how)
    _tell(user, on=False)


def _forget(user):
    for model in (SecondFactor, RecoveryCode):
        db.session.execute(sa.delete(model).where(model.user_id == user.id))


def _count(user):
    text = _l("Too many codes that do not fit. Wait a quarter of an hour and try again.")
    limits.hit(limits.codes, "second factor", user, text)


def _take(code, user):
    """Inside transaction(): which of the two ``code`` was; it works no more. Raises InvalidInput(field="code")."""
    code = _tidy(code)
    if _use_app(user, code):
        return "app"
    if _use_recovery(user, code):
        audit.record(AuditTag.RECOVERY_CODE_USED, user, actor=user, left=left(user))
        return "recovery"
    raise _wrong()


def _use_app(user, code):
    """Whether this is a code of the app that was not used before; it is now. Two at once: one wins."""
    row = db.session.get(SecondFactor, user.id)
    step = _step_of(code, _secret(row)) if row else None
    if step is None:
        return False
    fresh = sa.update(SecondFactor).where(SecondFactor.user_id == user.id, SecondFactor.last_step < step)
    sealed = keys.cipher(SECRET).rotate(row.secret.encode()).decode()  # whoever signs in needs no older key any more
    return db.session.execute(fresh.values(last_step=step, secret=sealed)).rowcount == 1


def _step_of(code, secret):
    app, now = pyotp.TOTP(secret), int(utcnow().timestamp()) // SECONDS
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(app.generate_otp(step), code)), None)


def _use_recovery(user, code):
    mine = RecoveryCode.user_id == user.id, RecoveryCode.code_hash.in_(_hashes(user, code))
    fresh = sa.update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None))
    return db.session.execute(fresh.values(used_at=utcnow())).rowcount == 1


def _new_codes(user):
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_written("".join(secrets.choice(ALPHABET) for _ in range(2 * HALF))) for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_hashes(user, _tidy(code))[0]) for code in codes)
    return codes


def _written(code):
    return f"{code[:HALF]}-{code[HALF:]}"


def _tidy(code):
    """As it is compared: people type spaces, hyphens and capitals as they like."""
    return re.sub(r"[^0-9a-z]", "", (code or "").lower())


def _hashes(user, code):
    """By the newest key first. The codes are long enough that nothing slower is needed; the key keeps them from being
    tried elsewhere.
    """
    text = f"{user.public_id}|{code}".encode()
    return [hmac.new(key, text, hashlib.sha256).hexdigest() for key in keys.derived(b"recovery code")]


def _secret(row):
    try:
        return keys.cipher(SECRET).decrypt(row.secret.encode()).decode()
    except fernet.InvalidToken:  # by a SECRET_KEY that is forgotten: no code fits until it is reset
        return pyotp.random_base32()


def _wrong():
    return InvalidInput(_l("This code does not fit. Wait for the next one and type it."), field="code")


def _tell(user, *, on):
    if user.email:
        outbox.queue_email("second_factor", user=user, payload={"name": user.name, "on": on})

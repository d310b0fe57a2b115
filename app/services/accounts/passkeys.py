"""Passkeys: signing in with a device that knows its owner by a finger, a face or a PIN, which is both steps at once."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
import structlog
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag
from app.errors import Blocked, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.passkeys import Passkey, SpentChallenge
from app.services import audit, outbox, settings
from app.services.accounts import proofs, second_step
from app.services.transaction import insert_once, transaction

log = structlog.get_logger()

REMEMBERED = timedelta(days=1)  # how long a spent challenge is; the doors take none that is older than minutes


@dataclass(frozen=True)
class Site:
    """Whose passkeys they are: browsers give them to this domain only, and say at which origin they did."""

    domain: str
    origin: str


def of(user):
    """The Passkeys of a person, oldest first."""
    return db.session.scalars(sa.select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()


def creation_options(challenge, *, site, actor):
    """What the browser of ``actor`` needs to make a key. Raises RefusedMove when there are enough."""
    known = [passkey.credential_id for passkey in of(actor)]
    most = settings.get("passkeys_of_one")
    if len(known) >= most:
        raise RefusedMove(_l("No more than %(count)s passkeys can be kept. Remove one first.", count=most))
    name = settings.get("company_name")
    return _ceremonies().creation_options(challenge, site=site, name=name, user=actor, known=known)


def request_options(challenge, *, site):
    """What a browser needs to ask its person for a key of this site."""
    return _ceremonies().request_options(challenge, site=site)


def add(credential, name, *, challenge, site, actor):
    """Keep the key that the browser of ``actor`` has made, and tell them. Returns the Passkey. Raises InvalidInput."""
    words = _ceremonies()
    try:
        key = words.read_creation(credential, challenge, site=site)
    except words.Unfit as error:
        raise _not_made(str(error)) from None
    with transaction() as session:
        if not _spend(challenge):
            raise _not_made("replayed")
        values = {"user_id": actor.id, "name": name, **vars(key)}
        if not insert_once(Passkey, values, ["credential_id"]):
            raise InvalidInput(_l("This passkey is known already."))
        audit.record(AuditTag.PASSKEY_ADDED, actor, actor=actor)
        _tell(actor, name, added=True)
        return session.scalars(sa.select(Passkey).where(Passkey.credential_id == key.credential_id)).one()


def person_of(credential, *, challenge, site):
    """The User whose key answered ``challenge``; the challenge and this state of the key's counter are used up.

    Raises InvalidInput, with one text for whatever is wrong, and Blocked.
    """
    words = _ceremonies()
    try:
        answer = words.read_answer(credential)
        passkey, user = _owner(answer)
        passkey_id = passkey.id
        use = words.check_answer(answer, challenge, site=site, public_key=passkey.public_key)
    except words.Unfit as error:
        raise _unknown(str(error)) from None
    with transaction():
        if not _spend(challenge):
            raise _unknown("replayed")
        _count(passkey_id, use)
    if user.blocked_at:
        raise Blocked(_l("Your account is blocked: %(reason)s", reason=user.blocked_reason))
    return user


def rename(passkey, name, *, actor):
    with transaction():
        passkey.name = name


def remove(passkey, proof, *, actor):
    """This key opens nothing here any more. ``proof``: see proofs.py.

    Raises InvalidInput(field), TooMany, and RefusedMove for the only second step of an owner who needs one.
    """
    public_id = passkey.public_id
    proofs.check(proof, actor=actor)
    with transaction() as session:
        session.execute(sa.select(User.id).where(User.id == actor.id).with_for_update())  # two at once: one after other
        passkey = next((one for one in of(actor) if one.public_id == public_id), None)
        if passkey is None:
            return
        if len(of(actor)) == 1 and actor.second_factor_at is None and second_step.is_required(actor):
            raise RefusedMove(_l("This is your only second step, and owners of the service need one."))
        _remove(passkey, actor, actor=actor, how="profile")


def reset(user, *, actor, how):
    """All of them: for somebody who lost them, or whose account had another's. Whoever calls has made sure of it."""
    with transaction():
        for passkey in of(user):
            _remove(passkey, user, actor=actor, how=how)


def forget(user):
    """Inside transaction(): the account is gone."""
    db.session.execute(sa.delete(Passkey).where(Passkey.user_id == user.id))


def purge():
    """Forget spent challenges that no door takes any more."""
    with transaction() as session:
        session.execute(sa.delete(SpentChallenge).where(SpentChallenge.spent_at < utcnow() - REMEMBERED))


def _ceremonies():
    from app.services.accounts import ceremonies  # the library costs half a second: only who asks for it pays

    return ceremonies


def _owner(answer):
    """The Passkey that the Answer names, and its User. A key that somebody else's name comes with is no key."""
    query = sa.select(Passkey, User).join(User, User.id == Passkey.user_id)
    row = db.session.execute(query.where(Passkey.credential_id == answer.credential_id)).first()
    if row is None or answer.person != row.User.public_id.bytes:
        raise _unknown("nobody's")
    return row


def _spend(challenge):
    """Inside transaction(): whether it was not answered before. The session is a cookie: an old copy of it must not
    bring the challenge back.
    """
    return insert_once(SpentChallenge, {"digest": hashlib.sha256(challenge).hexdigest()}, ["digest"])


def _count(passkey_id, use):
    """Inside transaction(): a key that counts has counted on since its last use, or a copy of it is about."""
    counted_on = sa.or_(
        Passkey.sign_count < use.sign_count, sa.and_(Passkey.sign_count == 0, sa.literal(use.sign_count) == 0)
    )
    used = sa.update(Passkey).where(Passkey.id == passkey_id, counted_on)
    values = {"sign_count": use.sign_count, "backed_up": use.backed_up, "last_used_at": utcnow()}
    if not db.session.execute(used.values(values)).rowcount:
        log.warning("passkey_counter_fell", passkey=passkey_id)
        raise InvalidInput(_l("This passkey seems to have been copied. Sign in another way and replace it."))


def _remove(passkey, user, *, actor, how):
    db.session.delete(passkey)
    db.session.flush()
    audit.record(AuditTag.PASSKEY_REMOVED, user, actor=actor, how=how)
    _tell(user, passkey.name, added=False)


def _tell(user, passkey, *, added):
    if user.email:
        payload = {"name": user.name, "passkey": passkey, "added": added}
        outbox.queue_email("passkey", user=user, payload=payload)


def _not_made(reason):
    log.info("passkey_unfit", reason=reason)
    return InvalidInput(_l("The passkey was not made. Try again."))


def _unknown(reason):
    log.info("passkey_unfit", reason=reason)
    return InvalidInput(_l("This passkey does not open any account here. Sign in another way."), code="unknown_passkey")

"""The browsers that show push messages: who may be reached through which, as long as they are signed in there."""

import base64
import binascii
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app import public_addresses
from app.errors import InvalidInput
from app.extensions import db
from app.later import later
from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.models.notifications import PushKey, PushSubscription
from app.services.transaction import insert_once, transaction

ec = later("cryptography.hazmat.primitives.asymmetric.ec")
serialization = later("cryptography.hazmat.primitives.serialization")

DAY = timedelta(days=1)
MOST = 10  # browsers of one person; the eleventh takes the place of the one heard of longest ago


def public_key():
    """What browsers subscribe with; the pair is made when it is first asked for, and stays (ADR 0090)."""
    known = db.session.scalar(sa.select(PushKey.public))
    return known or _make_key()


def _make_key():
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    values = {"id": 1, "private": private.decode(), "public": base64.urlsafe_b64encode(point).decode().rstrip("=")}
    with transaction() as session:
        insert_once(PushKey, values, ["id"])  # the first of two processes wins
        return session.scalar(sa.select(PushKey.public))


def subscribe(endpoint, p256dh, auth, *, browser="", system="", instead_of=None, actor):
    """Keep the browser that ``actor`` is here with; again only brings it up to date. Raises InvalidInput.

    ``instead_of``: the endpoint it had before. An endpoint that was another person's is this one's from now on.
    """
    values = {"endpoint": _reachable(endpoint), "p256dh": _key(p256dh, 65), "auth": _key(auth, 16)}
    with transaction() as session:
        before = sa.and_(PushSubscription.endpoint == instead_of, PushSubscription.user_id == actor.id)
        old = sa.select(PushSubscription).where(sa.or_(PushSubscription.endpoint == endpoint, before))
        for row in session.scalars(old).all():
            session.delete(row)
        session.flush()
        values |= {"user_id": actor.id, "device": _device(session, actor), "browser": browser, "system": system}
        insert_once(PushSubscription, values, ["endpoint"])  # another tab of the browser may say it at the same moment
        _make_room(session, actor)
        return session.scalars(sa.select(PushSubscription).where(PushSubscription.endpoint == endpoint)).one()


def _reachable(endpoint):
    """Only an address on the public internet: our worker will call it."""
    trusted = current_app.config["SETTINGS"].webpush_test_origin
    db.session.rollback()  # finding the name takes its time: hold no connection meanwhile
    try:
        if len(endpoint) > PushSubscription.endpoint.type.length:
            raise public_addresses.NotPublic()
        public_addresses.resolve(endpoint, trusted=trusted)
    except public_addresses.NotPublic:
        raise InvalidInput(_l("This is not the address of a push service."), field="endpoint") from None
    except public_addresses.Unresolved:
        raise InvalidInput(_l("The push service of this browser cannot be found just now."), field="endpoint") from None
    return endpoint


def _key(text, size):
    try:
        key = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
        if size == 65:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != size:
        raise InvalidInput(_l("The browser sent a key that cannot be used."), field="keys")
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _device(session, actor):
    """The id of the browser behind the actor's SignIn; one that keeps no cookies gets an id for this SignIn alone."""
    sign_in = session.scalars(sa.select(SignIn).where(SignIn.public_id == actor.sign_in)).one()
    if sign_in.device is None:
        sign_in.device = uuid4()
    return sign_in.device


def _make_room(session, actor):
    mine = sa.select(PushSubscription).where(PushSubscription.user_id == actor.id)
    for row in session.scalars(mine.order_by(PushSubscription.id.desc()).offset(MOST)).all():
        session.delete(row)


def unsubscribe(subscription, *, actor):
    """This browser is told nothing more."""
    with transaction() as session:
        session.delete(subscription)


def unsubscribe_endpoint(endpoint, *, actor):
    """As unsubscribe(), by the address; one that is not the actor's, or is no more, changes nothing."""
    with transaction() as session:
        session.execute(
            sa.delete(PushSubscription).where(
                PushSubscription.endpoint == endpoint, PushSubscription.user_id == actor.id
            )
        )


# Signed in still: not signed out there, nor everywhere. The browser's id outlives a renewed session.
_SIGNED_IN = (
    sa.exists()
    .where(SignIn.user_id == PushSubscription.user_id, SignIn.device == PushSubscription.device)
    .where(SignIn.ended_at.is_(None), SignIn.epoch == User.session_epoch)
)


def devices(user):
    """The browsers that show push messages to ``user``, the newest first."""
    return db.session.scalars(_live([user.id]).order_by(PushSubscription.id.desc())).all()


def _live(user_ids):
    mine = PushSubscription.user_id.in_(user_ids)
    return sa.select(PushSubscription).join(User, User.id == PushSubscription.user_id).where(mine, _SIGNED_IN)


def addresses(listeners):
    """services.reach: the public ids of each person's browsers."""
    found = {}
    query = _live([one.id for one in listeners])
    for user_id, public_id in db.session.execute(
        query.with_only_columns(PushSubscription.user_id, PushSubscription.public_id)
    ):
        found.setdefault(user_id, []).append(str(public_id))
    return found


def arrived(letter, receipt):
    """The push service has taken it: written down once a day."""
    mine = PushSubscription.public_id == UUID(letter.address)
    long_ago = sa.or_(PushSubscription.last_success_at.is_(None), PushSubscription.last_success_at < utcnow() - DAY)
    if db.session.scalar(sa.select(PushSubscription.id).where(mine, long_ago)):
        with transaction() as session:
            session.execute(sa.update(PushSubscription).where(mine).values(last_success_at=utcnow()))


def lost(letter):
    """The push service knows this browser no more."""
    with transaction() as session:
        session.execute(sa.delete(PushSubscription).where(PushSubscription.public_id == UUID(letter.address)))


def purge():
    """Forget the browsers whose every SignIn is forgotten."""
    known = (
        sa.exists()
        .where(SignIn.user_id == PushSubscription.user_id, SignIn.device == PushSubscription.device)
        .correlate(PushSubscription)
    )
    with transaction() as session:
        return session.execute(sa.delete(PushSubscription).where(~known)).rowcount


def forget(user):
    """The person is gone. Inside transaction()."""
    db.session.execute(sa.delete(PushSubscription).where(PushSubscription.user_id == user.id))

"""Which foreign accounts open a person's account, and how such a door is shut again. identities.py opens them."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Identity, User
from app.services import audit
from app.services.accounts import passkeys
from app.services.telegram import links as telegram
from app.services.transaction import transaction


def of(user):
    """The Identities of a person, oldest first."""
    return db.session.scalars(sa.select(Identity).where(Identity.user_id == user.id).order_by(Identity.id)).all()


def unlink(identity, *, actor):
    """This account opens no door here any more. Raises RefusedMove for the last way in."""
    with transaction() as session:
        session.execute(sa.select(User.id).where(User.id == actor.id).with_for_update())  # two at once: one after other
        if actor.password_hash is None and len(of(actor)) == 1:
            raise RefusedMove(_l("This is your only way to sign in. Set a password first."), code="last_way_in")
        _remove(identity, actor, how="profile")


def forget_unproven(user, *, actor):
    """Inside transaction(), when the address is proven for the first time: whoever opened the account with a foreign
    address may have left a door of their own behind, or a Telegram chat that reads along and answers.
    """
    for identity in of(user):
        _remove(identity, actor, how="address proven")
    passkeys.reset(user, actor=actor, how="address proven")
    telegram.unlink(actor=user)


def _remove(identity, actor, how):
    user = identity.user
    audit.record(AuditTag.IDENTITY_UNLINKED, user, actor=actor, provider=identity.provider.value, how=how)
    db.session.delete(identity)
    db.session.flush()

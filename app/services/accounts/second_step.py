"""Who is asked for more than a password: by the own choice, or because the owners want it of one another."""

import sqlalchemy as sa

from app.constants import Role
from app.extensions import db
from app.models.accounts import User
from app.models.passkeys import Passkey
from app.services import settings
from app.services.transaction import after_commit, transaction


def is_required(user):
    """Whether ``user`` is one of those of whom the owners want a second step."""
    return user.role == Role.SUPERVISOR and settings.get("second_factor_required")


def is_asked(user):
    """Whether a password alone does not open this account. Whoever needs no second step and has a passkey has it for
    convenience; for those who need one it is that step.
    """
    return user.second_factor_at is not None or (is_required(user) and has_passkey(user))


def is_demanded(user):
    """Whether a second step is required of ``user``, and there is none yet."""
    return is_required(user) and not is_asked(user)


def has_passkey(user):
    return db.session.scalar(sa.select(Passkey.id).where(Passkey.user_id == user.id).limit(1)) is not None


def end_open_sockets():
    """The owners have just begun to want it: whoever has none leaves, and the page they come back to says why."""
    if settings.get("second_factor_required"):
        with transaction() as session:
            for owner in session.scalars(sa.select(User).where(User.role == Role.SUPERVISOR)).all():
                if is_demanded(owner):
                    after_commit("account:ended", user_id=owner.id)


settings.follow("second_factor_required", end_open_sockets)

"""Signing in with a password: the same answer, in the same time, whether the e-mail is known or not."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.errors import Blocked, InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.services.accounts import passwords
from app.services.transaction import transaction


def check_password(email, password):
    """The User with this e-mail and password.

    Raises InvalidInput when there is none (one text for an unknown e-mail and a wrong password),
    Blocked, with the reason, for the right password of a blocked account.
    """
    user_id, password_hash = _known(email)
    if not passwords.is_password_of(password_hash, password):
        raise InvalidInput(_l("The e-mail or the password is wrong."), code="wrong_password")
    user = db.session.get_one(User, user_id)
    if user.blocked_at:
        raise Blocked(_l("Your account is blocked: %(reason)s", reason=user.blocked_reason))
    if passwords.is_outdated(password_hash):
        _keep_better_hash(user_id, password_hash, passwords.hash_password(password))
    return user


def _known(email):
    query = sa.select(User.id, User.password_hash).where(User.email == (email or "").strip().lower())
    row = db.session.execute(query).first()
    db.session.rollback()  # the hash takes a while: hold no connection meanwhile
    return (row.id, row.password_hash) if row else (None, None)


def _keep_better_hash(user_id, old, new):
    with transaction() as session:
        session.execute(sa.update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new))

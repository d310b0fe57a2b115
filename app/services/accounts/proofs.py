"""«Is it you?»: what a signed-in person shows before the keys of the account change hands."""

from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.extensions import db
from app.services.accounts import passwords, second_factor


def asked_of(user):
    """``code`` or ``password``: the harder of those there are; None for an account that has neither."""
    if user.second_factor_at:
        return "code"
    return "password" if user.password_hash else None


def check(proof, *, actor):
    """Raises InvalidInput(field="code" or "password"), TooMany."""
    asked = asked_of(actor)
    if asked == "code":
        second_factor.use(proof, user=actor)
    elif asked == "password":
        password_hash = actor.password_hash
        db.session.rollback()  # the hash takes a while: hold no connection meanwhile
        if not passwords.is_password_of(password_hash, proof):
            raise InvalidInput(_l("This is not your current password."), field="password")

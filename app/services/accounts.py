"""People: registration, sign-in and everything an account can do to itself."""

from app.models.accounts import User
from app.services.transaction import transaction


def choose_language(locale, *, actor):
    """Keep the interface language (``ru`` or ``en``) with the account."""
    with transaction() as session:
        session.get_one(User, actor.id).locale = locale

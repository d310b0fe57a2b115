"""What people change about their own account."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l

from app.constants import LOCALES, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.services import contacts, outbox
from app.services.accounts import passwords, recovery
from app.services.accounts.people import change, person_name, phone_of
from app.services.transaction import transaction


def choose_language(locale, *, actor):
    """Keep the interface language (``ru`` or ``en``) with the account."""
    with transaction() as session:
        session.get_one(User, actor.id).locale = locale


def change_details(values, *, actor):
    """Name (or first and last name), phone, language and zone. Raises InvalidInput(field)."""
    values = _checked(values, actor)
    with transaction():
        change(actor, values, actor=actor)


def _checked(values, actor):
    checked = person_name(values, actor.role)
    checked["phone"] = phone_of(actor, values.get("phone"))
    if actor.role == Role.REALTOR and not checked["phone"]:
        raise InvalidInput(_l("Realtors are called: write your mobile number."), field="phone")
    checked["locale"] = values["locale"] if values.get("locale") in LOCALES else actor.locale
    zone = values.get("timezone") or None
    if zone and zone not in available_timezones():
        raise InvalidInput(_l("There is no such time zone."), field="timezone")
    return checked | {"timezone": zone}


def change_email(email, password, *, actor):
    """Ask the password, change the sign-in, tell the old address. Raises InvalidInput(field), EmailTaken."""
    email = contacts.email_address(email)
    _ask_password(actor, password)
    with transaction():
        old = actor.email
        if old == email:
            return
        change(actor, {"email": email}, actor=actor)
        payload = {"name": actor.name, "old": old, "new": email}
        outbox.queue_email("email_changed", address=old, locale=actor.locale, payload=payload)


def change_password(new, *, current, actor):
    """``current`` is asked of everybody who has one. Ends the other sessions. Raises InvalidInput(field)."""
    if actor.password_hash:
        _ask_password(actor, current, field="current")
    passwords.check_new_password(new, actor.email, field="new")
    password_hash = passwords.hash_password(new)
    with transaction():
        recovery.set_password(actor, password_hash, how="profile", actor=actor)


def _ask_password(actor, password, field="password"):
    password_hash = actor.password_hash
    db.session.rollback()
    if not passwords.is_password_of(password_hash, password):
        raise InvalidInput(_l("This is not your current password."), field=field)

"""What owners do to accounts. Each change is in the journal, and open pages and sockets feel it at once."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import LOCALES, AuditTag, Role
from app.errors import Forbidden, InvalidInput
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.base import utcnow
from app.services import audit, contacts, inquiries, outbox, search, support
from app.services.accounts import passwords
from app.services.accounts.people import change, keep_one_supervisor, person_name, phone_of
from app.services.accounts.registration import EmailTaken, checked_name
from app.services.transaction import after_commit, insert_once, transaction
from app.services.versions import check_version


def create_supervisor(email, password, *, name="", locale="ru"):
    """An owner's account (the command line's way). Raises InvalidInput(field), EmailTaken."""
    email = contacts.email_address(email)
    passwords.check_new_password(password, email)
    values = {"name": checked_name(name or email.partition("@")[0]), "password_hash": passwords.hash_password(password)}
    with transaction() as session:
        if not insert_once(User, {"role": Role.SUPERVISOR, "email": email, "locale": locale} | values, ["email"]):
            raise EmailTaken()
        user = session.scalar(sa.select(User).where(User.email == email))
        audit.record(AuditTag.ACCOUNT_REGISTERED, user, actor=None, role=Role.SUPERVISOR.value, source="command line")
    return user


def block(user, reason, *, actor):
    """From now on the person can do nothing and is told ``reason``. Blocking twice keeps the later reason."""
    reason = checked_name(reason, "reason", 500)
    if user.id == actor.id:
        raise InvalidInput(_l("You cannot block yourself."))
    with transaction():
        keep_one_supervisor(user)
        user.blocked_at, user.blocked_reason = user.blocked_at or utcnow(), reason
        user.version += 1
        audit.record(AuditTag.ACCOUNT_BLOCKED, user, actor=actor, reason=reason)
        if user.email:
            outbox.queue_email("account_blocked", user=user, payload={"name": user.name, "reason": reason})
        support.release(user)
        _settle(user)


def unblock(user, *, actor):
    with transaction():
        if user.blocked_at is None:
            return
        user.blocked_at, user.blocked_reason = None, ""
        user.version += 1
        audit.record(AuditTag.ACCOUNT_UNBLOCKED, user, actor=actor)
        _settle(user)


def change_role(user, role, *, actor, staff_role=None, city=None, agency=None, version=None):
    """Give another role; all sessions of the person end. A new realtor needs ``city`` and ``agency``, one of the
    console's staff a ``staff_role``.

    Raises InvalidInput(field), EditConflict, Forbidden.
    """
    role = Role(role)
    if user.id == actor.id:
        raise InvalidInput(_l("You cannot change your own role."), field="role")
    if (role == Role.STAFF) != (staff_role is not None):
        raise InvalidInput(_l("Choose a role from the list."), field="role")
    with transaction():
        check_version(user, version, {"role": role})
        if (user.role, user.staff_role) == (role, staff_role):
            return
        if role != Role.SUPERVISOR:
            keep_one_supervisor(user)
        if not may(actor, Permission.ROLES, user):  # as of now: somebody may have taken it meanwhile
            raise Forbidden()
        change(user, {"role": role, "staff_role": staff_role}, actor=actor)
        if role == Role.REALTOR:
            _bind(user, city, agency, actor=actor)
        support.release(user)
        user.session_epoch += 1
        _settle(user)


def change_city(user, city, *, actor, version=None):
    """Bind the realtor to another City. Raises EditConflict."""
    with transaction():
        check_version(user, version, {"city": city.name_ru}, theirs={"city": user.realtor.city.name_ru})
        _rebind(user, "city", city, actor=actor)


def change_agency(user, agency, *, actor, version=None):
    """Bind the realtor to another Agency. Raises EditConflict."""
    with transaction():
        check_version(user, version, {"agency": agency.name}, theirs={"agency": user.realtor.agency.name})
        _rebind(user, "agency", agency, actor=actor)


def correct(user, values, *, actor, version=None, original=None):
    """Correct any of name (or first_name, last_name), email, phone, locale, city, agency.

    ``city`` and ``agency`` are rows and for realtors only. Raises InvalidInput(field), EmailTaken, EditConflict.
    """
    values = dict(values)
    city, agency = values.pop("city", None), values.pop("agency", None)
    checked = _checked(user, values, city)
    with transaction():
        check_version(user, version, checked, original)
        change(user, checked, actor=actor)
        if city is not None:
            _rebind(user, "city", city, actor=actor)
        if agency is not None:
            _rebind(user, "agency", agency, actor=actor)


def _checked(user, values, city):
    checked = {}
    if {"name", "first_name", "last_name"} & set(values):
        checked |= person_name({"first_name": user.first_name, "last_name": user.last_name} | values, user.role)
    if "email" in values:
        checked["email"] = contacts.email_address(values["email"])
    if "phone" in values:
        checked["phone"] = phone_of(user, values["phone"], city)
    if "locale" in values:
        if values["locale"] not in LOCALES:
            raise InvalidInput(_l("There is no such language."), field="locale")
        checked["locale"] = values["locale"]
    return checked


def _bind(user, city, agency, *, actor):
    if user.realtor is None:
        if city is None or agency is None:
            raise InvalidInput(_l("A realtor needs a city and an agency."), field="city" if city is None else "agency")
        db.session.add(Realtor(user_id=user.id, city_id=city.id, agency_id=agency.id))
        db.session.flush()
        db.session.refresh(user)
        search.index_person(user)
        return
    for name, row in (("city", city), ("agency", agency)):
        if row is not None:
            _rebind(user, name, row, actor=actor)


def _rebind(user, name, row, *, actor):
    """``name`` is ``city`` or ``agency``."""
    old = getattr(user.realtor, name)
    if old.id == row.id:
        return
    setattr(user.realtor, f"{name}_id", row.id)
    user.version += 1
    db.session.flush()
    db.session.expire(user.realtor)
    audit.record(
        AuditTag.ACCOUNT_CHANGED, user, actor=actor, old={name: audit.plain(old)}, new={name: audit.plain(row)}
    )
    search.index_person(user)
    if name == "city":
        _settle(user)


def _settle(user):
    """Who works in which city may have changed: served places, waiting inquiries and open sockets follow."""
    if user.realtor:
        working = user.role == Role.REALTOR and user.is_active
        user.realtor.active = working
        db.session.flush()
        if working:
            inquiries.publish_awaiting(user.realtor.city)
        after_commit("places:changed")
    after_commit("account:ended", user_id=user.id)
    after_commit("person:changed", user_id=user.id)

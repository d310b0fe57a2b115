"""What the profile and the owners' corrections share: one way to change a person's columns, with its journal entry."""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.constants import AuditTag, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.services import audit, contacts, outbox, search
from app.services.accounts.registration import EmailTaken, checked_name


def person_name(values, role):
    """The name columns out of a form's values: a realtor's name is made of two. Raises InvalidInput(field)."""
    if role != Role.REALTOR:
        return {"name": checked_name(values.get("name"))}
    first, last = (checked_name(values.get(field), field, 60) for field in ("first_name", "last_name"))
    return {"first_name": first, "last_name": last, "name": f"{first} {last}"[:120]}


def phone_region(user, city=None):
    """The country in which ``user`` writes a number without its code."""
    if user.realtor:
        return (city or user.realtor.city).country.code
    return contacts.region_of(user.phone) or contacts.REGION_OF_LOCALE[user.locale]


def phone_of(user, text, city=None):
    """The typed phone in its stored form; one that is stored already stays, even if it would not pass today.

    Raises InvalidInput(field).
    """
    if user.phone and re.sub(r"[\s()-]", "", text or "") == user.phone:
        return user.phone
    return contacts.phone_number(text, phone_region(user, city))


def change(user, values, *, actor):
    """Inside transaction(): assign, raise the version, write the journal. Raises EmailTaken."""
    old, new = audit.changes(user, values)
    if not new:
        return
    for name, value in values.items():
        setattr(user, name, value)
    if "email" in new:
        user.email_verified_at = None
    user.version += 1
    try:
        db.session.flush()
    except IntegrityError:
        raise EmailTaken() from None
    if "email" in new:
        outbox.forward(user)
    audit.record(AuditTag.ACCOUNT_CHANGED, user, actor=actor, old=old, new=new)
    search.index_person(user)


def working_supervisors():
    """Locked, so that two owners cannot take each other's rights at once and leave nobody."""
    active = sa.and_(User.role == Role.SUPERVISOR, User.blocked_at.is_(None), User.deleted_at.is_(None))
    return db.session.scalars(sa.select(User.id).where(active).with_for_update(of=User)).all()


def keep_one_supervisor(user):
    """Raises InvalidInput when ``user`` is the last owner who can sign in."""
    if user.role == Role.SUPERVISOR and set(working_supervisors()) <= {user.id}:
        raise InvalidInput(_l("This is the last owner of the service: appoint another first."), code="last_supervisor")

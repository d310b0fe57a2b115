"""«Смотреть как»: an owner sees the site as a person does, and changes nothing (transaction.look_only)."""

from uuid import UUID

import sqlalchemy as sa

from app.access.permissions import Permission, may
from app.constants import AuditTag
from app.errors import Forbidden
from app.extensions import db
from app.models.accounts import User
from app.services import audit
from app.services.transaction import transaction


def person(public_id, *, actor):
    """The User whom ``actor`` may look at the site as, or None: never another owner, nobody blocked or deleted."""
    found = db.session.scalar(sa.select(User).where(User.public_id == UUID(public_id)))
    return found if found and may(actor, Permission.VIEW_AS, found) else None


def begin(user, *, actor):
    """Raises Forbidden."""
    if not may(actor, Permission.VIEW_AS, user):
        raise Forbidden()
    with transaction():
        audit.record(AuditTag.VIEW_BEGUN, user, actor=actor)


def end(user, *, actor):
    with transaction():
        audit.record(AuditTag.VIEW_ENDED, user, actor=actor)

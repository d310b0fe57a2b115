"""Who is behind a socket, asked anew for every event: a block or a sign-out acts on the next one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import session

from app.constants import Role
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.places import City


@dataclass(frozen=True, slots=True)
class Person:
    """What access/ and services/ ask of an actor, read in one plain row."""

    id: int
    public_id: UUID
    role: Role
    name: str
    locale: str
    session_epoch: int
    blocked_at: datetime | None
    deleted_at: datetime | None

    @property
    def is_active(self):
        return self.blocked_at is None and self.deleted_at is None


# Built once: every event of every socket asks this first.
_USERS = User.__table__
_FIND = sa.select(*(_USERS.c[name] for name in Person.__slots__)).where(_USERS.c.public_id == sa.bindparam("id"))


def find():
    """The Person of this socket's session, or None for a visitor and a session that has been ended."""
    public_id, _, epoch = session.get("_user_id", "").partition(":")
    try:
        row = db.session.connection().execute(_FIND, {"id": UUID(public_id)}).first()
    except ValueError:
        return None
    person = Person(*row) if row else None
    return person if person and person.deleted_at is None and str(person.session_epoch) == epoch else None


def city_of(person):
    """The public id of a realtor's city."""
    return db.session.scalar(
        sa.select(City.public_id).join(Realtor, Realtor.city_id == City.id).where(Realtor.user_id == person.id)
    )

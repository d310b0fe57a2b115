"""Who is behind a socket, asked anew for every event: a block or a sign-out acts on the next one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import session

from app.constants import Role
from app.extensions import db
from app.languages import select_locale
from app.models.accounts import Realtor, User
from app.models.places import City
from app.models.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a browser's session said when its socket connected: whose it is, of which epoch, in which language."""

    person: UUID | None
    epoch: str
    locale: str


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


_USERS = User.__table__
_FIND = Prepared(
    sa.select(*(_USERS.c[name] for name in Person.__slots__)).where(_USERS.c.public_id == sa.bindparam("public_id")),
    row=Person,
)


def ticket():
    """The Ticket of the session that is connecting."""
    public_id, _, epoch = session.get("_user_id", "").partition(":")
    try:
        person = UUID(public_id)
    except ValueError:
        person = None
    return Ticket(person, epoch, select_locale())


def find(ticket):
    """The Person of a Ticket as of now, or None for a visitor and a session that has been ended."""
    person = _FIND.read(public_id=ticket.person) if ticket.person else None
    return person if person and person.deleted_at is None and str(person.session_epoch) == ticket.epoch else None


def city_of(person):
    """The public id of a realtor's city."""
    return db.session.scalar(
        sa.select(City.public_id).join(Realtor, Realtor.city_id == City.id).where(Realtor.user_id == person.id)
    )

"""Who is behind a socket, asked anew for every event: a block or a sign-out acts on the next one."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from werkzeug.http import parse_cookie

from app.constants import Role
from app.languages import locale_of
from app.models.accounts import Realtor, SignIn, User
from app.models.places import City
from app.models.prepared import Prepared
from app.models.roles import StaffRole
from app.sessions import VIEW


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a browser's session said when its socket connected: whose it is, by which SignIn, in which language."""

    person: UUID | None
    sign_in: UUID | None
    locale: str
    looking: bool = False  # an owner who looks at the site as somebody


@dataclass(frozen=True, slots=True)
class Person:
    """What access/ and services/ ask of an actor, read in one plain row."""

    id: int
    public_id: UUID
    role: Role
    permissions: frozenset | None  # of an own role
    name: str
    locale: str
    second_factor_at: datetime | None
    blocked_at: datetime | None
    deleted_at: datetime | None
    sign_in_id: int

    @property
    def granted(self):
        return self.permissions or frozenset()

    @property
    def is_active(self):
        return self.blocked_at is None and self.deleted_at is None


_USERS, _SIGN_INS = User.__table__, SignIn.__table__
_ELSEWHERE = {"permissions": StaffRole.__table__.c.permissions, "sign_in_id": _SIGN_INS.c.id}
COLUMNS = tuple(_ELSEWHERE[name] if name in _ELSEWHERE else _USERS.c[name] for name in Person.__slots__)
SIGNED_IN = _SIGN_INS.join(
    _USERS, sa.and_(_USERS.c.id == _SIGN_INS.c.user_id, _USERS.c.session_epoch == _SIGN_INS.c.epoch)
).outerjoin(StaffRole.__table__, StaffRole.__table__.c.id == _USERS.c.staff_role_id)
IS_TICKET = sa.and_(
    _SIGN_INS.c.public_id == sa.bindparam("sign_in"),
    _SIGN_INS.c.ended_at.is_(None),
    _USERS.c.public_id == sa.bindparam("person"),
    _USERS.c.deleted_at.is_(None),
)
_FIND = Prepared(sa.select(*COLUMNS).select_from(SIGNED_IN).where(IS_TICKET), row=Person)


class _Handshake(NamedTuple):
    """All of a request that a session is opened with; a whole one goes through its headers for each question."""

    cookies: dict
    headers: dict


def ticket(app, environ):
    """The Ticket of the session that is connecting.

    Its cookie is opened without a request context, which took half of a connect's time: a thousand may come at once.
    """
    request = _Handshake(parse_cookie(environ), {"Accept-Language": environ.get("HTTP_ACCEPT_LANGUAGE", "")})
    session = app.session_interface.open_session(app, request)
    try:
        person, sign_in = map(UUID, session.get("_user_id", "").split(":"))
    except ValueError:
        person = sign_in = None
    return Ticket(person, sign_in, locale_of(session, request), VIEW in session)


def find(ticket):
    """The Person of a Ticket as of now, or None for a visitor and a session that has been ended."""
    return _FIND.read(person=ticket.person, sign_in=ticket.sign_in) if ticket.person else None


_ARRIVE = Prepared(
    sa.select(*COLUMNS, City.public_id)
    .select_from(SIGNED_IN)
    .outerjoin(Realtor.__table__, Realtor.user_id == _USERS.c.id)
    .outerjoin(City.__table__, City.id == Realtor.city_id)
    .where(IS_TICKET),
    row=lambda *values: (Person(*values[:-1]), values[-1]),
)


def arriving(ticket):
    """find(ticket), and the public id of a realtor's city: one question for each of a thousand that come at once."""
    found = _ARRIVE.read(person=ticket.person, sign_in=ticket.sign_in) if ticket.person else None
    return found or (None, None)

"""What an event of a chat has to know, asked in one question: who says it, the conversation, and who hears of it.

Three questions would be three round trips to PostgreSQL for each message. The answer is good for this event; what
remember() keeps of it for the next is looked at again by the statement that acts on it.
"""

from collections import namedtuple
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import g

from app.access.loaders import get_plain
from app.access.permissions import may
from app.access.scopes import clause, openings
from app.constants import ConversationKind, Role
from app.errors import Forbidden
from app.models.accounts import User
from app.models.conversations import Conversation
from app.models.prepared import Prepared
from app.models.roles import StaffRole
from app.services import lines
from app.sockets import people
from app.sockets.packets import Json

CLIENT, REALTOR = User.__table__.alias("client"), User.__table__.alias("realtor")
SIDES = tuple(column for side in (CLIENT, REALTOR) for column in (side.c.public_id, side.c.locale, side.c.blocked_at))
_CHATS = Conversation.__table__
# What lists say of a conversation is not asked: reading so many moments takes as long as finding the row.
_OF_LISTS = {"last_message_at", "last_sender_id", "last_kind", "last_preview", "waiting_since", "created_at"}
_ASKED = [column for column in _CHATS.c if column.name not in _OF_LISTS]
Row = namedtuple("Row", [column.name for column in _ASKED])


class _Known(NamedTuple):
    person_id: int
    row: Row
    sides: list  # the values of SIDES

    @property
    def blocked(self):
        return self.sides[2::3]


class _Whoever(NamedTuple):
    """Stands for the person of the statement, so that the scope of each role becomes part of it."""

    role: Role
    id = User.__table__.c.id
    granted = frozenset()  # the statement asks for it: see _visible
    is_active = True


def _visible():
    role = User.__table__.c.role
    of_roles = (sa.and_(role == one, clause(_Whoever(one), Conversation)) for one in Role)
    own_role = openings(_Whoever(Role.STAFF), Conversation)
    of_own = (sa.and_(role == Role.STAFF, StaffRole.has(permission), rows) for permission, rows in own_role)
    return sa.or_(*of_roles, *of_own)


_FIND = Prepared(
    sa.select(*people.COLUMNS, *_ASKED, *SIDES)
    .select_from(people.SIGNED_IN)
    .outerjoin(_CHATS, sa.and_(_CHATS.c.public_id == sa.bindparam("conversation"), _visible()))
    .outerjoin(CLIENT, CLIENT.c.id == _CHATS.c.client_id)
    .outerjoin(REALTOR, REALTOR.c.id == _CHATS.c.realtor_id)
    .where(people.IS_TICKET)
)


def find(ticket, arguments):
    """people.find(ticket), and whatever conversation the event names, if that person may see it, for get()."""
    g.pop("chat", None)
    conversation = _named(arguments)
    if conversation is None or ticket.person is None:
        return people.find(ticket)
    found = _FIND.read(person=ticket.person, sign_in=ticket.sign_in, conversation=conversation)
    if found is None:
        return None
    people_end = len(people.COLUMNS)
    person, row = people.Person(*found[:people_end]), Row(*found[people_end : -len(SIDES)])
    if row.id is not None and person.is_active:
        g.chat = _Known(person.id, row, found[-len(SIDES) :])
    return person


def _named(arguments):
    payload = arguments[0] if arguments else None
    try:
        return UUID(payload["conversation"]) if isinstance(payload, dict) else None
    except (KeyError, ValueError, AttributeError, TypeError):
        return None


def get(person, public_id, permission):
    """access.loaders.get_plain of this event's conversation. Raises NotFound, Forbidden."""
    known = g.get("chat")
    if known is None or known.row.public_id != public_id or known.person_id != person.id:
        return get_plain(person, Conversation, public_id, permission)
    if not may(person, permission, known.row):
        raise Forbidden()
    return known.row


LAST = "otklik.last"  # where a connection keeps who wrote last and in which conversation


def remember(person):
    """``person`` of this event was let in, and their message stored: last() answers the next one of this page."""
    known = g.get("chat")
    if known is None or known.person_id != person.id or person.role not in (Role.CLIENT, Role.REALTOR):
        return
    if known.row.kind == ConversationKind.INQUIRY and not any(known.blocked):
        g.page[LAST] = person, known


def last(public_id):
    """(person, conversation) of remember(), where it was this conversation: true then, to be looked at again.

    (None, None) where it was not.
    """
    person, known = g.page.get(LAST, (None, None))
    if known is None or known.row.public_id != public_id:
        return None, None
    g.chat = known
    return person, known.row


def sides_of(conversation_id):
    """The values of SIDES and the kind, if this event has asked for this conversation."""
    known = g.get("chat")
    return (*known.sides, known.row.kind) if known and known.row.id == conversation_id else None


def payload(line):
    """What everybody reads of a message of people, made once for the event and for its acknowledgement."""
    said = g.get("said")
    if said is None or said[0] is not line:
        g.said = said = line, Json(lines.written(line, "ru"))
    return said[1]

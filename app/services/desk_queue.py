"""The queue of the support desk, a page at a time, however long it is.

A page begins where another ended: after a ticket, or before one. So the hundredth costs what the first does, and what
comes in meanwhile moves nothing from one page to the next.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.access.scopes import clause, visible_to
from app.extensions import db
from app.models.accounts import User
from app.models.base import UtcDateTime
from app.models.conversations import SUPPORT, Conversation
from app.models.support import Ticket
from app.services import search

PAGE = 50
FEW = 2_000  # people that a search finds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_later = aliased(Ticket)


@dataclass(frozen=True)
class Stretch:
    """Tickets in one order: by ``moment``, those of one moment by their conversation."""

    word: str
    moment: sa.orm.InstrumentedAttribute
    clauses: tuple
    descending: bool = False

    def by(self, *, backwards):
        columns = self.moment, Ticket.conversation_id
        return [column.desc() if self.descending != backwards else column.asc() for column in columns]

    def beyond(self, place, *, backwards):
        here = sa.tuple_(self.moment, Ticket.conversation_id)
        end = sa.tuple_(sa.literal(place.moment, UtcDateTime), sa.literal(place.conversation_id, sa.Integer))
        return here < end if self.descending != backwards else here > end

    def of(self, ticket):
        """The address of a ticket's place, which is one of this stretch."""
        moment = getattr(ticket.conversation if self.moment.class_ is Conversation else ticket, self.moment.key)
        return f"{self.word}{(moment - EPOCH) // MICROSECOND:x}.{ticket.conversation.public_id.hex}"


_OPEN = Ticket.closed_at.is_(None)
_LAST = ~sa.exists().where(_later.conversation_id == Ticket.conversation_id, _later.id > Ticket.id).correlate(Ticket)
WAITING = Stretch("w", Conversation.waiting_since, (_OPEN, SUPPORT, Conversation.waiting_since.is_not(None)))
RESTING = Stretch("r", Ticket.opened_at, (_OPEN, Conversation.waiting_since.is_(None)))
CLOSED = Stretch("c", Ticket.closed_at, (Ticket.closed_at.is_not(None), _LAST), descending=True)


@dataclass(frozen=True)
class Place:
    word: str
    moment: datetime
    conversation_id: int

    @classmethod
    def read(cls, text):
        """The Place that Stretch.of() wrote; None for anything else."""
        try:
            moment, public_id = text[1:].split(".")
            moment, public_id = EPOCH + int(moment, 16) * MICROSECOND, UUID(public_id)
        except (ValueError, OverflowError):
            return None
        found = db.session.scalar(sa.select(Conversation.id).where(Conversation.public_id == public_id))
        return None if found is None else cls(text[0], moment, found)


@dataclass(frozen=True)
class Page:
    tickets: list
    before: str | None  # the places that the pages around this one begin at
    after: str | None


def page(tab, *, text="", after="", before="", actor):
    """The Page of a tab after, or before, a place; ``text``: of the people it finds.

    Who waits longest stands first; of the closed ones the newest, and the last of each person.
    """
    place, backwards = Place.read(before or after), bool(before)
    stretches = [CLOSED] if tab == "closed" else [WAITING, RESTING]
    if place and place.word not in {each.word for each in stretches}:
        place = None
    found = _read(stretches, _of(tab, text, actor), place, backwards and place is not None)
    rows, more = found[:PAGE], len(found) > PAGE
    if backwards and place:
        rows, ahead, behind = rows[::-1], True, more
    else:
        ahead, behind = more, place is not None
    address = [stretch.of(ticket) for stretch, ticket in rows]
    tickets = [ticket for _stretch, ticket in rows]
    return Page(tickets, address[0] if behind and rows else None, address[-1] if ahead and rows else None)


def _read(stretches, query, place, backwards):
    """[(Stretch, Ticket), …], one more than a page has where there are so many."""
    found, left = [], stretches[::-1] if backwards else stretches
    while place and left[0].word != place.word:
        left = left[1:]
    for stretch in left:
        rows = query.where(*stretch.clauses).order_by(*stretch.by(backwards=backwards))
        if place and stretch.word == place.word:
            rows = rows.where(stretch.beyond(place, backwards=backwards))
        rows = rows.limit(PAGE + 1 - len(found))
        found += [(stretch, ticket) for ticket in db.session.scalars(rows).unique()]
        if len(found) > PAGE:
            break
    return found


def _asked_by(text):
    """Few people lead to their tickets. Of many the tickets are walked in order and each is tried."""
    key, found = search.PEOPLE.matching(text)
    people = sa.select(key).where(found)
    if db.session.scalar(people.offset(FEW).limit(1)) is None:
        return SUPPORT, Conversation.client_id.in_(people)
    theirs = (Conversation.client_id + 0).in_(people)
    # SQLite takes any list for a short one and would begin with it: by the key plus nothing it cannot.
    return (sa.func.likely(theirs) if db.session.get_bind().dialect.name == "sqlite" else theirs,)


def _of(tab, text, actor):
    own = {"new": [Ticket.taken_by_id.is_(None)], "mine": [Ticket.taken_by_id == actor.id]}.get(tab, [])
    query = visible_to(actor, Ticket).join(Ticket.conversation).where(clause(actor, Conversation), *own)
    if text:
        query = query.where(*_asked_by(text))
    people = (
        contains_eager(Ticket.conversation).joinedload(Conversation.client, innerjoin=True),
        joinedload(Ticket.taken_by).lazyload(User.realtor),
    )
    return query.options(*people)

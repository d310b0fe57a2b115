"""What a realtor's office shows: the city's open inquiries, the realtor's own, each with the realtor's standing.

Lists never count the whole city: pages follow one another by the last inquiry shown, chips count to a limit.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from app.access.scopes import visible_to
from app.constants import Deal, InquiryStatus
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import OPEN, Inquiry, Match

PAGE = 20
RUNNING = (InquiryStatus.NEW, InquiryStatus.IN_WORK)  # what models.inquiries.OPEN says
COUNT_LIMIT = 100  # chips say «99+» from here on


@dataclass(frozen=True)
class Card:
    """One inquiry as this realtor sees it. ``match`` and ``conversation`` are the realtor's own, if any."""

    inquiry: Inquiry
    match: Match | None
    conversation: Conversation | None

    @property
    def open(self):
        return self.inquiry.status in RUNNING

    @property
    def fresh(self):
        return self.match is None or self.match.seen_at is None

    @property
    def accepted(self):
        return self.match is not None and self.match.accepted_at is not None

    @property
    def declined(self):
        return self.match is not None and self.match.declined_at is not None and not self.accepted

    @property
    def unread(self):
        return max(0, self.conversation.last_seq - self.conversation.realtor_read_seq) if self.conversation else 0

    @property
    def age(self):
        """Seconds since the inquiry reached the realtors."""
        return (utcnow() - self.inquiry.published_at).total_seconds()


def new_inquiries(actor, *, deal=None, before=None, after=None, limit=PAGE, where=()):
    """Open inquiries of the city that ``actor`` has not declined, newest first; before or after an Inquiry.

    ``where``: further clauses on Inquiry.
    """
    query = _cards(actor).where(*_offered(actor), _beyond(before, after), *where)
    if deal:
        query = query.where(Inquiry.deal == deal)
    return _read(query.order_by(Inquiry.published_at.desc(), Inquiry.id.desc()).limit(limit))


def declined_inquiries(actor, *, before=None, limit=PAGE, where=()):
    """What ``actor`` said «not for me» to, the last first."""
    query = _answered(actor).where(
        Match.accepted_at.is_(None), Match.declined_at.is_not(None), Inquiry.city_id == actor.realtor.city_id, *where
    )
    if before:
        query = query.where(Match.id < _of_mine(Match.id, before, actor))
    return _read(query.order_by(Match.id.desc()).limit(limit))


def my_inquiries(actor, *, closed=None, before=None, limit=PAGE):
    """What ``actor`` has accepted, the last first; ``closed`` narrows to ended or to running ones."""
    query = _answered(actor).where(Match.accepted_at.is_not(None))
    if closed is not None:
        # Cast, so that no index on the status tempts the planner away from the realtor's own few rows.
        running = sa.cast(Inquiry.status, sa.String).in_(RUNNING)
        query = query.where(~running if closed else running)
    if before:
        query = query.where(Match.accepted_at < _of_mine(Match.accepted_at, before, actor))
    return _read(query.order_by(Match.accepted_at.desc()).limit(limit))


def _of_mine(column, inquiry, actor):
    return sa.select(column).where(Match.inquiry_id == inquiry.id, Match.realtor_id == actor.id).scalar_subquery()


def card(inquiry, *, actor):
    [found] = _read(_cards(actor).where(Inquiry.id == inquiry.id))
    return found


def counts(actor, *besides):
    """Deal → how many open inquiries wait, at most COUNT_LIMIT; and what ``besides`` answer, Selects of one value."""
    questions = (*(_counted(actor, deal) for deal in Deal), *besides)
    found = db.session.execute(sa.select(*(each.scalar_subquery() for each in questions))).one()
    return dict(zip(Deal, found, strict=False)), found[len(Deal) :]


def _counted(actor, deal):
    declined = sa.exists().where(
        Match.inquiry_id == Inquiry.id, Match.realtor_id == actor.id, Match.declined_at.is_not(None)
    )
    some = sa.select(Inquiry.id).where(Inquiry.city_id == actor.realtor.city_id, OPEN, Inquiry.deal == deal, ~declined)
    return sa.select(sa.func.count()).select_from(some.limit(COUNT_LIMIT).subquery())


def _cards(actor):
    """Cards of whatever the realtor sees."""
    mine = sa.and_(Match.inquiry_id == Inquiry.id, Match.realtor_id == actor.id)
    return _with_people(visible_to(actor, Inquiry).outerjoin(Match, mine), actor)


def _answered(actor):
    """Cards of what the realtor has a standing towards: found through the own matches, however large the city."""
    return _with_people(visible_to(actor, Match).join(Match.inquiry), actor)


def _with_people(query, actor):
    talk = sa.and_(Conversation.inquiry_id == Inquiry.id, Conversation.realtor_id == actor.id)
    return (
        query.join(Inquiry.client)
        .outerjoin(Conversation, talk)
        .with_only_columns(Inquiry, Match, Conversation)
        .options(contains_eager(Inquiry.client).options(lazyload(User.realtor)), joinedload(Inquiry.city))
    )


def _offered(actor):
    return Inquiry.city_id == actor.realtor.city_id, OPEN, sa.or_(Match.id.is_(None), Match.declined_at.is_(None))


def _beyond(before, after):
    place = sa.tuple_(Inquiry.published_at, Inquiry.id)
    if before:
        return place < sa.tuple_(before.published_at, before.id)
    return place > sa.tuple_(after.published_at, after.id) if after else sa.true()


def _read(query):
    return [Card(*row) for row in db.session.execute(query)]

"""Demand and the answer to it: how far a week's inquiries came, where realtors lack, and who answers."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.access.scopes import clause, visible_to
from app.constants import InquiryStatus, Period
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.places import City
from app.services import overview, settings
from app.services.statistics.filters import today
from app.services.statistics.hours import asked, between, midnight
from app.services.statistics.periods import Span

WEEK = 7


@dataclass(frozen=True)
class Funnel:
    """Of the inquiries published in ``span``: opened by a realtor, accepted, written to by the client, home found."""

    span: Span
    published: int = 0
    opened: int = 0
    accepted: int = 0
    wrote: int = 0
    found: int = 0

    def share(self, number):
        return number / self.published if self.published else None


def week(back=0):
    """The last seven business days, or as many that ended ``back`` weeks ago."""
    last = today() - timedelta(days=WEEK * back)
    return Span(Period.RANGE, last - timedelta(days=WEEK - 1), last)


def funnel(filters, span, *, actor):
    """The Funnel of ``span`` in the place and deal of ``filters``."""
    within = between(span.first, span.last), *asked(filters, actor)
    accepted, done = Inquiry.acceptances > 0, Inquiry.status == InquiryStatus.DONE
    steps = (accepted, sa.and_(accepted, done))
    published, *reached = db.session.execute(
        sa.select(sa.func.count(), *(sa.func.count(sa.case((step, 1))) for step in steps)).where(*within)
    ).one()
    unanswered = _count(*within, ~accepted, opened())  # whoever accepts has opened it: the others are few to look up
    return Funnel(span, published, reached[0] + unanswered, reached[0], _count(*within, accepted, wrote()), reached[1])


def _count(*clauses):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Inquiry).where(*clauses))


def opened():
    """The clause on Inquiry of having been opened by a realtor."""
    return sa.exists().where(Match.inquiry_id == Inquiry.id, Match.seen_at.is_not(None))


def wrote():
    """The clause on Inquiry of its client having written to a realtor."""
    return sa.exists().where(Conversation.inquiry_id == Inquiry.id, Conversation.client_messages > 0)


def wanting(figures):
    """Rows of ``figures`` (of a week): cities that answer too little or with too few realtors, the worst first."""
    rows = [row for row in figures.cities if row.short_of_realtors or _overloaded(row)]
    return sorted(rows, key=lambda row: (row.counts.accepted - row.counts.inquiries, row.realtors))


def _overloaded(row):
    return row.can_be_judged and row.counts.inquiries > settings.get("demand_load") * row.realtors


def answering():
    """The clause on User of having accepted an inquiry in the last seven business days."""
    realtors = Match.realtor_id.in_(sa.select(Realtor.user_id))
    return User.id.in_(sa.select(Match.realtor_id).where(realtors, Match.accepted_at >= midnight(week().first)))


def most_active(filters, *, actor):
    """``[(realtor's id, inquiries accepted in the last seven business days)]``, the most first."""
    counted = sa.func.count()
    found = sa.select(Match.realtor_id, counted).where(
        clause(actor, Match),
        Match.realtor_id.in_(_bound(filters)),
        Match.accepted_at >= midnight(week().first),
    )
    return db.session.execute(found.group_by(Match.realtor_id).order_by(counted.desc(), Match.realtor_id)).all()


def silent(filters, limit, *, actor):
    """``(how many, the first of them)``: realtors of the place not seen for a week, the longest away first."""
    found = visible_to(actor, User).where(overview.silent(), User.id.in_(_bound(filters)))
    number = db.session.scalar(found.with_only_columns(sa.func.count()))
    seen = sa.func.coalesce(User.last_seen_at, User.created_at)
    return number, db.session.scalars(found.order_by(seen).limit(limit)).unique().all()


def people(ids, *, actor):
    """``{id: User}`` of those that ``actor`` may see."""
    return {user.id: user for user in db.session.scalars(visible_to(actor, User).where(User.id.in_(ids))).unique()}


def unserved(filters, *, actor):
    """How many inquiries wait for their city to get a realtor."""
    return _count(Inquiry.awaiting_realtor.is_(True), *asked(filters, actor))


def _bound(filters):
    realtors = sa.select(Realtor.user_id)
    if filters.city:
        return realtors.where(Realtor.city_id == filters.city.id)
    if filters.country:
        return realtors.where(Realtor.city_id.in_(sa.select(City.id).where(City.country_id == filters.country.id)))
    return realtors

"""Rules that must hold between rows. ``flask check`` runs them; each names itself, counts and gives examples.

A new rule is one small class with a ``broken`` Select of (what, how) rows.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import func, select

from app.constants import ConversationKind, OutboxStatus, Role
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, Match
from app.models.outbox import Delivery
from app.models.places import City
from app.models.statistics import DailyCount
from app.models.support import Ticket


@dataclass(frozen=True)
class Finding:
    """``count`` rows break ``rule``; ``examples`` are up to five of them."""

    rule: str
    count: int
    examples: list


class StatisticsEqualRawRows:
    name = "statistics equal the raw rows"

    def broken(self):
        raw = (
            select(
                Inquiry.published_day.label("day"),
                Inquiry.city_id.label("city"),
                Inquiry.deal.label("deal"),
                func.count().label("inquiries"),
                func.sum(sa.case((Inquiry.acceptances > 0, 1), else_=0)).label("accepted"),
                func.sum(Inquiry.acceptances).label("acceptances"),
            )
            .where(Inquiry.published_at.is_not(None))
            .group_by(Inquiry.published_day, Inquiry.city_id, Inquiry.deal)
            .subquery()
        )
        same_group = sa.and_(
            DailyCount.day == raw.c.day, DailyCount.city_id == raw.c.city, DailyCount.deal == raw.c.deal
        )
        differs = sa.or_(
            DailyCount.day.is_(None),
            DailyCount.inquiries != raw.c.inquiries,
            DailyCount.accepted != raw.c.accepted,
            DailyCount.acceptances != raw.c.acceptances,
        )
        missing = select(raw.c.day, raw.c.city).select_from(raw.outerjoin(DailyCount, same_group)).where(differs)
        extra = (
            select(DailyCount.day, DailyCount.city_id)
            .outerjoin(raw, same_group)
            .where(raw.c.day.is_(None), DailyCount.inquiries != 0)
        )
        return missing.union_all(extra)


class AcceptancesEqualMatches:
    name = "an inquiry's acceptances equal its accepted matches"

    def broken(self):
        accepted = func.count(Match.accepted_at)
        return (
            select(Inquiry.number, Inquiry.acceptances)
            .outerjoin(Match, Match.inquiry_id == Inquiry.id)
            .group_by(Inquiry.id, Inquiry.number, Inquiry.acceptances)
            .having(accepted != Inquiry.acceptances)
        )


class MatchesKnowTheirInquiry:
    name = "a match keeps its inquiry's day, and how long its own answer took"

    def broken(self):
        other_day = Match.published_day.is_distinct_from(Inquiry.published_day)
        untimed = Match.accepted_at.is_(None) != Match.response_seconds.is_(None)
        found = select(Match.id, Match.inquiry_id).join(Inquiry, Inquiry.id == Match.inquiry_id)
        return found.where(sa.or_(other_day, untimed))


class AcceptedMatchHasConversation:
    name = "an accepted match has its conversation"

    def broken(self):
        pair = sa.and_(Conversation.inquiry_id == Match.inquiry_id, Conversation.realtor_id == Match.realtor_id)
        without = Match.accepted_at.is_not(None), Conversation.id.is_(None)
        return select(Match.id, Match.inquiry_id).outerjoin(Conversation, pair).where(*without)


class MessagesAreNumbered:
    name = "messages are numbered 1, 2, 3… up to the conversation's last"

    def broken(self):
        last, count = func.coalesce(func.max(Message.seq), 0), func.count(Message.id)
        return (
            select(Conversation.id, Conversation.last_seq)
            .outerjoin(Message, Message.conversation_id == Conversation.id)
            .group_by(Conversation.id, Conversation.last_seq)
            .having(sa.or_(last != Conversation.last_seq, count != Conversation.last_seq))
        )


class ActiveRealtorsAreActive:
    name = "a realtor is active exactly while the account is one that works"

    def broken(self):
        alive = sa.and_(User.blocked_at.is_(None), User.deleted_at.is_(None), User.role == Role.REALTOR)
        return select(Realtor.user_id, Realtor.city_id).join(User, User.id == Realtor.user_id).where(
            Realtor.active != alive
        )  # fmt: skip


class WaitingCityIsUnserved:
    name = "an inquiry waits only while its city has no realtor"

    def broken(self):
        served = select(Realtor.city_id).where(Realtor.active)
        return select(Inquiry.number, Inquiry.city_id).where(Inquiry.awaiting_realtor, Inquiry.city_id.in_(served))


class NobodyLivesInAMergedCity:
    name = "nothing stays in a city that was merged into another"

    def broken(self):
        gone = select(City.id).where(City.merged_into_id.is_not(None))
        inquiries = select(Inquiry.number, Inquiry.city_id).where(Inquiry.city_id.in_(gone))
        return inquiries.union_all(select(Realtor.user_id, Realtor.city_id).where(Realtor.city_id.in_(gone)))


class OpenQuestionHasATicket:
    name = "a question to support has an open ticket exactly while it is open"

    def broken(self):
        open_ticket = select(Ticket.id).where(Ticket.conversation_id == Conversation.id, Ticket.closed_at.is_(None))
        asked = Conversation.kind == ConversationKind.SUPPORT, Conversation.last_seq > 0
        return select(Conversation.id, Conversation.open).where(*asked, Conversation.open != open_ticket.exists())


class OutboxMoves:
    name = "nothing waits in the outbox for over an hour after it was due"

    def broken(self):
        late = Delivery.status == OutboxStatus.PENDING, Delivery.due_at < utcnow() - timedelta(hours=1)
        return select(Delivery.id, Delivery.kind).where(*late)


RULES = (
    StatisticsEqualRawRows(),
    AcceptancesEqualMatches(),
    MatchesKnowTheirInquiry(),
    AcceptedMatchHasConversation(),
    MessagesAreNumbered(),
    ActiveRealtorsAreActive(),
    WaitingCityIsUnserved(),
    NobodyLivesInAMergedCity(),
    OpenQuestionHasATicket(),
    OutboxMoves(),
)


def check():
    """Every broken rule as a Finding; an empty list when all is well."""
    return [finding for rule in RULES if (finding := _examine(rule)).count]


def _examine(rule):
    broken = rule.broken().subquery()
    count = db.session.scalar(select(func.count()).select_from(broken))
    examples = [tuple(row) for row in db.session.execute(select(broken).limit(5))] if count else []
    return Finding(rule.name, count, examples)

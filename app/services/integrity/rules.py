"""Rules that must hold between rows: whatever breaks one is damage.

``broken()`` selects (public id or None, what to show) of each row that breaks the rule, ``kind`` says what the ids
name. ``fix(key, actor)`` mends the row of one id (None: everything) by services; a rule without one says in
``advice`` what a person can do.
"""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.constants import ConversationKind, OutboxStatus, Role
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.audit import Merge, Move
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, Match
from app.models.outbox import Delivery
from app.models.places import City
from app.models.statistics import DailyCount
from app.models.support import Ticket
from app.services import accounts, conversations, desk, inquiries, statistics, support
from app.services.inquiries import firsts
from app.services.integrity.repairs import put
from app.services.transaction import transaction


def _row(model, key):
    return db.session.scalar(select(model).where(model.public_id == key))


def _under_way(kind):
    """Ids of records that are being made one: what is theirs comes over a little at a time."""
    ends = (select(end).join(Merge).where(Merge.object_type == kind) for end in (Move.source_id, Move.target_id))
    return sa.union_all(*ends)


class Rule:
    word = ""  # in addresses and in the table of results
    name = ""  # what must hold, as a sentence
    kind = None  # what the journal calls the records
    damage = True  # False: nothing is wrong with the data, but somebody should look
    remedy = None  # what the fix does, in words; None: there is no fix by itself
    reversible = True  # whether the journal can take the fix back
    advice = ""

    def broken(self):
        raise NotImplementedError

    def fix(self, key, actor):
        raise NotImplementedError


class StatisticsEqualRawRows(Rule):
    word = "statistics"
    name = _l("statistics equal the raw rows")
    reversible = False
    remedy = _l("The days that differ are counted anew from the inquiries.")

    def broken(self):
        return select(sa.null(), self._differing().c.day)

    def _differing(self):
        raw = (
            select(
                Inquiry.published_day.label("day"),
                Inquiry.city_id.label("city"),
                Inquiry.deal.label("deal"),
                Inquiry.source.label("source"),
                func.count().label("inquiries"),
                func.sum(sa.case((Inquiry.acceptances > 0, 1), else_=0)).label("accepted"),
                func.sum(Inquiry.acceptances).label("acceptances"),
            )
            .where(Inquiry.published_at.is_not(None))
            .group_by(Inquiry.published_day, Inquiry.city_id, Inquiry.deal, Inquiry.source)
            .subquery()
        )
        same_group = sa.and_(
            DailyCount.day == raw.c.day,
            DailyCount.city_id == raw.c.city,
            DailyCount.deal == raw.c.deal,
            DailyCount.source == raw.c.source,
        )
        differs = sa.or_(
            DailyCount.day.is_(None),
            DailyCount.inquiries != raw.c.inquiries,
            DailyCount.accepted != raw.c.accepted,
            DailyCount.acceptances != raw.c.acceptances,
        )
        missing = select(raw.c.day.label("day")).select_from(raw.outerjoin(DailyCount, same_group)).where(differs)
        extra = (
            select(DailyCount.day.label("day"))
            .outerjoin(raw, same_group)
            .where(raw.c.day.is_(None), DailyCount.inquiries != 0)
        )
        return missing.union_all(extra).subquery()

    def fix(self, key, actor):
        days = set(db.session.scalars(select(self._differing().c.day)))
        statistics.rebuild(days)


class AcceptancesEqualMatches(Rule):
    word = "acceptances"
    name = _l("an inquiry's acceptances equal its accepted matches")
    kind = "inquiry"
    remedy = _l("The number of acceptances is counted anew; statistics follow.")

    def broken(self):
        accepted = func.count(Match.accepted_at)
        return (
            select(Inquiry.public_id, Inquiry.number)
            .outerjoin(Match, Match.inquiry_id == Inquiry.id)
            .group_by(Inquiry.id, Inquiry.public_id, Inquiry.number, Inquiry.acceptances)
            .having(accepted != Inquiry.acceptances)
        )

    def fix(self, key, actor):
        with transaction() as session:
            inquiry = _row(Inquiry, key)
            figures = select(func.count(), func.min(Match.accepted_at), func.min(Match.response_seconds))
            mine = Match.inquiry_id == inquiry.id, Match.accepted_at.is_not(None)
            names = ("acceptances", "first_accepted_at", "first_response_seconds")
            put(inquiry, dict(zip(names, session.execute(figures.where(*mine)).one(), strict=True)), actor=actor)


class FirstAnswerIsTheFirst(Rule):
    word = "firsts"
    name = _l("an inquiry knows who accepted it first")
    kind = "inquiry"
    reversible = False
    remedy = _l("The realtor who accepted first is taken from the matches; reports by agency follow.")

    def broken(self):
        wrong = Inquiry.first_realtor_id.is_distinct_from(firsts.FIRST)
        return select(Inquiry.public_id, Inquiry.number).where(wrong)

    def fix(self, key, actor):
        with transaction():
            firsts.renew([_row(Inquiry, key).id])


class MatchesKnowTheirInquiry(Rule):
    word = "matches"
    name = _l("a match keeps its inquiry's day, and how long its own answer took")
    kind = "match"
    remedy = _l("The day and the time of the answer are taken from the inquiry.")

    def broken(self):
        other_day = Match.published_day.is_distinct_from(Inquiry.published_day)
        untimed = Match.accepted_at.is_(None) != Match.response_seconds.is_(None)
        found = select(Match.public_id, Inquiry.number).join(Inquiry, Inquiry.id == Match.inquiry_id)
        return found.where(sa.or_(other_day, untimed))

    def fix(self, key, actor):
        match = _row(Match, key)
        inquiry, seconds = match.inquiry, None
        if match.accepted_at and inquiry.published_at:
            seconds = max(0, int((match.accepted_at - inquiry.published_at).total_seconds()))
        put(match, {"published_day": inquiry.published_day, "response_seconds": seconds}, actor=actor)


class AcceptedMatchHasConversation(Rule):
    word = "conversations"
    name = _l("an accepted match has its conversation")
    kind = "match"
    reversible = False
    remedy = _l("The conversation is opened, as it should have been when the inquiry was accepted.")

    def broken(self):
        pair = sa.and_(Conversation.inquiry_id == Match.inquiry_id, Conversation.realtor_id == Match.realtor_id)
        without = Match.accepted_at.is_not(None), Conversation.id.is_(None)
        found = select(Match.public_id, Inquiry.number).join(Inquiry, Inquiry.id == Match.inquiry_id)
        return found.outerjoin(Conversation, pair).where(*without)

    def fix(self, key, actor):
        with transaction():
            match = _row(Match, key)
            conversations.start(match.inquiry, match.realtor)


class MessagesAreNumbered(Rule):
    word = "messages"
    name = _l("messages are numbered 1, 2, 3… up to the conversation's last")
    kind = "conversation"
    remedy = _l("The conversation's last number becomes that of its last message. Gaps inside stay as they are.")

    def broken(self):
        last, count = func.coalesce(func.max(Message.seq), 0), func.count(Message.id)
        return (
            select(Conversation.public_id, Conversation.last_seq)
            .outerjoin(Message, Message.conversation_id == Conversation.id)
            .group_by(Conversation.id, Conversation.public_id, Conversation.last_seq)
            .having(sa.or_(last != Conversation.last_seq, count != Conversation.last_seq))
        )

    def fix(self, key, actor):
        with transaction() as session:
            conversation = _row(Conversation, key)
            last = select(func.coalesce(func.max(Message.seq), 0)).where(Message.conversation_id == conversation.id)
            put(conversation, {"last_seq": session.scalar(last)}, actor=actor)


class MessagesOfEachSideAreCounted(Rule):
    word = "written"
    name = _l("a conversation knows how many messages each side has written")
    kind = "conversation"
    remedy = _l("Both numbers are counted anew from the messages.")
    counts = {
        "client_messages": func.count(sa.case((Message.sender_id == Conversation.client_id, 1))),
        "realtor_messages": func.count(sa.case((Message.sender_id != Conversation.client_id, 1))),
    }

    def broken(self):
        kept = [getattr(Conversation, name) for name in self.counts]
        differs = [column != count for column, count in zip(kept, self.counts.values(), strict=True)]
        found = self._with_messages(Conversation.public_id, Conversation.last_seq)
        found = found.where(Conversation.client_id.not_in(_under_way("user")))
        return found.group_by(Conversation.id, Conversation.public_id, Conversation.last_seq, *kept).having(
            sa.or_(*differs)
        )

    def fix(self, key, actor):
        with transaction() as session:
            conversation = session.scalar(
                select(Conversation).where(Conversation.public_id == key).with_for_update(of=Conversation)
            )
            counted = self._with_messages(*self.counts.values()).where(Conversation.id == conversation.id)
            put(conversation, dict(zip(self.counts, session.execute(counted).one(), strict=True)), actor=actor)

    def _with_messages(self, *columns):
        return select(*columns).select_from(Conversation).outerjoin(Message, Message.conversation_id == Conversation.id)


class ActiveRealtorsAreActive(Rule):
    word = "realtors"
    name = _l("a realtor is active exactly while the account is one that works")
    kind = "user"
    remedy = _l("The mark is set as the account says; the city's list of realtors follows.")

    def broken(self):
        alive = sa.and_(User.blocked_at.is_(None), User.deleted_at.is_(None), User.role == Role.REALTOR)
        return select(User.public_id, User.name).join(Realtor, User.id == Realtor.user_id).where(
            Realtor.active != alive
        )  # fmt: skip

    def fix(self, key, actor):
        user = _row(User, key)
        put(user, {"active": user.is_active and user.role == Role.REALTOR}, actor=actor)


class WaitingCityIsUnserved(Rule):
    word = "waiting"
    name = _l("an inquiry waits only while its city has no realtor")
    kind = "inquiry"
    reversible = False
    remedy = _l("The city's waiting inquiries are sent to its realtors now, and the clients are told.")

    def broken(self):
        served = select(Realtor.city_id).where(Realtor.active)
        return select(Inquiry.public_id, Inquiry.number).where(Inquiry.awaiting_realtor, Inquiry.city_id.in_(served))

    def fix(self, key, actor):
        inquiry = _row(Inquiry, key)
        if inquiry.awaiting_realtor:
            inquiries.publish_awaiting(inquiry.city)


class NobodyLivesInAMergedCity(Rule):
    word = "merged-cities"
    name = _l("no inquiry stays in a city that was merged into another")
    kind = "inquiry"
    remedy = _l("The inquiry moves to the city that remained.")

    def broken(self):
        leaving = _under_way("city")
        gone = select(City.id).where(City.merged_into_id.is_not(None), City.id.not_in(leaving))
        return select(Inquiry.public_id, Inquiry.number).where(Inquiry.city_id.in_(gone))

    def fix(self, key, actor):
        inquiry = _row(Inquiry, key)
        inquiries.edit(inquiry, {"city": _remaining(inquiry.city)}, actor=actor)


class NobodyWorksInAMergedCity(Rule):
    word = "merged-realtors"
    name = _l("no realtor stays in a city that was merged into another")
    kind = "user"
    remedy = _l("The realtor moves to the city that remained.")

    def broken(self):
        gone = select(City.id).where(City.merged_into_id.is_not(None))
        return select(User.public_id, User.name).join(Realtor, Realtor.user_id == User.id).where(
            Realtor.city_id.in_(gone)
        )  # fmt: skip

    def fix(self, key, actor):
        user = _row(User, key)
        accounts.change_city(user, _remaining(user.realtor.city), actor=actor)


def _remaining(city):
    return db.session.get_one(City, city.merged_into_id) if city.merged_into_id else city


class OpenQuestionHasATicket(Rule):
    word = "tickets"
    name = _l("a question to support has an open ticket exactly while it is open")
    kind = "conversation"
    reversible = False
    remedy = _l("An open question gets its ticket; the ticket of a closed one is closed.")

    def broken(self):
        open_ticket = select(Ticket.id).where(Ticket.conversation_id == Conversation.id, Ticket.closed_at.is_(None))
        asked = Conversation.kind == ConversationKind.SUPPORT, Conversation.last_seq > 0
        found = select(Conversation.public_id, User.name).join(User, User.id == Conversation.client_id)
        return found.where(*asked, Conversation.open != open_ticket.exists())

    def fix(self, key, actor):
        with transaction():
            conversation = _row(Conversation, key)
            if conversation.open:
                desk.open_once(conversation.id)
            else:
                support.end_ticket(conversation, actor)


class OutboxMoves(Rule):
    word = "outbox"
    name = _l("nothing waits in the outbox for over an hour after it was due")
    kind = "delivery"
    advice = _l("Does the worker run? See the journal of the server.")

    def broken(self):
        late = Delivery.status == OutboxStatus.PENDING, Delivery.due_at < utcnow() - timedelta(hours=1)
        return select(Delivery.public_id, Delivery.kind).where(*late)


ALL = (
    StatisticsEqualRawRows(),
    AcceptancesEqualMatches(),
    FirstAnswerIsTheFirst(),
    MatchesKnowTheirInquiry(),
    AcceptedMatchHasConversation(),
    MessagesAreNumbered(),
    MessagesOfEachSideAreCounted(),
    ActiveRealtorsAreActive(),
    WaitingCityIsUnserved(),
    NobodyLivesInAMergedCity(),
    NobodyWorksInAMergedCity(),
    OpenQuestionHasATicket(),
    OutboxMoves(),
)

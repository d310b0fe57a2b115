"""One inquiry from the form to its end, as rows: who saw it, who accepted, what was said, how it closed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log10

from app.constants import (
    AuditTag,
    ConversationKind,
    Deal,
    DeclineReason,
    InquirySource,
    InquiryStatus,
    MessageKind,
    PropertyType,
    SystemEvent,
)
from app.demo import talks, words
from app.demo.people import Person
from app.demo.store import uuid_at
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, Match
from app.services.texts import preview

LIFETIME = timedelta(days=60)
SOURCES = 6 * (InquirySource.SITE,) + 3 * (InquirySource.QUICK,) + (InquirySource.REPEAT,)  # how they come to be sent


@dataclass
class Answer:
    """One realtor's acceptance. ``cut`` messages of the script have been written by now; None: as time allows."""

    realtor: Person
    at: datetime
    script: tuple = ()
    cut: int | None = None
    unread_by_client: int = 0
    unread_by_realtor: int = 0
    ended_at: datetime | None = None  # the client closed this conversation alone


@dataclass
class Plan:
    """Everything about one inquiry, decided before any row is made."""

    client: Person
    town: object
    at: datetime
    deal: Deal
    property_type: PropertyType
    rooms: list
    budget: tuple
    wishes: str
    area: int | None = None
    move_in: object = None
    answers: list[Answer] = field(default_factory=list)
    seen_by: list[tuple[Person, datetime]] = field(default_factory=list)
    declined_by: list[tuple[Person, datetime]] = field(default_factory=list)
    status: InquiryStatus = InquiryStatus.NEW
    closed_at: datetime | None = None
    helped_by: Person | None = None
    published: bool = True
    in_full: bool = True  # with journal and seen marks; only what lists and figures need otherwise


class Teller:
    """Turns plans into rows. ``journal`` gathers (moment, tag, actor id, type, public id, data) for the end."""

    def __init__(self, store, random, now, zone, number):
        self.store, self.random, self.now, self.zone, self.number = store, random, now, zone, number
        self.journal = []

    def tell(self, plan):
        """The ids of the inquiry and, by realtor id, of its conversations: ``(number, public id, {…})``."""
        self.number += 1
        answers = sorted((answer for answer in plan.answers if answer.at <= self.now), key=lambda a: a.at)
        public_id = uuid_at(plan.at, self.random)
        inquiry_id = self._inquiry(plan, answers, public_id)
        chats = {}
        for answer in answers:
            self._match(inquiry_id, answer.realtor, answer.at - timedelta(minutes=2), accepted=answer.at, plan=plan)
            chats[answer.realtor.id] = self._conversation(plan, inquiry_id, answer)
        if plan.in_full:
            for realtor, at in plan.seen_by:
                self._match(inquiry_id, realtor, at, plan=plan)
            for realtor, at in plan.declined_by:
                self._match(inquiry_id, realtor, at, declined=at, plan=plan)
            self._journal(plan, answers, public_id)
        return self.number, public_id, chats

    def _inquiry(self, plan, answers, public_id):
        first = answers[0].at if answers else None
        return self.store.add(
            Inquiry,
            public_id=public_id,
            number=self.number,
            client_id=plan.client.id,
            city_id=plan.town.place.id,
            deal=plan.deal,
            status=plan.status,
            source=self._source(),
            property_type=plan.property_type,
            rooms=plan.rooms,
            budget_min=plan.budget[0],
            budget_max=plan.budget[1],
            currency=plan.town.currency,
            area_min=plan.area,
            move_in=plan.move_in,
            wishes=plan.wishes,
            awaiting_realtor=not plan.published,
            created_at=plan.at,
            published_at=plan.at if plan.published else None,
            published_day=plan.at.astimezone(self.zone).date() if plan.published else None,
            expires_at=plan.at + LIFETIME if plan.published else None,
            closed_at=plan.closed_at,
            helped_by_id=plan.helped_by.id if plan.helped_by else None,
            recipients=len(plan.town.staff) if plan.published else 0,
            acceptances=len(answers),
            first_accepted_at=first,
            first_realtor_id=answers[0].realtor.id if answers else None,
            first_response_seconds=int((first - plan.at).total_seconds()) if first else None,
            version=1,
        )

    def _match(self, inquiry_id, realtor, seen, *, plan, accepted=None, declined=None):
        public_id = uuid_at(seen, self.random)
        self.store.add(
            Match,
            public_id=public_id,
            inquiry_id=inquiry_id,
            realtor_id=realtor.id,
            seen_at=max(seen, plan.at),
            accepted_at=accepted,
            declined_at=declined,
            decline_reason=self.random.choice(list(DeclineReason)) if declined else None,
            published_day=plan.at.astimezone(self.zone).date(),
            response_seconds=max(0, int((accepted - plan.at).total_seconds())) if accepted else None,
            created_at=max(seen, plan.at),
        )
        if plan.in_full and accepted:
            self._note(accepted, AuditTag.MATCH_ACCEPTED, realtor.id, "match", public_id, {"inquiry": self.number})

    def _conversation(self, plan, inquiry_id, answer):
        lines = [(None, answer.at, MessageKind.SYSTEM, SystemEvent.ACCEPTED, {"name": answer.realtor.name})]
        lines += self._talk(plan, answer)
        ending = self._ending(plan, answer)
        ended_at = None
        if ending:
            ended_at = max(ending[0], lines[-1][1] + timedelta(minutes=1))
            lines.append((None, ended_at, MessageKind.SYSTEM, ending[1], None))
        sender, last_at, kind, text, _ = lines[-1]
        count = len(lines)
        by_client, by_realtor = (sum(who is one for who, *_ in lines) for one in (plan.client, answer.realtor))
        public_id = uuid_at(answer.at, self.random)
        conversation_id = self.store.add(
            Conversation,
            public_id=public_id,
            kind=ConversationKind.INQUIRY,
            inquiry_id=inquiry_id,
            client_id=plan.client.id,
            realtor_id=answer.realtor.id,
            open=ended_at is None,
            closed_by_id=plan.client.id if ended_at else None,
            closed_at=ended_at,
            last_seq=count,
            last_message_at=last_at,
            last_sender_id=sender.id if sender else None,
            last_kind=kind,
            last_preview=preview(str(text)),
            client_messages=by_client,
            realtor_messages=by_realtor,
            client_read_seq=max(count - answer.unread_by_client, 0),
            realtor_read_seq=max(count - answer.unread_by_realtor, 0),
            waiting_since=None if ended_at else _waiting(lines, plan.client),
            created_at=answer.at,
        )
        for seq, (who, at, kind, text, params) in enumerate(lines, start=1):
            self.store.add(
                Message,
                public_id=uuid_at(at, self.random),
                conversation_id=conversation_id,
                seq=seq,
                nonce=uuid_at(at, self.random),
                sender_id=who.id if who else None,
                kind=kind,
                body=str(text),
                params=params,
                created_at=at,
            )
        if answer.ended_at and ended_at and plan.in_full:
            about = {"inquiry": self.number}
            self._note(ended_at, AuditTag.CONVERSATION_CLOSED, plan.client.id, "conversation", public_id, about)
        return public_id

    def _talk(self, plan, answer):
        """The script's lines that have been written by now."""
        words_of = self._words(plan, answer)
        at, lines = answer.at, []
        limit = min(filter(None, (self.now, plan.closed_at, answer.ended_at)))
        for who, minutes, text in answer.script[: answer.cut]:
            at += timedelta(minutes=minutes * self.random.uniform(0.6, 1.6), seconds=self.random.randint(0, 50))
            if at >= limit:
                break
            person = plan.client if who == talks.C else answer.realtor
            said = text.format(**words_of)
            lines.append((person, at, MessageKind.TEXT, said[0].upper() + said[1:], None))
        return lines

    def _words(self, plan, answer):
        low, high = plan.budget
        low = low or high * 0.7
        price = (low + (high - low) * self.random.random()) / 100
        weekday = self.random.choice(words.WEEKDAYS)
        price = round(price, 2 - int(log10(price)))  # three digits that count, as people say prices
        return {
            "client": plan.client.first,
            "realtor": answer.realtor.first,
            "agency": answer.realtor.agency,
            "ra": "а" if answer.realtor.woman else "",
            "district": f"район {self.random.choice(plan.town.districts)}",
            "price": f"{price:,.0f}".replace(",", " ") + f" {SIGNS.get(plan.town.currency, plan.town.currency)}",
            "weekday": weekday,
            "Weekday": weekday.capitalize(),
            "time": self.random.choice(words.TIMES),
        }

    @staticmethod
    def _ending(plan, answer):
        """(moment, SystemEvent) that closed this conversation, or None while it is open."""
        if answer.ended_at:
            return answer.ended_at, SystemEvent.CLOSED
        if plan.status == InquiryStatus.DONE and answer.realtor != plan.helped_by:
            return plan.closed_at, SystemEvent.INQUIRY_DONE
        if plan.status == InquiryStatus.CANCELLED:
            return plan.closed_at, SystemEvent.INQUIRY_CANCELLED
        return None

    def _source(self):
        return SOURCES[self.number * 7 % len(SOURCES)]

    def _journal(self, plan, answers, public_id):
        client, about = plan.client.id, ("inquiry", public_id)
        self._note(
            plan.at, AuditTag.INQUIRY_CREATED, client, *about, {"number": self.number, "source": self._source().value}
        )
        if plan.published:
            self._note(plan.at, AuditTag.INQUIRY_PUBLISHED, client, *about, {"recipients": len(plan.town.staff)})
        if answers:
            self._note(answers[0].at, AuditTag.INQUIRY_STATUS, answers[0].realtor.id, *about, _move("new", "in_work"))
        if plan.closed_at:
            actor = None if plan.status == InquiryStatus.EXPIRED else client
            before = "in_work" if answers else "new"
            self._note(plan.closed_at, AuditTag.INQUIRY_STATUS, actor, *about, _move(before, plan.status.value))

    def _note(self, at, tag, actor_id, kind, public_id, data):
        self.journal.append((at, tag, actor_id, kind, str(public_id), data))


SIGNS = {"EUR": "€", "USD": "$", "CZK": "Kč"}


def _move(old, new):
    return {"old": {"status": old}, "new": {"status": new}, "reason": ""}


def _waiting(lines, client):
    """Since when the client has been waiting for an answer; None while the realtor has the last word."""
    since = None
    for who, at, kind, _, _ in lines:
        if kind == MessageKind.TEXT:
            since = (since or at) if who == client else None
    return since

"""The months before today: how many ask each day and hour, where, what for, and what becomes of it."""

import heapq
import random as randomness
from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from math import exp, log

import sqlalchemy as sa
from flask import current_app

from app.constants import Deal, InquiryStatus, PropertyType, Role
from app.demo import behaviour, people, showcase, support, talks, tools, towns, words, writings
from app.demo.people import People
from app.demo.store import Store, uuid_at
from app.demo.story import Answer, Plan, Teller
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Consent, JoinLink, Realtor, User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, InquiryNumber, Match
from app.models.notifications import Notification
from app.models.partners import Agency
from app.models.places import City, Country
from app.models.ready_answers import ReadyAnswer
from app.models.support import SupportNote, Ticket
from app.services import content, faq, search, settings, statistics
from app.services.accounts.passwords import hash_password
from app.services.transaction import transaction

TABLES = (Agency, JoinLink, User, Realtor, Consent, Inquiry, Match, Conversation, Message, Notification, AuditEvent,
          Ticket, SupportNote, ReadyAnswer)  # fmt: skip
IN_FULL = 5_000  # of the newest inquiries everything is told; of older ones only what lists and figures need


@dataclass(frozen=True)
class Amounts:
    inquiries: int = 300
    realtors: int = 20
    cities: int = 6
    seed: int = 1

    @property
    def clients(self):
        return max(self.inquiries * 2 // 5, 1) if self.inquiries < 10_000 else self.inquiries // 4

    @property
    def days(self):
        return 183 if self.inquiries <= 10_000 else 730


@dataclass
class Place:
    """A town of the demo on its City, with the realtors who work there."""

    town: towns.Town
    place: object
    staff: list

    def __getattr__(self, name):
        return getattr(self.town, name)


def load(amounts, *, force=False):
    """Fill the database; returns what the newcomer needs to know. Raises RefusedMove where people already live."""
    if not force and db.session.scalar(sa.select(User.id).limit(1)):
        raise RefusedMove("The database is not empty: demo people would mix with real ones. --force does it anyway.")
    password_hash = hash_password(people.PASSWORD)
    content.load_defaults()
    faq.load_defaults()
    world = _World(amounts, password_hash)
    world.populate()
    world.play()
    world.finish()
    return _told(world)


class _World:
    def __init__(self, amounts, password_hash):
        self.amounts, self.random, self.now = amounts, randomness.Random(amounts.seed), utcnow()
        self.zone = settings.business_zone()
        self.begin = self.now - timedelta(days=amounts.days)
        self.store = Store(TABLES)
        self.people = People(self.store, self.random, self.now, password_hash)
        self.number = _last_number()
        self.teller = Teller(self.store, self.random, self.now, self.zone, self.number)

    # People

    def populate(self):
        before = self.begin - timedelta(days=20)
        self.owner = self.people.fixed(Role.SUPERVISOR, people.OWNER, before)
        self.token = f"demo-{self.random.getrandbits(60):015x}"
        link = self.people.join_link("Первые партнёры", self.token, before)
        self.places = self._places()
        for place, count in zip(self.places, self._staffing(), strict=True):
            self._hire(place, count, link, before)
        self.anna = self.people.fixed(Role.CLIENT, people.ANNA, before + timedelta(days=60))
        self.operators = [self.people.fixed(Role.AGENT, who, before) for who in (people.OLGA, people.IVAN)]
        self.clients = [self._client() for _ in range(self.amounts.clients)]
        self.store.write()

    def _places(self):
        found = [self._place(town) for town in towns.TOWNS[: self.amounts.cities]]
        missing = self.amounts.cities - len(found)
        taken = [place.place.id for place in found]
        more = sa.select(City).where(City.id.not_in(taken), City.merged_into_id.is_(None))
        for city in db.session.scalars(more.order_by(City.population.desc(), City.id).limit(missing)):
            town = towns.further(city.country.code, city.name_en, self.random)
            found.append(Place(town, city, []))
        return found

    @staticmethod
    def _place(town):
        return Place(town, _city(town.code, town.name_en), [])

    def _staffing(self):
        """Realtors of each place: at least one, the rest by the towns' own numbers."""
        total = sum(place.realtors for place in self.places)
        counts = [max(1, round(self.amounts.realtors * place.realtors / total)) for place in self.places]
        while sum(counts) > max(self.amounts.realtors, len(counts)):
            counts[counts.index(max(counts))] -= 1
        while sum(counts) < self.amounts.realtors:
            counts[0] += 1
        return counts

    def _hire(self, place, count, link, joined):
        known = {"Prague": (people.PETR, "Домус Прага"), "Brno": (people.MAREK, "Моравия Реалити")}
        who, agency = known.get(place.name_en, (None, None))
        for n in range(count):
            fixed = {"who": who, "agency": agency} if n == 0 and who else {}
            place.staff.append(self.people.realtor(place, link, joined + timedelta(hours=5 * n), **fixed))

    def _client(self):
        joined = self.begin + (self.now - self.begin) * (self.random.random() ** 1.2)
        return self.people.made_up(Role.CLIENT, joined)

    # History

    def play(self):
        """Tell every inquiry in the order of its moment; the shown ones come between the made-up ones."""
        shown = showcase.plans(self)
        left = self.amounts.inquiries - len(shown)
        made_up = self._plans(max(left, 0))
        everything = heapq.merge(sorted(shown, key=lambda plan: plan.at), made_up, key=lambda plan: plan.at)
        for done, plan in enumerate(everything, start=1):
            plan.in_full = plan.in_full and self.amounts.inquiries - done < IN_FULL
            told = self.teller.tell(plan)
            showcase.remember(self, plan, told)
            self.store.write_if_many()

    def _plans(self, count):
        shares = list(accumulate(place.share for place in self.places))
        for at in self._moments(count):
            place = self.places[min(bisect(shares, self.random.random() * shares[-1]), len(shares) - 1)]
            yield self.plan(self.random.choice(self.clients), place, at)

    def _moments(self, count):
        """``count`` moments from the beginning to now, ascending, with the rhythm of weeks and hours."""
        days = [self.begin.astimezone(self.zone).date() + timedelta(days=n) for n in range(self.amounts.days + 1)]
        growth = 0.9 / len(days)
        weights = [towns.WEEK[day.weekday()] * (0.55 + growth * n) for n, day in enumerate(days)]
        weights[-1] *= max(self.now.astimezone(self.zone).hour, 1) / 24
        chosen = sorted(self.random.choices(range(len(days)), weights, k=count))
        hours = list(accumulate(towns.HOURS))
        at = 0
        while at < count:
            end = bisect(chosen, chosen[at])
            yield from sorted(self._moment(days[chosen[at]], hours) for _ in range(end - at))
            at = end

    def _moment(self, day, hours):
        hour = bisect(hours, self.random.random() * hours[-1])
        start = datetime.combine(day, time(min(hour, 23)), self.zone).astimezone(UTC)
        moment = start + timedelta(seconds=self.random.randint(0, 3599), microseconds=self.random.randint(0, 999_999))
        latest = self.now - timedelta(minutes=self.random.randint(2, 240))
        return max(self.begin, min(moment, latest))

    def plan(self, client, place, at, **decided):
        """A Plan with everything that ``decided`` leaves open made up."""
        deal = decided.pop("deal", None) or (Deal.RENT if self.random.random() < place.rents else Deal.BUY)
        kind = decided.pop("property_type", None) or self._property(deal)
        plan = Plan(
            client=client,
            town=place,
            at=at,
            deal=deal,
            property_type=kind,
            rooms=self._rooms(kind),
            budget=self._budget(place, deal),
            wishes=self._wish(deal, kind),
            area=self.random.choice((None, None, 35, 45, 50, 60, 75, 90)),
            move_in=self._move_in(at) if self.random.random() < 0.6 else None,
        )
        if not decided:
            self._answers(plan)
            self._fate(plan)
        for name, value in decided.items():
            setattr(plan, name, value)
        return plan

    def _property(self, deal):
        kinds, weights = list(PropertyType), (74, 9, 11, 1, 5) if deal is Deal.RENT else (70, 1, 20, 5, 4)
        return self.random.choices(kinds, weights)[0]

    def _rooms(self, kind):
        if kind not in (PropertyType.APARTMENT, PropertyType.HOUSE):
            return []
        return self.random.choice((["studio", "1"], ["1"], ["1", "2"], ["2"], ["2"], ["2", "3"], ["3"], ["3", "4+"]))

    def _budget(self, place, deal):
        low, high, step = place.rent if deal is Deal.RENT else place.buy
        top = low + int((high - low) * self.random.betavariate(2, 2.6) / step) * step + step
        bottom = max(low, int(top * 0.75 / step) * step) if self.random.random() < 0.4 else None
        return (bottom * 100 if bottom and bottom < top else None), top * 100

    def _wish(self, deal, kind):
        if kind in (PropertyType.COMMERCIAL, PropertyType.LAND):
            return self.random.choice(words.OTHER_WISHES)
        return self.random.choice(words.RENT_WISHES if deal is Deal.RENT else words.BUY_WISHES)

    def _move_in(self, at):
        soon = (at + timedelta(days=self.random.randint(10, 75))).date()
        return soon.replace(day=1) if self.random.random() < 0.5 and soon.month != at.month else soon

    # What becomes of it

    def _answers(self, plan):
        place, chance = plan.town, plan.town.accepted
        if self.random.random() >= chance or not place.staff:
            self._seen(plan, [])
            return
        brief = self._brief(plan.at)
        most = min(len(place.staff), 2 if brief else 5)
        count = 1 + sum(self.random.random() < 0.38 for _ in range(most - 1))
        answering = self.random.sample(place.staff, count)
        at = plan.at
        for n, realtor in enumerate(answering):
            minutes = exp(self.random.gauss(log(place.median), 0.95)) if n == 0 else self.random.uniform(2, 190)
            at = self._awake(at + timedelta(minutes=minutes, seconds=self.random.randint(1, 55)))
            plan.answers.append(self.answer(plan, realtor, at))
        if not brief:
            self._seen(plan, answering)

    def _awake(self, at):
        """Most realtors sleep: what comes at night is answered in the morning."""
        local = at.astimezone(self.zone)
        if 8 <= local.hour < 23 or self.random.random() < 0.25:
            return at
        morning = datetime.combine(local.date() + timedelta(days=local.hour >= 23), time(8, 15), self.zone)
        return morning.astimezone(UTC) + timedelta(minutes=self.random.expovariate(1 / 40))

    def _brief(self, at):
        """Of a million inquiries the old ones are told in few rows: they are there for lists and figures."""
        return self.amounts.inquiries > 50_000 and at < self.now - timedelta(days=14)

    def answer(self, plan, realtor, at, script=None):
        """An acceptance with a conversation that fits the deal."""
        long = self.random.random() < 0.7
        scripts = (talks.RENT if plan.deal is Deal.RENT else talks.BUY) if long else talks.SHORT
        answer = Answer(realtor, at, script or self.random.choice(scripts))
        if self._brief(plan.at):
            answer.script = ()
        if at > self.now - timedelta(days=2) and self.random.random() < 0.4:
            answer.unread_by_client = self.random.randint(0, 2)
        if self.random.random() < 0.07:
            answer.ended_at = at + timedelta(days=self.random.uniform(0.3, 6))
            answer.ended_at = answer.ended_at if answer.ended_at < self.now else None
        return answer

    def _seen(self, plan, answering):
        """Others have looked at it, and some said no."""
        for realtor in plan.town.staff[:12]:
            at = self._awake(plan.at + timedelta(minutes=self.random.expovariate(1 / 90)))
            if realtor in answering or at > self.now:
                continue
            luck = self.random.random()
            if luck < 0.08:
                plan.declined_by.append((realtor, at))
            elif luck < 0.75:
                plan.seen_by.append((realtor, at))

    def _fate(self, plan):
        answered = [answer for answer in plan.answers if answer.at <= self.now]
        plan.status = InquiryStatus.IN_WORK if answered else InquiryStatus.NEW
        luck, end = self.random.random(), plan.at + timedelta(days=self.random.uniform(2, 38))
        if answered and luck < 0.66:
            self._close(plan, InquiryStatus.DONE, max(end, answered[-1].at + timedelta(days=1)))
            if plan.closed_at and self.random.random() < 0.8:
                plan.helped_by = self.random.choice(answered).realtor
        elif luck > 0.9:
            last = answered[-1].at + timedelta(hours=3) if answered else plan.at
            self._close(plan, InquiryStatus.CANCELLED, max(end, last))
        if plan.closed_at is None:
            self._close(plan, InquiryStatus.EXPIRED, plan.at + timedelta(days=60))

    def _close(self, plan, status, at):
        if at < self.now:
            plan.status, plan.closed_at = status, at

    # The end

    def finish(self):
        for at, tag, actor_id, kind, public_id, data in sorted(self.teller.journal, key=lambda note: note[0]):
            about = {"object_type": kind, "object_id": public_id, "data": data}
            self.store.add(
                AuditEvent, public_id=uuid_at(at, self.random), tag=tag, actor_id=actor_id, created_at=at, **about
            )
        support.tell(self)
        self.store.finish()
        showcase.finish(self)
        writings.write(db.session.get_one(User, self.owner.id))
        with transaction() as session:
            session.merge(InquiryNumber(id=1, last=self.teller.number))
        tools.show(self)
        statistics.rebuild()
        behaviour.tell(self)
        search.rebuild()


def _told(world):
    """What a newcomer needs: who may sign in as whom, and the realtors' closed link."""
    public = current_app.config["SETTINGS"].public_url
    lines = [
        f"Demo: {world.amounts.inquiries} inquiries in {len(world.places)} cities. "
        f"Sign in at {public}/login, password {people.PASSWORD}",
        f"  owner     {people.OWNER[0]}  → {public}/supervisor/",
        f"  realtor   {people.PETR[0]}  (Prague) → {public}/office/",
        f"  realtor   {people.MAREK[0]}  (Brno)",
        f"  support   {people.OLGA[0]}  → {public}/supervisor/support/",
        f"  client    {people.ANNA[0]}  → {public}/my/inquiries",
        f"  realtors register at {public}/join/{world.token}",
    ]
    return "\n".join(lines)


def _last_number():
    return db.session.scalar(sa.select(sa.func.max(Inquiry.number))) or 1000


def _city(code, name_en):
    query = sa.select(City).join(Country, Country.id == City.country_id).where(Country.code == code)
    found = db.session.scalar(query.where(City.name_en == name_en).order_by(City.population.desc()).limit(1))
    if found is None:
        raise RefusedMove(f"{name_en} is not among the cities: load the gazetteer first (flask places).")
    return found

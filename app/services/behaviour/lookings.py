"""What was looked for in a period and not found, and which ready answers were used, as the page shows them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.access.scopes import clause
from app.constants import SearchPlace
from app.extensions import db
from app.models.accounts import Realtor
from app.models.behaviour import AnswerCount, EmptySearchCount, WantedCityCount
from app.models.inquiries import Inquiry
from app.models.places import City
from app.models.ready_answers import ReadyAnswer
from app.services.behaviour.counting import ENOUGH
from app.services.behaviour.searches import FIND

SHOWN = 30


@dataclass(frozen=True)
class Search:
    place: SearchPlace
    text: str
    number: int
    last: date
    answered: bool  # today it would find something


@dataclass(frozen=True)
class Searches:
    rows: list
    hidden: int  # searches whose words too few have used to be shown


def searches(span, *, actor, limit=SHOWN):
    number, last = sa.func.sum(EmptySearchCount.number), sa.func.max(EmptySearchCount.day)
    within = _within(EmptySearchCount, span, actor)
    alike = sa.select(EmptySearchCount.place, EmptySearchCount.text, number.label("number"), last).where(*within)
    alike = alike.group_by(EmptySearchCount.place, EmptySearchCount.text)
    often = alike.having(number >= ENOUGH).order_by(number.desc(), EmptySearchCount.text).limit(limit)
    rare = alike.having(number < ENOUGH).subquery()
    hidden = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(rare.c.number), 0)))
    return Searches([_search(*row) for row in db.session.execute(often)], int(hidden))


def _search(place, text, number, last):
    return Search(place, text, int(number), last, bool(FIND[place](text)))


def _within(model, span, actor):
    return clause(actor, model), model.day.between(span.first, span.last)


@dataclass(frozen=True)
class Wanted:
    city: City
    number: int
    waiting: int  # inquiries that wait for a realtor there
    served: bool


def cities(span, *, actor, limit=SHOWN):
    """Cities without realtors that were chosen in the form, the most first; a merged one counts as what it became."""
    number = sa.func.sum(WantedCityCount.number)
    found = sa.select(WantedCityCount.city, number).where(*_within(WantedCityCount, span, actor))
    asked = dict(db.session.execute(found.group_by(WantedCityCount.city)).all())
    wanted = defaultdict(int)
    for city in db.session.scalars(sa.select(City).where(City.public_id.in_(asked))).unique():
        wanted[_now(city)] += int(asked[city.public_id])
    most = sorted(wanted, key=lambda city: (-wanted[city], city.id))[:limit]
    waiting, served = _waiting(most), _served(most)
    return [Wanted(city, wanted[city], waiting.get(city.id, 0), city.id in served) for city in most]


def _now(city):
    while city.merged_into is not None:
        city = city.merged_into
    return city


def _waiting(cities):
    here = Inquiry.awaiting_realtor.is_(True), Inquiry.city_id.in_([city.id for city in cities])
    counted = sa.select(Inquiry.city_id, sa.func.count()).where(*here).group_by(Inquiry.city_id)
    return dict(db.session.execute(counted).all())


def _served(cities):
    bound = sa.select(Realtor.city_id).where(Realtor.active, Realtor.city_id.in_([city.id for city in cities]))
    return set(db.session.scalars(bound.distinct()))


# Ready answers


@dataclass(frozen=True)
class Answer:
    title: str
    number: int
    people: int | None  # realtors who have one of this name; None: the desk shares it


@dataclass(frozen=True)
class Answers:
    """A realtor's own answers are nobody else's to read: a name is shown once several have an answer of it."""

    rows: list
    shared: int  # messages with an answer that the desk shares
    own: int  # and with a person's own
    unnamed: int  # of those, whose names are not shown
    unused_shared: list  # titles
    unused_own: int

    @property
    def number(self):
        return self.shared + self.own


def answers(span, *, actor, limit=SHOWN):
    number = sa.func.sum(AnswerCount.number)
    found = sa.select(AnswerCount.answer, number).where(*_within(AnswerCount, span, actor))
    uses = dict(db.session.execute(found.group_by(AnswerCount.answer)).all())
    known = sa.select(ReadyAnswer.public_id, ReadyAnswer.user_id, ReadyAnswer.title).order_by(ReadyAnswer.title)
    shared, own = {}, defaultdict(list)
    for public_id, user_id, title in db.session.execute(known):
        if user_id is None:
            shared[title] = shared.get(title, 0) + int(uses.get(public_id, 0))
        else:
            own[title.strip()].append((user_id, int(uses.get(public_id, 0))))
    return _answers(shared, own, limit)


def _answers(shared, own, limit):
    people = {title: len({user for user, uses in mine if uses}) for title, mine in own.items()}
    summed = {title: sum(uses for _user, uses in mine) for title, mine in own.items()}
    named = [Answer(title, summed[title], people[title]) for title in own if people[title] >= ENOUGH]
    rows = [*named, *(Answer(title, uses, None) for title, uses in shared.items() if uses)]
    total = sum(summed.values())
    return Answers(
        rows=sorted(rows, key=lambda row: (-row.number, row.title))[:limit],
        shared=sum(shared.values()),
        own=total,
        unnamed=total - sum(row.number for row in named),
        unused_shared=[title for title, uses in shared.items() if not uses],
        unused_own=sum(not uses for mine in own.values() for _user, uses in mine),
    )

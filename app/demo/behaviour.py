"""How visitors used the site of the demo: as many sent the form as the figures say, many more only opened it."""

from datetime import timedelta

import sqlalchemy as sa

from app.constants import FUNNEL, FormStep, InquirySource, Screen, SearchPlace
from app.extensions import db
from app.models.behaviour import COUNTS, AnswerCount, EmptySearchCount, RefusalCount, StepCount, WantedCityCount
from app.models.places import City
from app.models.ready_answers import ReadyAnswer
from app.models.statistics import DailyCount
from app.services.transaction import transaction

BY_FORM = InquirySource.SITE, InquirySource.QUICK, InquirySource.DEMO
# How many of a step go on to the next, from the opening of the page on.
GO_ON = {Screen.PHONE: (0.62, 0.58, 0.8, 0.86, 0.81), Screen.DESKTOP: (0.57, 0.83, 0.82, 0.92, 0.86)}
ON_PHONES = 0.64
SIGN_IN = 0.45  # of those whose form was taken
COMPLAINTS = {"city": 46, "email": 17, "consent_data": 15, "name": 9, "budget_max": 7, "move_in": 4, "phone": 2}
SEARCHES = (
    (SearchPlace.FAQ, "ремонт после покупки", 14),
    (SearchPlace.FAQ, "страховка жилья", 11),
    (SearchPlace.HELP, "налог при продаже", 9),
    (SearchPlace.FAQ, "перевозка мебели", 6),
    (SearchPlace.HELP, "вид на жительство", 6),
    (SearchPlace.CITY, "нячанг вьетнам", 4),
    (SearchPlace.FAQ, "mortgage for foreigners", 4),
    (SearchPlace.FAQ, "субаренда", 2),
    (SearchPlace.HELP, "дача под прагой", 1),
)
WANTED = (("AT", "Vienna", 31), ("PL", "Warsaw", 19), ("CZ", "Plzeň", 12), ("TR", "Antalya", 9), ("AE", "Dubai", 5))


def tell(world):
    days, rows = _sent(), {model: [] for model in COUNTS}
    for (day, deal), number in days:
        _visits(world.random, rows, day, deal, number)
    _looked_for(world, rows)
    with transaction() as session:
        for model, found in rows.items():
            if found:
                session.execute(sa.insert(model), found)


def _sent():
    """``[((day, deal), inquiries sent by the form)]``"""
    number = sa.func.sum(DailyCount.inquiries)
    by_form = sa.select(DailyCount.day, DailyCount.deal, number).where(DailyCount.source.in_(BY_FORM))
    found = db.session.execute(by_form.group_by(DailyCount.day, DailyCount.deal).order_by(DailyCount.day))
    return [((day, deal), int(number)) for day, deal, number in found]


def _visits(random, rows, day, deal, sent):
    on_phones = sum(random.random() < ON_PHONES for _ in range(min(sent, 400))) * sent // min(sent, 400)
    for screen, number in ((Screen.PHONE, on_phones), (Screen.DESKTOP, sent - on_phones)):
        about = {"day": day, "screen": screen, "deal": deal}
        reached = {FUNNEL[-1]: number}
        for step, later, share in reversed(list(zip(FUNNEL, FUNNEL[1:], GO_ON[screen], strict=False))):
            reached[step] = max(reached[later], int(reached[later] / share + random.random()))
        asked = int(reached[FormStep.ACCEPTED] * SIGN_IN + random.random())
        reached[FormStep.SIGN_IN] = asked
        reached[FormStep.CAME_BACK] = min(int(asked * 0.63 + random.random()), number)
        rows[StepCount] += [about | {"step": step, "number": count} for step, count in reached.items() if count]
        _complaints(random, rows, about, reached[FormStep.PRESSED])


def _complaints(random, rows, about, pressed):
    for field, weight in COMPLAINTS.items():
        number = int(pressed * weight / 400 + random.random())
        if number:
            rows[RefusalCount].append(about | {"field": field, "number": number})


def _looked_for(world, rows):
    """Spread over the last weeks, more of it lately."""
    today, random = world.now.astimezone(world.zone).date(), world.random
    for place, text, times in SEARCHES:
        _spread(random, rows[EmptySearchCount], today, {"place": place, "text": text}, times)
    for code, name, times in WANTED:
        city = db.session.scalar(sa.select(City).where(City.country.has(code=code), City.name_en == name))
        if city is not None and city.id not in {place.place.id for place in world.places}:
            _spread(random, rows[WantedCityCount], today, {"city": city.public_id}, times)
    known = sa.select(ReadyAnswer.public_id, ReadyAnswer.position).order_by(ReadyAnswer.id)
    for public_id, position in db.session.execute(known):
        if times := int(random.random() * 40 / (1 + position)):
            _spread(random, rows[AnswerCount], today, {"answer": public_id}, times)


def _spread(random, rows, today, key, times):
    days = [today - timedelta(days=int(random.expovariate(1 / 9))) for _ in range(times)]
    rows += [{"day": day, **key, "number": days.count(day)} for day in sorted(set(days))]

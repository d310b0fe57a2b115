"""The funnel only narrows, sums add up however they are cut, and what is old or rare is forgotten."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.constants import FUNNEL, Deal, FormStep, Screen, SearchPlace
from app.extensions import db
from app.models.behaviour import AnswerCount, EmptySearchCount, StepCount
from app.models.ready_answers import ReadyAnswer
from app.services import behaviour, settings
from app.services.behaviour import counting, figures, lookings, visits
from app.services.statistics import today
from app.services.transaction import transaction

pytestmark = pytest.mark.usefixtures("context")


def store(*rows):
    with transaction() as session:
        session.add_all(rows)


@pytest.mark.every_database
@pytest.mark.parametrize("seed", range(3))
def test_a_funnel_narrows_and_adds_up_whatever_was_told(build, seed):
    """Pages lose words on the way: any subset of steps may have been told of a visit."""
    chance, first, owner = random.Random(seed), today().replace(day=1), build.supervisor()
    for _visit in range(60):
        visit = visits.of(chance.choice(list(Screen)), chance.choice(list(Deal)))
        told = [step for step in FormStep if chance.random() < 0.5]
        day = first + timedelta(days=chance.randint(0, 27))
        for step in told:
            key = {"step": step, "screen": visit.screen, "deal": visit.deal}
            with transaction() as session:
                session.execute(counting._more(StepCount.__table__), [{"day": day, **key, "number": 1}])
    month = figures.parse({"period": "range", "from": str(first), "to": str(first + timedelta(days=27))})
    found = figures.figures(month, actor=owner)
    slices = [found.total, *found.screens.values(), *found.deals.values(), *found.days.values()]
    for funnel in slices:
        numbers = [step.number for step in funnel.steps]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[0] - numbers[-1] == sum(step.lost for step in funnel.steps)
    for n, _step in enumerate(FUNNEL):
        whole = found.total.steps[n].number
        for parts in (found.screens, found.deals, found.days):
            assert sum(funnel.steps[n].number for funnel in parts.values()) == whole
    phones = figures.figures(figures.parse(month.args(screen=Screen.PHONE)), actor=owner)
    assert phones.total.steps == found.screens[Screen.PHONE].steps
    assert figures.figures(month, actor=build.client()).total.opened == 0


@pytest.mark.every_database
def test_counts_gather_and_are_written_together(app, build, statements, monkeypatch):
    monkeypatch.setattr(counting, "_soon", lambda: None)
    visit = visits.of("phone", "rent")
    with statements() as made:
        for _visitor in range(50):
            visits.came(visit, 2, ["city"])
    assert not [statement for statement in made if statement.startswith(("INSERT", "UPDATE"))]
    with statements() as made:
        behaviour.flush()
        behaviour.flush()
    assert len([statement for statement in made if statement.startswith("INSERT")]) == 2
    visits.came(visit, 1)
    behaviour.flush()
    assert dict(db.session.execute(sa.select(StepCount.step, StepCount.number)).all()) == {"opened": 51, "touched": 50}


def test_most_are_lost_where_it_is_said(build):
    reached = {FormStep.OPENED: 100, FormStep.TOUCHED: 90, FormStep.SECOND: 40, FormStep.PUBLISHED: 35}
    kind = {"day": today(), "screen": Screen.PHONE, "deal": Deal.BUY}
    store(*(StepCount(**kind, step=step, number=number) for step, number in reached.items()))
    before, step = figures.figures(figures.parse({}), actor=build.supervisor()).total.worst
    assert (before.step, step.step, step.lost) == (FormStep.TOUCHED, FormStep.SECOND, 50)


def test_words_of_few_are_not_shown_and_then_forgotten(build):
    owner, day = build.supervisor(), today()

    def searched(text, number, ago=0):
        return EmptySearchCount(day=day - timedelta(days=ago), place=SearchPlace.FAQ, text=text, number=number)

    store(searched("мебель", 2), searched("мебель", 1, 1), searched("тайна", 2))
    store(searched("редкое", 2, 31), searched("частое", 3, 31), searched("давнее", 9, 401))
    span = figures.parse({"period": "range", "from": str(day - timedelta(days=1)), "to": str(day)}).span
    found = lookings.searches(span, actor=owner)
    assert [(row.text, row.number) for row in found.rows] == [("мебель", 3)]
    assert found.hidden == 2
    behaviour.purge()
    assert set(db.session.scalars(sa.select(EmptySearchCount.text))) == {"мебель", "тайна", "частое"}
    settings.change("behaviour_days", "30", actor=owner)
    behaviour.purge()
    assert set(db.session.scalars(sa.select(EmptySearchCount.text))) == {"мебель", "тайна"}


def test_a_name_of_an_own_answer_is_shown_once_several_use_one(build):
    realtors = [build.realtor() for _ in range(3)]
    rows = [ReadyAnswer(user_id=each.id, title="Приветствие", body="…") for each in realtors]
    rows += [ReadyAnswer(user_id=realtors[0].id, title="Для Иванова", body="…")]
    rows += [ReadyAnswer(title="Смена города", body="…"), ReadyAnswer(title="Прощание", body="…")]
    for row in rows:
        build.add(row)
    store(*(AnswerCount(day=today(), answer=row.public_id, number=2) for row in rows[:5]))
    found = lookings.answers(figures.parse({}).span, actor=build.supervisor())
    assert [(row.title, row.number, row.people) for row in found.rows] == [
        ("Приветствие", 6, 3),
        ("Смена города", 2, None),
    ]
    assert (found.own, found.shared, found.unnamed) == (8, 2, 2)
    assert found.unused_shared == ["Прощание"]


def test_made_up_words_do_not_fill_the_table(build, monkeypatch):
    monkeypatch.setattr(counting, "TEXTS", 3)
    for text in ("один", "два", "три", "четыре", "пять", "один"):
        counting.add(EmptySearchCount, {"place": SearchPlace.HELP, "text": text})
    rows = dict(db.session.execute(sa.select(EmptySearchCount.text, EmptySearchCount.number)).all())
    assert rows == {"один": 2, "два": 1, "три": 1}

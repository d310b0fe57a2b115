"""What the page «Behaviour» shows of a period: the funnel of the form, and where and why people leave it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.scopes import clause
from app.constants import FUNNEL, Deal, FormStep, Screen
from app.errors import InvalidInput
from app.extensions import db
from app.models.behaviour import RefusalCount, StepCount
from app.services.statistics.filters import today
from app.services.statistics.periods import Span, parse_span

TO_JUDGE = 20  # visits, before it is said where most are lost


@dataclass(frozen=True)
class Filters:
    span: Span
    screen: Screen | None = None
    deal: Deal | None = None

    def args(self, **changes):
        """The query arguments that ask for this again; ``changes`` are fields of Filters."""
        asked = replace(self, **changes)
        words = {"screen": asked.screen, "deal": asked.deal}
        return asked.span.args() | {name: word.value for name, word in words.items() if word}


def parse(args):
    """Filters from query arguments. Raises InvalidInput with the field at fault."""
    span = parse_span(args, today=today())
    return Filters(span, _one_of(Screen, args, "screen"), _one_of(Deal, args, "deal"))


def _one_of(words, args, field):
    try:
        return words(args[field]) if args.get(field) else None
    except ValueError:
        raise InvalidInput(_l("There is no such choice."), field=field) from None


@dataclass(frozen=True)
class Step:
    step: FormStep
    number: int
    share: float | None  # of those who opened the form
    lost: int = 0  # of those who were at the step before


@dataclass(frozen=True)
class Funnel:
    """``steps`` in their order, each with no more visits than the one before; what happened at the sign-in."""

    steps: list
    sign_in: int = 0
    came_back: int = 0

    @property
    def opened(self):
        return self.steps[0].number

    @property
    def published(self):
        return self.steps[-1].number

    @property
    def share(self):
        return self.steps[-1].share

    @property
    def worst(self):
        """``(the step before, the step)`` between which most are lost, or None where there is nothing to judge by."""
        if self.opened < TO_JUDGE:
            return None
        pairs = list(zip(self.steps, self.steps[1:], strict=False))
        worst = max(pairs, key=lambda pair: pair[1].lost)
        return worst if worst[1].lost else None

    @property
    def pressed(self):
        return next(step.number for step in self.steps if step.step is FormStep.PRESSED)


@dataclass(frozen=True)
class Figures:
    total: Funnel
    previous: Funnel
    compared: Span
    screens: dict  # Screen → Funnel
    deals: dict  # Deal → Funnel
    days: dict  # day → Funnel, every day of the period that has begun
    refusals: list  # [(field, visits)], the most first


def figures(filters, *, actor):
    counts, before = _counts(filters, actor), filters.span.before(today())
    days = [day for day in filters.span.days if day <= today()] or filters.span.days[:1]
    return Figures(
        total=_funnel(counts),
        previous=_funnel(_counts(replace(filters, span=before), actor)),
        compared=before,
        screens={screen: _funnel(counts, screen=screen) for screen in Screen},
        deals={deal: _funnel(counts, deal=deal) for deal in Deal},
        days=_by_day(counts, days),
        refusals=_refusals(filters, actor),
    )


def _counts(filters, actor):
    """``{(day, screen, deal): {step: number}}`` with every step at least as often as the next.

    A page may not have told of a step (its browser was shut at once), but whoever came later passed it.
    """
    found = defaultdict(Counter)
    for day, screen, deal, step, number in sums(filters, actor=actor):
        found[day, screen, deal][step] = number
    for counts in found.values():
        for earlier, later in zip(FUNNEL[-2::-1], FUNNEL[:0:-1], strict=True):
            counts[earlier] = max(counts[earlier], counts[later])
    return found


def sums(filters, *, actor):
    """``(day, screen, deal, step, number)`` as counted."""
    found = sa.select(StepCount.day, StepCount.screen, StepCount.deal, StepCount.step, StepCount.number)
    found = found.where(*_within(StepCount, filters, actor))
    return db.session.execute(found.order_by(*StepCount.__table__.primary_key))


def _within(model, filters, actor):
    yield clause(actor, model)
    yield model.day.between(filters.span.first, filters.span.last)
    if filters.screen:
        yield model.screen == filters.screen
    if filters.deal:
        yield model.deal == filters.deal


def _funnel(counts, *, screen=None, deal=None):
    summed = Counter()
    for (_day, its_screen, its_deal), numbers in counts.items():
        if screen in (None, its_screen) and deal in (None, its_deal):
            summed.update(numbers)
    return _of(summed)


def _of(numbers):
    steps, opened, before = [], numbers[FormStep.OPENED], None
    for step in FUNNEL:
        number = numbers[step]
        share = number / opened if opened else None
        steps.append(Step(step, number, share, 0 if before is None else before - number))
        before = number
    return Funnel(steps, numbers[FormStep.SIGN_IN], numbers[FormStep.CAME_BACK])


def _by_day(counts, days):
    summed = {day: Counter() for day in days}
    for (day, _screen, _deal), numbers in counts.items():
        summed.setdefault(day, Counter()).update(numbers)
    return {day: _of(summed[day]) for day in sorted(summed)}


def _refusals(filters, actor):
    number = sa.func.sum(RefusalCount.number)
    found = sa.select(RefusalCount.field, number).where(*_within(RefusalCount, filters, actor))
    rows = db.session.execute(found.group_by(RefusalCount.field).order_by(number.desc(), RefusalCount.field)).all()
    return [(field, int(visits)) for field, visits in rows]

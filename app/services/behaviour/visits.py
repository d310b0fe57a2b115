"""How far people come with the form. A visit is one opening of its page; only its page knows it, and only while open.

The page tells each step once. What only the server learns (was the form taken, was a sign-in asked for, was the
inquiry sent) is counted for forms that say which visit they end: a hidden field with the kind of screen, the deal,
how many steps were told, and the fields already complained about. It names nobody.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from app.constants import FUNNEL, Deal, FormStep, Screen
from app.models.behaviour import RefusalCount, StepCount
from app.services import request_fields
from app.services.behaviour.counting import add, is_on

BY_PAGE = FUNNEL.index(FormStep.PRESSED) + 1  # how many steps the page itself tells
FIELDS = {
    *("deal", "country", "city", "property_type", "rooms", "budget_min", "budget_max", "currency"),
    *("area_min", "move_in", "wishes", "name", "email", "phone", "consent", "consent_data"),
}
WRITTEN = re.compile(r"(\w+)\.(\w+)(?:\.(\d)\.([\w,-]*))?")


@dataclass(frozen=True)
class Visit:
    screen: Screen
    deal: Deal
    told: int = 0
    refused: frozenset = frozenset()

    def __str__(self):
        return f"{self.screen}.{self.deal}.{self.told}.{','.join(sorted(self.refused))}"

    @property
    def mark(self):
        """What an inquiry that waits for a sign-in keeps of it."""
        return f"{self.screen}.{self.deal}"


def of(screen, deal, told=0, refused=()):
    """Raises ValueError for what is no visit."""
    if type(told) is not int or not 0 <= told <= BY_PAGE:
        raise ValueError(told)
    return Visit(Screen(screen), Deal(deal), told, frozenset(refused) & _fields())


def read(text):
    """The Visit of a form's hidden field, or of a mark; None for anything else."""
    found = WRITTEN.fullmatch(text or "")
    if not found:
        return None
    screen, deal, told, refused = found.groups(default="")
    try:
        return of(screen, deal, int(told or 0), refused.split(","))
    except ValueError:
        return None


def _fields():
    return FIELDS | {field.name for field in request_fields.live()}


def came(visit, upto, refused=()):
    """The page tells of steps after ``visit.told``, up to the number ``upto``, and of fields it complained about."""
    if not visit.told <= upto <= BY_PAGE:
        raise ValueError(upto)
    _count(visit, *FUNNEL[visit.told : upto])
    _refuse(visit, frozenset(refused) & _fields())


def sent(visit, nonce, wrong=()):
    """The form came: ``wrong`` are its fields that were not taken. Returns the visit as the page goes on with it."""
    if visit is None or not is_on():
        return None
    _count(visit, *FUNNEL[visit.told : BY_PAGE])
    fresh = frozenset(wrong) & _fields() - visit.refused
    _refuse(visit, fresh)
    if not wrong:
        _count_once(visit, nonce, FormStep.ACCEPTED)
    return replace(visit, told=BY_PAGE, refused=visit.refused | fresh)


def met_sign_in(visit, nonce):
    _count_once(visit, nonce, FormStep.SIGN_IN)


def published(visit, nonce):
    """By somebody who was signed in already."""
    _count_once(visit, nonce, FormStep.PUBLISHED)


def claimed(visit, at, *, by_sign_in):
    """What waited since ``at`` was sent, which happens once. It belongs to the day of its visit."""
    _count(visit, FormStep.PUBLISHED, *([FormStep.CAME_BACK] if by_sign_in else []), at=at)


def _count_once(visit, nonce, step):
    if visit is not None and (not nonce or _is_first((nonce, step))):
        _count(visit, step)


def _count(visit, *steps, at=None):
    if visit is not None and steps and is_on():
        add(StepCount, *({"step": step, "screen": visit.screen, "deal": visit.deal} for step in steps), at=at)


def _refuse(visit, fields):
    if fields and is_on():
        keys = ({"field": name, "screen": visit.screen, "deal": visit.deal} for name in sorted(fields))
        add(RefusalCount, *keys)


# A form sent twice is one: the nonces of the latest forms, in this memory only.

_latest, _lock = OrderedDict(), Lock()
REMEMBERED = 2_000


def _is_first(done):
    with _lock:
        if done in _latest:
            return False
        _latest[done] = True
        if len(_latest) > REMEMBERED:
            _latest.popitem(last=False)
    return True

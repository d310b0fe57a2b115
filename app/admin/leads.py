"""Which of several filters a question begins with. SQLite keeps no statistics of our tables: asked for inquiries in one
state published in one week, it gathers half of all for the state. So what each filter leaves is counted, up to a bound.
"""

import sqlalchemy as sa

from app.admin import ahead, many
from app.extensions import db

FEW = 30_000  # keys that are soon gathered
MANY = 100_000  # to try one answer costs as much as to walk past eight: up to so many it pays


def choose(view, active, cap):
    """The ``(filter, value)`` to begin with, which leaves few rows; None where none does, or one alone is asked."""
    if _are_alone(active):
        return None
    bound = _bound(active, cap)
    left, best = _smallest(view, active, bound)
    return best if best and left <= bound else None


def foreseen(view, active, cap):
    """The questions of choose(), for admin/ahead.py."""
    return {} if _are_alone(active) else _unknown(view, active, _bound(active, cap))


def _are_alone(active):
    return len(active) < 2 and not any(each.gauged for each, _value in active)


def few_foreseen(view, active):
    """Those of few()."""
    return _unknown(view, active, FEW)


def _bound(active, cap):
    return max(MANY, cap) if any(each.streams for each, _value in active) else cap


def _unknown(view, active, bound):
    asked = [(each, value) for each, value in active if each.own]
    return {
        key(each, bound): _counting(view, each, value, bound)
        for each, value in asked
        if not many.known(many.asking(view, [(each, value)], bound))
    }


def key(each, bound):
    """What admin/ahead.py knows by: how many rows a filter leaves, up to ``bound``."""
    return "lead", each.name, bound


def few(view, active):
    """The ``(filter, value)`` that leaves FEW rows at most, or None: what a search has found is looked up there."""
    left, best = _smallest(view, active, FEW)
    return best if best and left <= FEW else None


def are_counted(active):
    """Whether one index of all these filters counts what they leave."""
    return any(each.counts for each, _value in active) and all(each.facet for each, _value in active)


def _smallest(view, active, bound):
    counted = [(_count(view, each, value, bound), n) for n, (each, value) in enumerate(active) if each.own]
    if not counted:
        return 0, None
    left, n = min(counted)
    return left, active[n]


def _count(view, each, value, bound):
    """How many rows match; more than ``bound`` of them are counted once a minute."""
    question = many.asking(view, [(each, value)], bound)
    if many.known(question):
        return bound + 1
    found = ahead.answer(key(each, bound), lambda: db.session.scalar(_counting(view, each, value, bound)))
    if found > bound:
        many.note(question)
    return found


def _counting(view, each, value, bound):
    ids = each.ids(view, value)
    if each.order is not None and each.order.counting:
        ids = ids.order_by(*each.order.by())
    return sa.select(sa.func.count()).select_from(ids.limit(bound + 1).subquery())

"""Which of several filters a question begins with. SQLite keeps no statistics of our tables: asked for inquiries in one
state published in one week, it gathers half of all for the state. So what each filter leaves is counted, up to a bound.
"""

import sqlalchemy as sa

from app.admin import many
from app.extensions import db

FEW = 30_000  # keys that are soon gathered
MANY = 100_000  # trying an answer to an own field costs ten times as much as a column: a longer count pays


def choose(view, active, cap):
    """``((filter, value) to begin with or None, whether it leaves few rows)``; None: walk the list, try each row."""
    streams = [pair for pair in active if pair[0].streams]
    if len(active) == 1:
        return (streams or [None])[0], False
    bound = max(MANY, cap) if streams else cap
    left, best = _smallest(view, active, bound)
    if best and left <= bound:
        return best, True
    return (streams or [None])[0], False


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
    key = many.asking(view, [(each.name, value)], bound)
    if many.known(key):
        return bound + 1
    found = _counted(view, each, value, bound)
    if found > bound:
        many.note(key)
    return found


def _counted(view, each, value, bound):
    ids = each.ids(view, value)
    if each.order is not None and each.order.counting:
        ids = ids.order_by(*each.order.by())
    return db.session.scalar(sa.select(sa.func.count()).select_from(ids.limit(bound + 1).subquery()))

"""What hangs on a merged record follows the merge, or its parting, a few rows at a time: nobody waits for a long write.

The merge itself is whole at once: who or what remains, names, the old way in. A little follows in its own transaction;
more of it while its owner waits a second; the rest by the worker. Rows that go, what is kept beside them and how far it
has come are one commit, so whoever is killed on the way is followed by another from there.
"""

import time
from itertools import groupby, islice
from operator import itemgetter

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.errors import RefusedMove
from app.extensions import db
from app.models.audit import Merge, Move
from app.models.base import utcnow
from app.services import leases
from app.services.transaction import afterwards, transaction

LITTLE = 2_000  # weight of a merge that is one transaction; a weight of 1 takes some 20 µs
LEAST, MOST = 250, 2_000  # weight of one commit
WAITED_FOR = 1  # seconds that an owner's request works on at what is more
ROUTES = {}  # what the merge is of, as kept.keep() calls it → its Route; services add theirs


class Route:
    """How the rows of one kind of record go. A method for each part of the plan: ``(session, move, keys)``."""

    weights = {}  # part → what one of its keys weighs, where that is not 1

    def weight(self, part, key):
        return self.weights.get(part, 1)

    def records(self, part, key):
        """For whoever waits: how many there are in a key."""
        return 1

    def late(self, session, move):
        """The plan of what has come to the source meanwhile; it goes, too."""
        return []

    def arrived(self, session, move):
        """All of it has come over; in the transaction of the last of it, or in the merge's own."""


def begin(merge, source, target, plan, *, back=False):
    """Inside the transaction of the merge or its parting, as its last step."""
    session, route = db.session, ROUTES[merge.object_type]
    pieces = _pieces(plan)
    total = sum(route.records(*piece) for piece in pieces)
    move = Move(merge=merge, source_id=source.id, target_id=target.id, back=back, plan=plan, total=total)
    session.add(move)
    session.flush()
    if sum(route.weight(*piece) for piece in pieces) <= LITTLE:
        while _go(session, move, pieces, LITTLE):
            pieces = _pieces(move.plan)
    else:
        move.busy_until = utcnow() + leases.LEASE
        session.flush()
        move_id = move.id
        afterwards(lambda: _work_at(move_id, WAITED_FOR))


def of(*rows):
    """The Move that is under way from or to one of ``rows``, which are of one model (or None); or None."""
    there = [row for row in rows if row is not None]
    ids, kinds = [row.id for row in there], {type(row).__name__.lower() for row in there}
    ours = Merge.object_type.in_(kinds), sa.or_(Move.source_id.in_(ids), Move.target_id.in_(ids))
    return db.session.scalar(sa.select(Move).join(Merge).where(*ours).limit(1))


def check_still(*rows):
    """Raises RefusedMove while something is on its way from or to one of them."""
    if of(*rows):
        raise RefusedMove(_l("A merge of this record is still under way: wait for its end."))


def work():
    """A slice of one that waits; whether there was one. For the worker."""
    move_id = leases.take(Move)
    if move_id is None:
        return False
    _work_at(move_id, leases.SLICE)
    return True


def _work_at(move_id, seconds):
    stop, pace, pieces, there_is_more = time.monotonic() + seconds, Pace(), None, True
    while there_is_more and time.monotonic() < stop:
        pieces = pieces or _pieces(db.session.get_one(Move, move_id).plan)
        there_is_more, late = _step(move_id, pieces, pace)
        pieces = None if late else pieces
        time.sleep(pace.held / 2)
    if there_is_more:
        leases.give_back(Move, move_id)


class Pace:
    """How much goes at once: as much as the last took leases.HELD for, on this machine as busy as it is.

    In between the lock is left alone: SQLite's waiters look for it only now and then, and whoever took it back at once
    would keep a chat from ever getting it.
    """

    def __init__(self):
        self.weight, self.held, self._begun = LEAST, 0, None

    def begins(self):
        self._begun = time.monotonic()

    def ends(self):
        self.held = time.monotonic() - self._begun
        fitting = int(self.weight * leases.HELD / self.held)
        self.weight = max(LEAST, min(MOST, 2 * self.weight, fitting))


def _step(move_id, pieces, pace):
    """One commit, no longer than others can wait for the lock: whether there is more, and whether that came late."""
    with transaction() as session:
        pace.begins()
        move = session.get_one(Move, move_id, with_for_update={"of": Move})
        move.busy_until = utcnow() + leases.LEASE
        total = move.total
        there_is_more = _go(session, move, pieces, pace.weight)
        late = there_is_more and move.total != total
    pace.ends()
    return there_is_more, late


def _go(session, move, pieces, weight):
    """The next of the plan, as far as ``weight`` reaches; False when all has come over."""
    route = ROUTES[move.merge.object_type]
    some = list(_as_heavy_as(route, islice(pieces, move.reached, None), weight))
    for part, keys in groupby(some, itemgetter(0)):
        getattr(route, part)(session, move, [key for _part, key in keys])
    move.reached += len(some)
    move.done += sum(route.records(*piece) for piece in some)
    session.flush()
    return move.reached < len(pieces) or _add_late(session, move, route) or _end(session, move, route)


def _as_heavy_as(route, pieces, weight):
    for piece in pieces:
        yield piece
        weight -= route.weight(*piece)
        if weight <= 0:
            return


def _add_late(session, move, route):
    late = route.late(session, move)
    pieces = _pieces(late)
    if pieces:
        move.plan = [*move.plan, *late]
        move.total += sum(route.records(*piece) for piece in pieces)
        session.flush()
    return bool(pieces)


def _end(session, move, route):
    merge, back = move.merge, move.back
    session.delete(move)
    session.flush()
    route.arrived(session, move)
    if back:
        session.delete(merge)
    session.flush()
    return False


def _pieces(plan):
    return [(part, key) for part, keys in plan for key in keys]


def still(session, column, ids, clause):
    """Those of ``ids`` for which ``clause`` holds: asked for all, since there may be more ids than a query takes."""
    return sorted(set(ids).intersection(session.scalars(sa.select(column).where(clause))))

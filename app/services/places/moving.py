"""The inquiries of a large city follow a merge, or its parting, a few at a time: nobody waits for a long transaction.

The merge itself is whole at once: people, names, the old address. Which inquiries go is what the merge has kept, the
newest first; a few, their statistics, their words in the search and how far it has come are one commit.
"""

import time

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import InquiryStatus
from app.errors import RefusedMove
from app.extensions import db
from app.models.audit import CityMove
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.places import City
from app.services import inquiries, leases, search, statistics
from app.services.places import directory
from app.services.transaction import after_commit, transaction

LARGE = 1_000  # inquiries: more of them are not one request
FEWEST, MOST = 25, 200  # inquiries of one commit
DEMAND = (InquiryStatus.DRAFT, InquiryStatus.NEW, InquiryStatus.IN_WORK, InquiryStatus.EXPIRED)


def begin(merge, source, target, *, back=False):
    """For the worker, inside the transaction of the merge or its parting."""
    total = len(merge.moved["inquiries"])
    db.session.add(CityMove(merge=merge, source_id=source.id, target_id=target.id, total=total, back=back))


def of(*cities):
    """The CityMove that is under way from or to one of ``cities``, or None."""
    ids = [city.id for city in cities]
    ours = sa.or_(CityMove.source_id.in_(ids), CityMove.target_id.in_(ids))
    return db.session.scalar(sa.select(CityMove).where(ours).limit(1))


def check_still(*cities):
    """Raises RefusedMove while inquiries are on their way from or to one of them."""
    if of(*cities):
        raise RefusedMove(_l("A merge of this city is still under way: wait for its end."))


def work():
    """A slice of one that waits; whether there was one. For the worker."""
    move_id = leases.take(CityMove)
    if move_id is None:
        return False
    ids = db.session.get_one(CityMove, move_id).merge.moved["inquiries"][::-1]
    stop, pace = time.monotonic() + leases.SLICE, Pace()
    while there_is_more := _move_some(move_id, ids, pace):
        if time.monotonic() > stop:
            break
        time.sleep(pace.held / 2)
    if there_is_more:
        leases.give_back(CityMove, move_id)
    return True


class Pace:
    """How many go at once: as many as the last ones took leases.HELD for, on this machine as busy as it is.

    Between them the lock is left alone: SQLite's waiters look for it only now and then, and whoever took it back at
    once would keep a chat from ever getting it.
    """

    def __init__(self):
        self.count, self.held, self._begun = FEWEST, 0, None

    def begins(self):
        self._begun = time.monotonic()

    def ends(self):
        self.held = time.monotonic() - self._begun
        fitting = int(self.count * leases.HELD / self.held)
        self.count = max(FEWEST, min(MOST, 2 * self.count, fitting))


def _move_some(move_id, ids, pace):
    """A few in one transaction, no longer than others can wait for the lock; False when all are there."""
    with transaction() as session:
        pace.begins()
        move = session.get_one(CityMove, move_id, with_for_update={"of": CityMove})
        _take_over(session, move, ids[move.done : move.done + pace.count])
        there_is_more = move.done < move.total
        if there_is_more:
            move.busy_until = utcnow() + leases.LEASE
        else:
            _arrived(session, move)
    pace.ends()
    return there_is_more


def _take_over(session, move, ids):
    """Those that are still where the move began."""
    here = session.scalars(sa.select(Inquiry.id).where(Inquiry.id.in_(ids), Inquiry.city_id == move.source_id)).all()
    statistics.move_inquiries(here, move.target_id)
    if here:
        search.INQUIRIES.write(Inquiry.id.in_(here))
    move.done += len(ids)
    session.flush()


def _arrived(session, move):
    cities, merge = [session.get_one(City, id) for id in (move.source_id, move.target_id)], move.merge
    back, waited = move.back, merge.moved["waiting"]
    session.delete(move)
    session.flush()
    if back:
        for city in cities:
            wait_again(session, city, waited)
        session.delete(merge)
    session.flush()
    session.expire_all()
    for city in cities:
        if directory.is_served(city):
            inquiries.publish_awaiting(city)
    after_commit("places:changed")


def wait_again(session, city, ids):
    """What waited for a realtor in an unserved city is demand there again."""
    if directory.is_served(city):
        return
    waited = still(session, Inquiry.id, ids, sa.and_(Inquiry.city_id == city.id, Inquiry.status.in_(DEMAND)))
    for start in range(0, len(waited), search.CHUNK):
        these = Inquiry.id.in_(waited[start : start + search.CHUNK])
        session.execute(sa.update(Inquiry).where(these).values(awaiting_realtor=True))


def still(session, column, ids, clause):
    """Those of ``ids`` for which ``clause`` holds: asked for all, since there may be more ids than a query takes."""
    return sorted(set(ids).intersection(session.scalars(sa.select(column).where(clause))))

"""Two records of one agency become one: realtors and the better fields go to it, the other waits in the bin."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.constants import AuditTag
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.partners import Agency
from app.services import audit, bin, partners, search
from app.services.merging import kept, moving
from app.services.transaction import transaction


def merge(winner, loser, values, *, actor):
    """The loser's realtors go to ``winner``, which takes ``values`` (any of ``name`` and ``website``).

    The loser's name keeps leading to the winner; the loser goes into the bin after the last of them. Raises
    RefusedMove, InvalidInput(field).
    """
    values = partners.checked(values)
    with transaction() as session:
        winner, loser = _locked(session, winner.id, loser.id)
        moving.check_still(winner, loser)
        moved = {"realtors": _realtors_of(session, loser), "key": loser.key}
        given_up = {loser.key, winner.key}
        loser.key = str(loser.public_id)  # somebody else may have the name from now on
        session.flush()
        old, new = partners.put(winner, values)
        shown = [{name: side[name] for name in side if name != "key"} for side in (old, new)]
        facts = {"gone": loser.name, "moved": {"realtors": len(moved["realtors"])}}
        event = audit.record(AuditTag.AGENCY_MERGED, winner, actor=actor, old=shown[0], new=shown[1], **facts)
        key = (given_up - {winner.key}).pop()
        merge = kept.keep(event, winner=winner, loser=loser, moved=moved, key=key)
        moving.begin(merge, loser, winner, [["realtors", moved["realtors"]]])
    return winner


def _realtors_of(session, agency):
    return list(session.scalars(sa.select(Realtor.user_id).where(Realtor.agency_id == agency.id)))


def _locked(session, *ids):
    """Locked in one order, so that two merges never wait for each other."""
    found = {each: session.get(Agency, each, with_for_update=True) for each in sorted(set(ids))}
    if len(found) < 2 or None in found.values():
        raise RefusedMove(_l("These agencies cannot be merged: one of them is no longer there."))
    return [found[each] for each in ids]


class Agencies(moving.Route):
    weights = {"realtors": 12}

    def realtors(self, session, move, people):
        here = Realtor.user_id.in_(people), Realtor.agency_id == move.source_id
        session.execute(sa.update(Realtor).where(*here).values(agency_id=move.target_id))
        search.PEOPLE.write(User.id.in_(people))

    def late(self, session, move):
        """Whoever was put there meanwhile."""
        if move.back:
            return []
        there = _realtors_of(session, session.get_one(Agency, move.source_id))
        moved = move.merge.moved
        move.merge.moved = moved | {"realtors": [*moved["realtors"], *there]}
        return [["realtors", there]]

    def arrived(self, session, move):
        if not move.back:
            loser = session.get_one(Agency, move.source_id)
            bin.put(loser, actor=move.merge.event.actor, key=move.merge.moved["key"])


moving.ROUTES["agency"] = Agencies()


def check(event):
    """Raises RefusedMove where a later change stands on the merge."""
    merge = kept.of(event)
    moving.check_still(_agency(merge.winner), _agency(merge.loser))
    if _agency(merge.winner) is None:
        raise RefusedMove(_l("The record that remained has itself been merged or deleted since: take that back first."))
    if _agency(merge.loser) is None and bin.latest("agency", merge.loser) is None:
        raise RefusedMove(_l("The record that went is gone for good: the bin keeps nothing for ever."))


def part(event, values, *, actor):
    """The loser is back, with those of its realtors who have not been moved elsewhere since; says so of the others.

    ``values``: what the merge took from the winner. Raises RefusedMove, InvalidInput.
    """
    with transaction() as session:
        check(event)
        merge = kept.of(event)
        winner, people = _agency(merge.winner), merge.moved["realtors"]
        partners.put(winner, partners.checked(values))
        session.flush()
        loser = _agency(merge.loser) or bin.take_out(bin.latest("agency", merge.loser))
        back = moving.still(session, Realtor.user_id, people, Realtor.agency_id == winner.id)
        stayed = len(people) - len(back)
        facts = {"back": loser.name, "moved": {"realtors": len(back)}, "stayed": stayed}
        audit.record(AuditTag.AGENCY_PARTED, winner, actor=actor, **facts)
        moving.begin(merge, winner, loser, [["realtors", back]], back=True)
    return stayed and _n(
        "%(num)s realtor works elsewhere by now and stays there.",
        "%(num)s realtors work elsewhere by now and stay there.",
        stayed,
    )


def _agency(public_id):
    return db.session.scalar(sa.select(Agency).where(Agency.public_id == UUID(public_id)))

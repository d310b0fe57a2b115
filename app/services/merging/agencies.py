"""Two records of one agency become one: realtors and the better fields go to it, the other waits in the bin."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.constants import AuditTag
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Realtor
from app.models.partners import Agency
from app.services import audit, bin, partners, search
from app.services.merging import kept
from app.services.transaction import transaction


def merge(winner, loser, values, *, actor):
    """The loser's realtors go to ``winner``, which takes ``values`` (any of ``name`` and ``website``).

    The loser's name keeps leading to the winner. Raises RefusedMove, InvalidInput(field).
    """
    values = partners.checked(values)
    with transaction() as session:
        winner, loser = _locked(session, winner.id, loser.id)
        people = session.scalars(sa.select(Realtor.user_id).where(Realtor.agency_id == loser.id)).all()
        _move(session, people, loser, winner)
        gone, keys = loser.name, {loser.key, winner.key}
        bin.put(loser, actor=actor)
        session.flush()
        old, new = partners.put(winner, values)
        search.index_agency(winner)
        shown = [{name: side[name] for name in side if name != "key"} for side in (old, new)]
        moved = {"realtors": len(people)}
        event = audit.record(
            AuditTag.AGENCY_MERGED, winner, actor=actor, old=shown[0], new=shown[1], gone=gone, moved=moved
        )
        given_up = (keys - {winner.key}).pop()
        kept.keep(event, winner=winner, loser=loser, moved={"realtors": list(people)}, key=given_up)
    return winner


def _locked(session, *ids):
    """Locked in one order, so that two merges never wait for each other."""
    found = {each: session.get(Agency, each, with_for_update=True) for each in sorted(set(ids))}
    if len(found) < 2 or None in found.values():
        raise RefusedMove(_l("These agencies cannot be merged: one of them is no longer there."))
    return [found[each] for each in ids]


def _move(session, people, source, target):
    """Those of ``people`` (user ids) who work at ``source`` work at ``target``; returns how many."""
    here = Realtor.user_id.in_(people), Realtor.agency_id == source.id
    return session.execute(sa.update(Realtor).where(*here).values(agency_id=target.id)).rowcount


def check(event):
    """Raises RefusedMove where a later change stands on the merge."""
    merge = kept.of(event)
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
        back = _move(session, people, winner, loser)
        search.index_agency(winner)
        search.index_agency(loser)
        session.delete(merge)
        stayed = len(people) - back
        facts = {"back": loser.name, "moved": {"realtors": back}, "stayed": stayed}
        audit.record(AuditTag.AGENCY_PARTED, winner, actor=actor, **facts)
    return stayed and _n(
        "%(num)s realtor works elsewhere by now and stays there.",
        "%(num)s realtors work elsewhere by now and stay there.",
        stayed,
    )


def _agency(public_id):
    return db.session.scalar(sa.select(Agency).where(Agency.public_id == UUID(public_id)))

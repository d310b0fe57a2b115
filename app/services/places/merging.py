"""Two records of one city made one, and parted again with what is still where the merge put it."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app import spelling
from app.constants import AuditTag, InquiryStatus
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.inquiries import Inquiry
from app.models.places import City, CityAlias
from app.services import audit, inquiries, search, statistics
from app.services.merging import kept, moving
from app.services.places import corrections, directory, spellings
from app.services.transaction import after_commit, transaction

DEMAND = (InquiryStatus.DRAFT, InquiryStatus.NEW, InquiryStatus.IN_WORK, InquiryStatus.EXPIRED)


def merge_cities(*, winner: City, loser: City, values: dict | None = None, actor) -> City:
    """Two records of one city become one: people, inquiries, statistics and spellings go to ``winner``.

    It takes ``values`` (as correct_city()), and the larger population unless they say. The loser's public id leads to
    it from now on, and inquiries that waited for a realtor in either are published if there is one now. What is much
    follows by the worker (merging/moving.py). Doing it twice is doing it once. Raises InvalidInput, RefusedMove.
    """
    values = corrections.checked(values or {})
    with transaction() as session:
        winner, loser = _locked(session, winner.id, loser.id)
        if loser.merged_into_id == winner.id:
            return winner
        if winner.id == loser.id or winner.merged_into_id or loser.merged_into_id:
            raise InvalidInput(_l("These cities cannot be merged: one of them is no longer there."))
        moving.check_still(winner, loser)
        moved = _linked(session, winner, loser)
        _move(session, winner, loser)
        before = _keys(winner)
        old, new = corrections.put(winner, {"population": max(winner.population, loser.population)} | values)
        _merge_spellings(session, winner, loser)
        moved["gained"] = sorted(_keys(winner) - before)
        counts = {name: len(moved[name]) for name in ("realtors", "inquiries")}
        event = audit.record(
            AuditTag.CITY_MERGED, loser, actor=actor, into=winner.name_ru, moved=counts, old=old, new=new
        )
        merge = kept.keep(event, winner=winner, loser=loser, moved=moved)
        _settle(session, moved["realtors"], winner)
        moving.begin(merge, loser, winner, _plan(moved["inquiries"], moved["realtors"]))
    return winner


def _plan(inquiry_ids, people):
    """The newest inquiries first; realtors are there already, and are found by the other name after them."""
    return [["inquiries", inquiry_ids[::-1]], ["realtors", people]]


def _locked(session, *ids):
    """The cities of ``ids`` in that order, locked in one order so that two merges never wait for each other."""
    found = {city_id: session.get_one(City, city_id, with_for_update=True) for city_id in sorted(set(ids))}
    return [found[city_id] for city_id in ids]


def _linked(session, winner, loser):
    """Whatever has to be known to part them again."""
    waiting = Inquiry.city_id.in_([winner.id, loser.id]), Inquiry.awaiting_realtor.is_(True)
    return {
        "realtors": _ids(session, Realtor.user_id, Realtor.city_id == loser.id),
        "inquiries": _ids(session, Inquiry.id, Inquiry.city_id == loser.id),
        "waiting": _ids(session, Inquiry.id, *waiting),
        "cities": _ids(session, City.id, City.merged_into_id == loser.id),
        "spellings": [[alias.name, alias.key] for alias in loser.aliases],
    }


def _ids(session, column, *clauses):
    return list(session.scalars(sa.select(column).where(*clauses).order_by(column)))


def _move(session, winner, loser):
    """Everything that points to the loser, its inquiries aside."""
    session.execute(sa.update(Realtor).where(Realtor.city_id == loser.id).values(city_id=winner.id))
    session.execute(sa.update(City).where(City.merged_into_id == loser.id).values(merged_into_id=winner.id))
    loser.merged_into_id = winner.id
    for city in (winner, loser):
        city.version += 1


def _keys(city):
    return set(db.session.scalars(sa.select(CityAlias.key).where(CityAlias.city_id == city.id)))


def _merge_spellings(session, winner, loser):
    names = [alias.name for alias in loser.aliases]
    session.execute(sa.delete(CityAlias).where(CityAlias.city_id == loser.id))
    spellings.add(winner, loser.name_ru, loser.name_en, *names)


def _settle(session, people, *cities):
    """What waited for a realtor goes out where there is one now, and whoever looks is told."""
    session.flush()
    session.expire_all()
    _publish(cities)
    for user_id in people:
        after_commit("account:ended", user_id=user_id)  # their open pages come back as the other city's
    after_commit("places:changed")


class Cities(moving.Route):
    weights = {"inquiries": 10, "realtors": 10}

    def records(self, part, key):
        return int(part == "inquiries")

    def inquiries(self, session, move, ids):
        """Those that are still where the move began."""
        there = Inquiry.id.in_(ids), Inquiry.city_id == move.source_id
        here = session.scalars(sa.select(Inquiry.id).where(*there)).all()
        statistics.move_inquiries(here, move.target_id)
        if here:
            search.INQUIRIES.write(Inquiry.id.in_(here))

    def realtors(self, session, move, people):
        search.PEOPLE.write(User.id.in_(people))

    def late(self, session, move):
        """What a form that was open has sent there meanwhile."""
        there = [] if move.back else _ids(session, Inquiry.id, Inquiry.city_id == move.source_id)
        if there:
            moved = move.merge.moved
            move.merge.moved = moved | {"inquiries": [*moved["inquiries"], *there]}
        return [["inquiries", there]]

    def arrived(self, session, move):
        """Inquiries that waited for a realtor in either are published if there is one now."""
        cities = [session.get_one(City, id) for id in (move.source_id, move.target_id)]
        waited = move.merge.moved["waiting"]
        statistics.sweep(move.source_id)
        session.expire_all()
        for city in cities if move.back else ():
            _wait_again(session, city, waited)
        _publish(cities)
        after_commit("places:changed")


moving.ROUTES["city"] = Cities()


def _publish(cities):
    for city in cities:
        if directory.is_served(city):
            inquiries.publish_awaiting(city)


def _wait_again(session, city, ids):
    """What waited for a realtor in an unserved city is demand there again."""
    if directory.is_served(city):
        return
    waited = moving.still(session, Inquiry.id, ids, sa.and_(Inquiry.city_id == city.id, Inquiry.status.in_(DEMAND)))
    for start in range(0, len(waited), search.CHUNK):
        these = Inquiry.id.in_(waited[start : start + search.CHUNK])
        session.execute(sa.update(Inquiry).where(these).values(awaiting_realtor=True))


def check_parts(event):
    """Raises RefusedMove where a later change stands on the merge."""
    winner, loser = _cities(kept.of(event))
    moving.check_still(winner, loser)
    if winner.merged_into_id or loser.merged_into_id != winner.id:
        raise RefusedMove(_l("The record that remained has itself been merged or deleted since: take that back first."))


def _cities(merge):
    return [db.session.scalar(sa.select(City).where(City.public_id == UUID(id))) for id in (merge.winner, merge.loser)]


def part_cities(event, values, *, actor):
    """Both cities again, ``values`` being what the merge took from the one that remained.

    Inquiries and realtors that have been moved elsewhere since stay there: it says so. What was published because of
    the merge stays published. Raises RefusedMove.
    """
    with transaction() as session:
        merge = kept.of(event)
        winner, loser = _locked(session, *(city.id for city in _cities(merge)))
        check_parts(event)
        moved = merge.moved
        corrections.put(winner, values)
        found, people = _move_back(session, winner, loser, moved)
        _part_spellings(session, winner, loser, moved)
        stayed = len(moved["inquiries"]) - len(found) + len(moved["realtors"]) - len(people)
        counts = {"realtors": len(people), "inquiries": len(found)}
        facts = {"out_of": winner.name_ru, "moved": counts, "stayed": stayed}
        audit.record(AuditTag.CITY_PARTED, loser, actor=actor, **facts)
        _settle(session, people, winner, loser)
        moving.begin(merge, winner, loser, _plan(found, people), back=True)
    return stayed and _n(
        "%(num)s record is elsewhere by now and stays there.",
        "%(num)s records are elsewhere by now and stay there.",
        stayed,
    )


def _move_back(session, winner, loser, moved):
    """What is still where the merge put it; returns the ids of the inquiries, which follow, and of the realtors."""
    found = moving.still(session, Inquiry.id, moved["inquiries"], Inquiry.city_id == winner.id)
    people = moving.still(session, Realtor.user_id, moved["realtors"], Realtor.city_id == winner.id)
    session.execute(sa.update(Realtor).where(Realtor.user_id.in_(people)).values(city_id=loser.id))
    cities = City.id.in_(moved["cities"]), City.merged_into_id == winner.id
    session.execute(sa.update(City).where(*cities).values(merged_into_id=loser.id))
    loser.merged_into_id = None
    for city in (winner, loser):
        city.version += 1
    return found, people


def _part_spellings(session, winner, loser, moved):
    own = {spelling.key(name)[: spellings.LONGEST] for name in (winner.name_ru, winner.name_en)}
    gained = CityAlias.city_id == winner.id, CityAlias.key.in_(set(moved["gained"]) - own)
    session.execute(sa.delete(CityAlias).where(*gained))
    rows = [
        {"city_id": loser.id, "country_id": loser.country_id, "name": name, "key": key}
        for name, key in moved["spellings"]
    ]
    if rows:
        session.execute(sa.insert(CityAlias), rows)

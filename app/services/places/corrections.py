"""What owners correct: names, countries, coordinates, spellings, and two records of one city made one."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app import spelling
from app.constants import AuditTag
from app.errors import InvalidInput
from app.models.accounts import Realtor, User
from app.models.inquiries import Inquiry
from app.models.places import City, CityAlias, Country
from app.services import audit, inquiries, search, statistics
from app.services.places import directory, spellings
from app.services.transaction import after_commit, transaction
from app.services.versions import check_version

EDITABLE = frozenset({"name_ru", "name_en", "country", "latitude", "longitude", "population", "timezone"})
_RANGES = {"latitude": 90, "longitude": 180}


def rename_city(city: City, *, name_ru: str, name_en: str, version=None, original=None, actor) -> City:
    """The old names stay among the city's spellings. Raises InvalidInput(field), EditConflict."""
    values = {"name_ru": name_ru, "name_en": name_en}
    return correct_city(city, values, version=version, original=original, actor=actor)


def correct_city(city: City, values: dict, *, version=None, original=None, actor) -> City:
    """``values``: some of EDITABLE, ``country`` being a Country. What is there already changes nothing.

    ``version`` and ``original`` as in services.versions. Raises InvalidInput(field), EditConflict.
    """
    with transaction() as session:
        city = session.get_one(City, city.id, with_for_update=True)
        if city.merged_into_id:
            raise InvalidInput(_l("This city has been merged into another one."))
        values = _checked(values)
        check_version(city, version, values, original)
        old, new = audit.changes(city, values)
        for name in new:
            setattr(city, name, values[name])
        if new:
            _settle(session, city)
            if {"name_ru", "name_en"} & set(new):
                search.index_city(city)
            audit.record(AuditTag.CITY_CHANGED, city, actor=actor, old=old, new=new)
    return city


def _settle(session, city):
    """What follows from a changed city: its spellings stand in its country, and whoever looks is told."""
    city.version += 1
    session.flush()
    session.execute(sa.update(CityAlias).where(CityAlias.city_id == city.id).values(country_id=city.country_id))
    spellings.add(city, city.name_ru, city.name_en)
    after_commit("places:changed")


def _checked(values):
    if unknown := set(values) - EDITABLE:
        raise ValueError(f"not editable: {sorted(unknown)}")
    values = {name: _checked_name(name, v) if name.startswith("name_") else v for name, v in values.items()}
    for name, most in _RANGES.items():
        if values.get(name) is not None and abs(values[name]) > most:
            raise InvalidInput(_l("From −%(most)s to %(most)s, please.", most=most), field=name)
    return values


def _checked_name(field, text, longest=spellings.LONGEST):
    name = " ".join((text or "").split())
    if not spelling.key(name):
        raise InvalidInput(_l("Please fill this in."), field=field)
    if len(name) > longest:
        raise InvalidInput(_l("At most %(count)s characters, please.", count=longest), field=field)
    return name


def add_alias(city: City, *, name: str, actor) -> None:
    """One more spelling that leads to the city."""
    name = _checked_name("name", name)
    _change_aliases(city, lambda: spellings.add(city, name), actor)


def remove_alias(city: City, *, name: str, actor) -> None:
    """Forget a spelling; the official names always lead to their city. Raises InvalidInput."""
    key = spelling.key(name)
    if key in (spelling.key(city.name_ru), spelling.key(city.name_en)):
        raise InvalidInput(_l("This is the city's own name: rename the city instead."), field="name")

    def forget():
        city.aliases = [alias for alias in city.aliases if alias.key != key]

    _change_aliases(city, forget, actor)


def _change_aliases(city, change, actor):
    with transaction() as session:
        session.refresh(city, with_for_update=True)
        old = _spelled(city)
        change()
        session.flush()
        if old != (new := _spelled(city)):
            audit.record(AuditTag.CITY_CHANGED, city, actor=actor, old={"aliases": old}, new={"aliases": new})


def _spelled(city):
    return sorted(alias.name for alias in city.aliases)


def rename_country(country: Country, *, name_ru: str, name_en: str, currency: str | None = None, actor) -> Country:
    """``currency``: what the form proposes there. Raises InvalidInput(field)."""
    values = {"name_ru": _checked_name("name_ru", name_ru, 100), "name_en": _checked_name("name_en", name_en, 100)}
    if currency:
        values["currency"] = currency
    with transaction() as session:
        country = session.get_one(Country, country.id, with_for_update=True)
        old, new = audit.changes(country, values)
        for name in new:
            setattr(country, name, values[name])
        if new:
            audit.record(AuditTag.COUNTRY_CHANGED, country, actor=actor, old=old, new=new)
            after_commit("places:changed")
    return country


def merge_cities(*, winner: City, loser: City, actor) -> City:
    """Two records of one city become one: people, inquiries, statistics and spellings go to ``winner``.

    The loser's public id leads to the winner from now on, and inquiries that waited for a realtor in either are
    published if there is one now. Doing it twice is doing it once. Raises InvalidInput.
    """
    with transaction() as session:
        winner, loser = _locked(session, winner.id, loser.id)
        if loser.merged_into_id == winner.id:
            return winner
        if winner.id == loser.id or winner.merged_into_id or loser.merged_into_id:
            raise InvalidInput(_l("These cities cannot be merged: one of them is no longer there."))
        people = session.scalars(sa.select(Realtor.user_id).where(Realtor.city_id == loser.id)).all()
        moved_inquiries = _move(session, winner, loser)
        _merge_spellings(session, winner, loser)
        moved = {"realtors": len(people), "inquiries": len(moved_inquiries)}
        audit.record(AuditTag.CITY_MERGED, loser, actor=actor, into=winner.name_ru, moved=moved)
        session.flush()
        session.expire_all()
        _find_by_new_name(winner, moved_inquiries, people)
        if directory.is_served(winner):
            inquiries.publish_awaiting(winner)
        for user_id in people:
            after_commit("account:ended", user_id=user_id)  # their open pages come back as the winner's
        after_commit("places:changed")
    return winner


def _find_by_new_name(winner, inquiry_ids, people):
    """Owners look for what was merged by the name that stays."""
    if len(inquiry_ids) > search.AT_ONCE:
        search.index_later(winner)
    else:
        search.INQUIRIES.write(Inquiry.id.in_(inquiry_ids))
    search.PEOPLE.write(User.id.in_(people))


def _locked(session, *ids):
    """The cities of ``ids`` in that order, locked in one order so that two merges never wait for each other."""
    found = {city_id: session.get_one(City, city_id, with_for_update=True) for city_id in sorted(set(ids))}
    return [found[city_id] for city_id in ids]


def _move(session, winner, loser):
    """Everything that points to the loser; returns the ids of the inquiries that did."""
    session.execute(sa.update(Realtor).where(Realtor.city_id == loser.id).values(city_id=winner.id))
    moved = session.scalars(sa.select(Inquiry.id).where(Inquiry.city_id == loser.id)).all()
    session.execute(sa.update(Inquiry).where(Inquiry.city_id == loser.id).values(city_id=winner.id))
    statistics.move_city(loser.id, winner.id)
    session.execute(sa.update(City).where(City.merged_into_id == loser.id).values(merged_into_id=winner.id))
    loser.merged_into_id = winner.id
    for city in (winner, loser):
        city.version += 1
    winner.population = max(winner.population, loser.population)
    return moved


def _merge_spellings(session, winner, loser):
    names = session.scalars(sa.select(CityAlias.name).where(CityAlias.city_id == loser.id)).all()
    session.execute(sa.delete(CityAlias).where(CityAlias.city_id == loser.id))
    spellings.add(winner, loser.name_ru, loser.name_en, *names)

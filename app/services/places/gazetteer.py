"""Filling the directory from the world's gazetteer. What an owner has corrected since is never overwritten."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa

from app import spelling
from app.extensions import db
from app.models.places import City, CityAlias, Country
from app.services.places import spellings
from app.services.transaction import after_commit, transaction

CHUNK = 2_000  # cities per transaction: others can write in between
_FACTS = ("geoname_id", "latitude", "longitude", "population", "timezone")
_COPIED = (*_FACTS, "name_ru", "name_en")


class Loaded(NamedTuple):
    countries: int
    cities: int


def load_gazetteer(*, countries: Iterable, cities: Iterable) -> Loaded:
    """Add the countries and cities that are not there yet; running it again adds nothing.

    Rows are those of integrations.geonames: (code, name_ru, name_en, currency) and (geoname_id, country_code,
    name_ru, name_en, latitude, longitude, population, timezone, aliases).
    """
    added = _add_countries(countries)
    country_ids = dict(db.session.execute(sa.select(Country.code, Country.id)).all())
    typed = _typed_by_people()
    rows, total = iter(cities), 0
    while chunk := list(islice(rows, CHUNK)):
        with transaction() as session:
            total += _add_cities(session, chunk, country_ids, typed)
    if total:
        with transaction():
            after_commit("places:changed")
    return Loaded(added, total)


def _add_countries(rows) -> int:
    with transaction() as session:
        known = set(session.scalars(sa.select(Country.code)))
        fresh = [row._asdict() for row in rows if row.code not in known]
        if fresh:
            session.execute(sa.insert(Country.__table__), fresh)
    return len(fresh)


def _typed_by_people() -> dict[tuple[int, str], int]:
    """(country, spelling) → a city that somebody named before the gazetteer knew it."""
    statement = (
        sa.select(CityAlias.country_id, CityAlias.key, City.id)
        .join(City, City.id == CityAlias.city_id)
        .where(City.geoname_id.is_(None))
    )
    return {(country, key): city for country, key, city in db.session.execute(statement)}


def _add_cities(session, chunk, country_ids, typed) -> int:
    known = set(
        session.scalars(sa.select(City.geoname_id).where(City.geoname_id.in_([row.geoname_id for row in chunk])))
    )
    fresh = [row for row in chunk if row.geoname_id not in known]
    new = [row for row in fresh if not _adopt(session, row, country_ids[row.country_code], typed)]
    if new:
        values = [{name: getattr(row, name) for name in _COPIED} for row in new]
        countries = [country_ids[row.country_code] for row in new]
        session.execute(
            sa.insert(City.__table__), [v | {"country_id": c} for v, c in zip(values, countries, strict=True)]
        )
        session.execute(sa.insert(CityAlias.__table__), list(_spellings(session, new)))
    return len(new)


def _adopt(session, row, country_id, typed) -> bool:
    """Give the gazetteer's facts to a city of that name that people made themselves; its names stay as they are."""
    for name in (row.name_ru, row.name_en) if typed else ():
        if city_id := typed.pop((country_id, spelling.key(name)), None):
            city = session.get_one(City, city_id)
            for fact in _FACTS:
                setattr(city, fact, getattr(row, fact))
            spellings.add(city, row.name_ru, row.name_en, *row.aliases)
            return True
    return False


def _spellings(session, rows) -> Iterator[dict]:
    wanted = [row.geoname_id for row in rows]
    found = session.execute(sa.select(City.geoname_id, City.id, City.country_id).where(City.geoname_id.in_(wanted)))
    ids = {geoname_id: (city_id, country_id) for geoname_id, city_id, country_id in found}
    for row in rows:
        yield from spellings.rows(*ids[row.geoname_id], (row.name_ru, row.name_en, *row.aliases))

"""The alias rows of a city: every spelling once, its official names among them."""

from collections.abc import Iterable

import sqlalchemy as sa

from app import spelling
from app.extensions import db
from app.models.places import City, CityAlias
from app.services.transaction import insert_once

LONGEST = 120


def rows(city_id: int, country_id: int, names: Iterable[str]) -> list[dict]:
    """One row for each different key; what has no letters has no row."""
    keyed = {}
    for name in names:
        keyed.setdefault(spelling.key(name)[:LONGEST], name[:LONGEST])
    keyed.pop("", None)
    return [{"city_id": city_id, "country_id": country_id, "name": name, "key": key} for key, name in keyed.items()]


def add(city: City, *names: str) -> None:
    """Inside a transaction; spellings the city has already are left as they are."""
    for row in rows(city.id, city.country_id, names):
        insert_once(CityAlias, row, ["city_id", "key"])
    db.session.expire(city, ["aliases"])


def cities_spelled(country_id: int, name: str) -> list[City]:
    """The cities of a country that have exactly this spelling, the largest first."""
    found = (
        sa.select(City)
        .join(CityAlias, CityAlias.city_id == City.id)
        .where(CityAlias.country_id == country_id, CityAlias.key == spelling.key(name))
        .order_by(City.population.desc(), City.id)
    )
    return list(db.session.scalars(found).unique())

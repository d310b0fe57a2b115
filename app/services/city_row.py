"""A city in one plain row: what a form and a new inquiry ask of it, in a tenth of the time that its whole row takes."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.models.places import City, Country
from app.models.prepared import Prepared


class Homeland(NamedTuple):
    code: str
    currency: str
    name_ru: str
    name_en: str

    name = Country.name


class Place(NamedTuple):
    """Stands for a City wherever no more is asked. It is the one that its city was merged into."""

    id: int
    public_id: UUID
    name_ru: str
    name_en: str
    merged_into_id: int | None
    country: Homeland

    name = City.name
    merged_into = None

    @classmethod
    def of(cls, *values):
        return cls(*values[: len(_CITY)], Homeland(*values[len(_CITY) :]))


_CITY, _COUNTRY = Place._fields[:-1], Homeland._fields
_ROW = sa.select(*(getattr(City, name) for name in _CITY), *(getattr(Country, name) for name in _COUNTRY)).join(
    Country, Country.id == City.country_id
)
_BY_PUBLIC_ID = Prepared(_ROW.where(City.public_id == sa.bindparam("public_id")), row=Place.of)
_BY_ID = Prepared(_ROW.where(City.id == sa.bindparam("id")), row=Place.of)


def by_public_id(text):
    """The Place that ``text`` names, or None."""
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    return _followed(_BY_PUBLIC_ID.read(public_id=public_id), _BY_ID.read)


def within(session, city_id):
    """As it stands in this transaction; None when it is gone."""
    read = lambda id: _BY_ID.within(session, id=id)  # noqa: E731
    return _followed(read(city_id), read)


def _followed(place, read):
    while place and place.merged_into_id:
        place = read(id=place.merged_into_id)
    return place

"""Looking places up: by id, by code, by the beginning of a name, and those that are served."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from app import spelling
from app.constants import AuditTag
from app.errors import NotFound
from app.extensions import db
from app.later import later
from app.models.accounts import Realtor
from app.models.places import City, CityAlias, Country
from app.services import audit
from app.services.places.matching import ALIKE, match_city
from app.services.transaction import insert_once, transaction

OSA = later("rapidfuzz.distance.OSA")

LIMIT = 20


class ServedCity(NamedTuple):
    id: UUID
    name: str


class ServedCountry(NamedTuple):
    code: str
    name: str
    currency: str
    cities: list[ServedCity]


def served_places(locale) -> list[ServedCountry]:
    """Countries with their cities that have an active realtor, by name in ``locale``. One query, plain columns."""
    country_name, city_name = _name_column(Country, locale), _name_column(City, locale)
    rows = db.session.execute(
        sa.select(Country.code, country_name, Country.currency, City.public_id, city_name)
        .join(City, City.country_id == Country.id)
        .where(City.id.in_(sa.select(Realtor.city_id).where(Realtor.active)))
    )
    served: dict[str, ServedCountry] = {}
    for code, country, currency, public_id, city in sorted(rows, key=_by_names):
        served.setdefault(code, ServedCountry(code, country, currency, [])).cities.append(ServedCity(public_id, city))
    return list(served.values())


def served_payload(locale) -> list[dict]:
    """served_places() as JSON has it: embedded in the page and asked for again when it changes."""
    return [
        country._asdict() | {"cities": [{"id": str(city.id), "name": city.name} for city in country.cities]}
        for country in served_places(locale)
    ]


def _by_names(row):
    return spelling.fold(row[1]), spelling.fold(row[4])


def _name_column(model, locale):
    return model.name_ru if str(locale) == "ru" else model.name_en


def is_served(city: City) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(Realtor.city_id == city.id, Realtor.active))))


def city_by_public_id(public_id) -> City:
    """The city itself, or the one it was merged into. Raises NotFound."""
    try:
        public_id = public_id if isinstance(public_id, UUID) else UUID(str(public_id))
    except ValueError:
        raise NotFound() from None
    city = db.session.scalar(sa.select(City).where(City.public_id == public_id))
    if city is None:
        raise NotFound()
    return db.session.get_one(City, city.merged_into_id) if city.merged_into_id else city


def country_by_code(code: str, *, create: bool = False, actor=None) -> Country:
    """The country with this ISO code; with ``create`` also one that CLDR knows and the directory does not yet.

    Raises NotFound.
    """
    code = (code or "").upper()
    country = db.session.scalar(sa.select(Country).where(Country.code == code))
    if country is None and create and _is_country(code):
        with transaction():
            country = _create(code, actor)
    if country is None:
        raise NotFound()
    return country


def _is_country(code):
    return len(code) == 2 and code in get_global("territory_currencies") and bool(get_territory_currencies(code))


def _create(code, actor):
    names = {f"name_{language}": Locale(language).territories[code] for language in ("ru", "en")}
    if insert_once(Country, {"code": code, "currency": get_territory_currencies(code)[0], **names}, ["code"]):
        country = db.session.scalar(sa.select(Country).where(Country.code == code))
        audit.record(AuditTag.COUNTRY_CREATED, country, actor=actor, code=code)
    return db.session.scalar(sa.select(Country).where(Country.code == code))


def search_countries(q: str, locale, limit: int = LIMIT) -> list[Country]:
    """By the beginning of a name or of one of its words, by code, then by likeness; all of them for an empty ``q``."""
    countries = db.session.scalars(sa.select(Country)).all()
    ranked = [(rank, spelling.fold(c.name(locale)), c) for c in countries if (rank := _rank(q, c)) is not None]
    return [country for _rank, _name, country in sorted(ranked, key=lambda item: item[:2])][: limit if q else None]


def _rank(q, country):
    """0 begins so, 1 a word begins so or it is the code, 2 resembles it; None otherwise."""
    wanted, names = spelling.fold(q).strip(), [spelling.fold(country.name_ru), spelling.fold(country.name_en)]
    if not wanted or any(name.startswith(wanted) for name in names):
        return 0
    if wanted.upper() == country.code or any(f" {wanted}" in name for name in names):
        return 1
    heard = spelling.sound(q)
    close = any(OSA.normalized_similarity(heard, spelling.sound(name)) >= ALIKE for name in names)
    return 2 if close else None


def search_cities(country: Country, q: str, limit: int = LIMIT) -> list[City]:
    """Cities with a spelling that begins so, the largest first; one found by its own name counts ten times its size.

    Where there is none, those whose name is like it; for an empty ``q`` the largest.
    """
    key = spelling.key(q)
    if not key:
        largest = sa.select(City).where(City.country_id == country.id, City.merged_into_id.is_(None))
        return _cities(largest.order_by(City.population.desc(), City.id).limit(limit))
    cities = _beginning(key, limit, CityAlias.country_id == country.id)
    return cities or ([candidate.city for candidate in match_city(country, q, limit)] if len(key) > 2 else [])


def find_anywhere(q: str, limit: int = LIMIT) -> list[City]:
    """Cities of any country with a spelling that begins so, in the same order; none for an empty ``q``."""
    key = spelling.key(q)
    return _beginning(key, limit) if key else []


def _beginning(key, limit, *where):
    weight = sa.case((CityAlias.name.in_((City.name_ru, City.name_en)), 10), else_=1)
    begins = (
        sa.select(City.id, sa.func.max(weight * City.population).label("weight"))
        .join(CityAlias, CityAlias.city_id == City.id)
        .where(CityAlias.key >= key, CityAlias.key < key + "\U0010ffff", *where)
        .group_by(City.id)
        .subquery()
    )
    found = sa.select(City).join(begins, begins.c.id == City.id)
    return _cities(found.order_by(begins.c.weight.desc(), City.id).limit(limit))


def _cities(statement):
    return list(db.session.scalars(statement).unique())

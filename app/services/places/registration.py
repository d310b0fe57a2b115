"""The city a realtor registers in: one of the directory, found by its name, or a new one."""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app import spelling
from app.constants import AuditTag
from app.errors import InvalidInput, NotFound
from app.models.places import City, Country
from app.services import audit
from app.services.places import directory, spellings
from app.services.places.matching import Candidate, match_city
from app.services.transaction import transaction

_NAME = re.compile(r"[^\W_][^_<>{}\[\]|\\/@#$%^*+=~]{0,118}[^\W_).]?[).]?")  # with digits: «10-го Рамадана»
_LETTER = re.compile(r"[^\W\d_]")
_CYRILLIC, _LATIN = re.compile("[а-яё]", re.IGNORECASE), re.compile("[a-z]", re.IGNORECASE)


class CityUnclear(InvalidInput):
    """No city has this very name, but ``candidates`` are like it: «Вы имели в виду …?»"""

    code = "city_unclear"

    def __init__(self, candidates: list[Candidate]):
        super().__init__(_l("Please choose the city you mean."), field="city_name")
        self.candidates = candidates


def city_for_registration(
    *, country: str, city: str | None = None, city_name: str = "", confirmed: bool = False, actor=None
) -> City:
    """The chosen city, or the one of that name, or (``confirmed``: the suggestions were refused) a new one.

    ``country`` is an ISO code, ``city`` a public id. A country nobody worked in yet is made on the way. Two people
    who name the same new city at once get one city. Joins the caller's transaction.
    Raises InvalidInput(field "country", "city" or "city_name"), CityUnclear.
    """
    with transaction() as session:
        place = _country(country)
        found = _chosen(place, city) if city else _named(session, place, _checked_name(city_name), confirmed, actor)
        return _current(session, found)


def _named(session, country, name, confirmed, actor):
    session.get_one(Country, country.id, with_for_update=True)  # whoever adds to this country waits here
    candidates = match_city(country, name)
    if candidates and candidates[0].exact:
        return candidates[0].city
    if candidates and not confirmed:
        raise CityUnclear(candidates)
    return _create(session, country, name, actor)


def _current(session, city):
    """Held until the commit, so that nobody merges it away under the realtor who joins it."""
    session.refresh(city, with_for_update=True)
    return session.get_one(City, city.merged_into_id) if city.merged_into_id else city


def _country(code):
    try:
        return directory.country_by_code(code, create=True)
    except NotFound:
        raise InvalidInput(_l("Please choose a country."), field="country") from None


def _chosen(country, public_id):
    try:
        city = directory.city_by_public_id(public_id)
    except NotFound:
        city = None
    if city is None or city.country_id != country.id:
        raise InvalidInput(_l("Please choose a city of this country."), field="city")
    return city


def _checked_name(text):
    name = " ".join((text or "").split())
    if not name:
        raise InvalidInput(_l("Please name the city."), field="city_name")
    two_alphabets = _CYRILLIC.search(name) and _LATIN.search(name)
    if len(_LETTER.findall(name)) < 2 or two_alphabets or not _NAME.fullmatch(name):
        raise InvalidInput(_l("This does not look like the name of a city."), field="city_name")
    return name if name != name.lower() and name != name.upper() else _capitals(name)


def _capitals(name):
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)


def _create(session, country, name, actor):
    latin = _capitals(spelling.to_latin(name)) if _CYRILLIC.search(name) else name
    city = City(country_id=country.id, name_ru=name, name_en=latin, timezone=_only_zone(session, country))
    session.add(city)
    session.flush()
    spellings.add(city, name, latin)
    audit.record(AuditTag.CITY_CREATED, city, actor=actor, name=name, country=country.code)
    return city


def _only_zone(session, country):
    """The country's time zone, where it has one."""
    zones = session.scalars(sa.select(City.timezone).where(City.country_id == country.id).distinct().limit(3)).all()
    return zones[0] if len(zones) == 1 else None

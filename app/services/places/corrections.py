"""What owners correct: names, countries, coordinates, spellings."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app import spelling
from app.constants import AuditTag
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.places import City, CityAlias, Country
from app.services import audit, search
from app.services.places import spellings
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
        values = checked(values)
        check_version(city, version, values, original)
        old, new = put(city, values)
        if new:
            audit.record(AuditTag.CITY_CHANGED, city, actor=actor, old=old, new=new)
    return city


def put(city, values):
    """Give the city checked() values, without a journal entry: ``(old, new)`` for the caller's own.

    Its spellings stand in its country, it is found by its new name, and whoever looks is told. Inside transaction().
    """
    old, new = audit.changes(city, values)
    for name in new:
        setattr(city, name, values[name])
    if new:
        _settle(city)
    if {"name_ru", "name_en"} & set(new):
        search.index_city(city)
    return old, new


def add_city(values, *, spelled=(), actor):
    """A new city of EDITABLE ``values``, also found by the names in ``spelled``. Raises InvalidInput(field)."""
    values = checked(values)
    with transaction() as session:
        country = session.get_one(Country, values["country"].id, with_for_update=True)
        for name in (values["name_ru"], values["name_en"]):
            if spellings.cities_spelled(country.id, name):
                raise InvalidInput(_l("There is a city of this name in the country already."), field="name_ru")
        city = City(**values)
        session.add(city)
        session.flush()
        spellings.add(city, city.name_ru, city.name_en, *spelled)
        audit.record(AuditTag.CITY_CREATED, city, actor=actor, name=city.name_ru, country=country.code)
        after_commit("places:changed")
    return city


def remove_city(city, *, actor):
    """A city that nothing belongs to. Raises RefusedMove."""
    with transaction() as session:
        audit.record(AuditTag.CITY_REMOVED, city, actor=actor, name=city.name_ru)
        session.delete(city)
        try:
            session.flush()
        except IntegrityError:
            raise RefusedMove(_l("People or inquiries belong to this city by now.")) from None
        after_commit("places:changed")


def _settle(city):
    city.version += 1
    db.session.flush()
    db.session.execute(sa.update(CityAlias).where(CityAlias.city_id == city.id).values(country_id=city.country_id))
    spellings.add(city, city.name_ru, city.name_en)
    after_commit("places:changed")


def checked(values):
    """Some of EDITABLE as they are stored. Raises InvalidInput(field)."""
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

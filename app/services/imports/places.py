"""Cities out of a file, with their spellings."""

from math import isfinite

from flask_babel import lazy_gettext as _l

from app import spelling
from app.access.permissions import Permission
from app.errors import InvalidInput
from app.formatting import parse_number
from app.services import places, timezones
from app.services.imports import fields, words
from app.services.imports.kinds import Kind, Unclear, country_of, needed
from app.services.places import corrections, matching, spellings

NAMES = ("name_ru", "name_en")
LIKE = 0.8


def read(raw, context):
    values = {name: raw[name] for name in NAMES if raw.get(name)}
    values["country"] = country_of(raw.get("country"), context)
    for name in ("latitude", "longitude"):
        if raw.get(name):
            values[name] = _degrees(raw[name], name)
    if raw.get("population"):
        values["population"] = _people(raw["population"])
    if raw.get("timezone"):
        values["timezone"] = _zone(raw["timezone"])
    if raw.get("spellings"):
        values["spellings"] = [part.strip() for part in raw["spellings"].replace(";", ",").split(",") if part.strip()]
    return corrections.checked({name: value for name, value in values.items() if name != "spellings"}) | {
        name: value for name, value in values.items() if name == "spellings"
    }


def _degrees(text, name):
    try:
        degrees = float(text.replace(",", "."))
        if not isfinite(degrees):
            raise ValueError
        return round(degrees, 6)
    except ValueError:
        raise InvalidInput(_l("Write a number, for example 50.088."), field=name) from None


def _people(text):
    number = parse_number(text)
    if number is None or not 0 <= number < 10**9:
        raise InvalidInput(_l("Write a number, for example 900 or 420 000."), field="population")
    return int(number)


def _zone(text):
    zone = timezones.canonical(text)
    if zone is None:
        raise InvalidInput(_l("There is no such time zone. Example: Europe/Prague"), field="timezone")
    return zone


def find(key, values, context):
    if values["country"] is None:
        return []
    found = {}
    for name in NAMES:
        if name in values:
            found |= {city.id: city for city in spellings.cities_spelled(values["country"].id, values[name])}
    return list(dict.fromkeys(city.merged_into or city for city in found.values()))


def now(city, name):
    return sorted(alias.name for alias in city.aliases) if name == "spellings" else getattr(city, name)


def check_found(city, values, context):
    """It is found by its names, so these are no news; spellings are added, none is taken away."""
    given = {name: value for name, value in values.items() if name not in (*NAMES, "country", "spellings")}
    known = {alias.key for alias in city.aliases}
    added = [name for name in values.get("spellings", []) if spelling.key(name) not in known]
    return given | ({"spellings": sorted({*now(city, "spellings"), *added})} if added else {})


def check_new(values, context):
    needed(values, "country")
    if not any(name in values for name in NAMES):
        needed(values, "name_ru")
    if context.choices.get("alike_are_new"):
        return
    name = values.get("name_ru") or values["name_en"]
    like = [each.city for each in matching.alike(values["country"], name, 3) if each.score >= LIKE]
    if like:
        names = ", ".join(words.shown(city) for city in like)
        raise Unclear(
            _l("It is like %(names)s. If it is another city, say so at the columns.", names=names), field="name_ru"
        )


def make(values, context):
    values = dict(values)
    spelled = values.pop("spellings", ())
    values.setdefault("name_en", spelling.to_latin(values.get("name_ru", "")).title())
    values.setdefault("name_ru", values["name_en"])
    return places.add_city(values, spelled=spelled, actor=context.actor)


def change(city, values, context):
    spelled = values.pop("spellings", None)
    for name in sorted(set(spelled or ()) - set(now(city, "spellings"))):
        places.add_alias(city, name=name, actor=context.actor)
    if values:
        places.correct_city(city, values, actor=context.actor)


PLACES = Kind(
    word="places",
    label=_l("Cities"),
    permission=Permission.PLACES,
    own=fields.PLACES,
    keys={"name": _l("name in the country, in any spelling")},
    read=read,
    find=find,
    now=now,
    check_found=check_found,
    check_new=check_new,
    mark=lambda values: f"{values['country'].id}:{spelling.key(values.get('name_ru') or values['name_en'])}",
    make=make,
    change=change,
    title=words.shown,
    needed=("name_ru",),
)

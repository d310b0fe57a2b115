"""The Russian name of a city: CLDR, then our own table, then a system of transcription, then the best alternate."""

import csv
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

from babel import Locale
from babel.core import get_global

from app.integrations.geonames.romanization import palladius, polivanov
from app.integrations.geonames.spelling import likeness, russian_candidates
from app.spelling import fold

_GOOD_ENOUGH = 0.45
# Where names may have separate words in Russian; a foreign one is written with hyphens.
_NAMED_IN_RUSSIAN = frozenset({"RU", "UA", "BY", "KZ", "KG"})
_SYSTEMS = {"CN": palladius, "TW": palladius, "JP": polivanov}


class TableRow(NamedTuple):
    name_en: str
    name_ru: str
    also: tuple[str, ...]


@cache
def table() -> dict[int, TableRow]:
    with resources.files(__package__).joinpath("names_ru.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {int(key): TableRow(en, ru, tuple(filter(None, also.split("|")))) for key, en, ru, also in rows}


@cache
def _exemplar_cities() -> dict[tuple[str, str], str]:
    """(country, folded English exemplar city) → Russian exemplar city, from CLDR's time zones."""
    russian, english = Locale("ru").time_zones, Locale("en").time_zones
    countries = get_global("zone_territories")
    found = {}
    for zone, names in russian.items():
        city = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        if "city" in names and zone in countries:
            found[countries[zone], fold(city)] = names["city"]
    return found


def russian_name(geoname_id: int, country: str, name_en: str, alternates: Iterable[str]) -> str:
    """Falls back to ``name_en``: a Latin name is better than an invented one."""
    official, own = _exemplar_cities().get((country, fold(name_en))), table().get(geoname_id)
    if official and not (own and own.name_ru.replace("ё", "е") == official):
        return official
    if own:
        return own.name_ru
    return _transcribed(country, name_en) or _best_alternate(country, name_en, alternates) or name_en


def _transcribed(country: str, name_en: str) -> str | None:
    system = _SYSTEMS.get(country)
    return system(name_en) if system else None


def _best_alternate(country: str, name_en: str, alternates: Iterable[str]) -> str | None:
    candidates = russian_candidates(alternates, spaces=country in _NAMED_IN_RUSSIAN)
    score, name = max(((likeness(name_en, name), name) for name in candidates), default=(0, None))
    return name if score >= _GOOD_ENOUGH else None

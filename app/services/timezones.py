"""Time zones to choose from: «UTC+01:00 · Прага», west to east, each city once."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global

AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def choices(locale):
    """(zone name, label) pairs with today's offsets, in the language ``locale``."""
    return _choices(str(locale), datetime.now(UTC).date())


def canonical(zone):
    """Today's name of a zone («Asia/Calcutta» is Asia/Kolkata), or None when there is no such zone."""
    zone = get_global("zone_aliases").get(zone, zone)
    return zone if zone in available_timezones() else None


@lru_cache(maxsize=4)
def _choices(locale, day):
    now = datetime.now(UTC)
    rows = [(now.astimezone(ZoneInfo(zone)).utcoffset(), _city(zone, locale), zone) for zone in _zones()]
    return [(zone, f"UTC{_signed(offset)} · {city}") for offset, city, zone in sorted(rows)]


def _zones():
    """The zones of places; old names of the same zone are left out."""
    aliases = get_global("zone_aliases")
    known = get_global("zone_territories")
    return [z for z in available_timezones() if z.partition("/")[0] in AREAS and z not in aliases and z in known]


def _city(zone, locale):
    """The translations know some zones by an older name only."""
    names = Locale.parse(locale).time_zones
    for name in (zone, *(old for old, new in get_global("zone_aliases").items() if new == zone)):
        if city := names.get(name, {}).get("city"):
            return city
    return zone.rpartition("/")[2].replace("_", " ")


def _signed(offset):
    minutes = round(offset.total_seconds() / 60)
    return f"{'−' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

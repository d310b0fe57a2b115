"""The place directory: countries, cities, the spellings that lead to them, and which of them are served."""

from app.services.places.corrections import (
    add_alias,
    add_city,
    correct_city,
    remove_alias,
    remove_city,
    rename_city,
    rename_country,
)
from app.services.places.directory import (
    ServedCity,
    ServedCountry,
    city_by_public_id,
    country_by_code,
    find_anywhere,
    is_served,
    search_cities,
    search_countries,
    served_payload,
    served_places,
)
from app.services.places.gazetteer import Loaded, load_gazetteer
from app.services.places.matching import Candidate, match_city
from app.services.places.merging import check_parts, merge_cities, part_cities
from app.services.places.registration import CityUnclear, city_for_registration

__all__ = [
    "Candidate",
    "CityUnclear",
    "Loaded",
    "ServedCity",
    "ServedCountry",
    "add_alias",
    "add_city",
    "check_parts",
    "city_by_public_id",
    "city_for_registration",
    "correct_city",
    "country_by_code",
    "find_anywhere",
    "is_served",
    "load_gazetteer",
    "match_city",
    "merge_cities",
    "part_cities",
    "remove_alias",
    "remove_city",
    "rename_city",
    "rename_country",
    "search_cities",
    "search_countries",
    "served_payload",
    "served_places",
]

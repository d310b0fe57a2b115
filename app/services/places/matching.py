"""From a city typed by hand to the cities that may be meant: «Прага» for «прага», «Praga», «Пргаа» or «Praha»."""

from typing import NamedTuple

import sqlalchemy as sa

from app import spelling
from app.extensions import db
from app.later import later
from app.models.places import City, CityAlias, Country
from app.services.places import spellings

process, OSA = later("rapidfuzz.process"), later("rapidfuzz.distance.OSA")

ALIKE = 0.72  # below this a suggestion annoys: one slip in four letters passes, two do not
SURE = 1.0
_HEARD = 0.99  # the same sound in the other alphabet: just below the very same spelling
_BEGUN = 0.9  # the first word of a longer name


class Candidate(NamedTuple):
    city: City
    score: float

    @property
    def exact(self) -> bool:
        return self.score == SURE


def match_city(country: Country, typed: str, limit: int = 5) -> list[Candidate]:
    """The likeliest first; only exact ones where there are such. Within the country, two queries at most."""
    if not spelling.key(typed):
        return []
    exact = spellings.cities_spelled(country.id, typed)[:limit]
    return [Candidate(city, SURE) for city in exact] or alike(country, typed, limit)


def alike(country: Country, typed: str, limit: int = 5) -> list[Candidate]:
    """The likeliest first, those of exactly this name among them."""
    spelled = sa.select(CityAlias.city_id, CityAlias.key).where(CityAlias.country_id == country.id)
    known = db.session.execute(spelled).all()
    best: dict[int, float] = {}
    for index, score in _scores(typed, [key for _city, key in known]).items():
        city_id = known[index][0]
        best[city_id] = max(best.get(city_id, 0), score)
    cities = db.session.scalars(sa.select(City).where(City.id.in_(best))).unique()
    likeliest = sorted(cities, key=lambda city: (best[city.id], city.population), reverse=True)
    return [Candidate(city, best[city.id]) for city in likeliest[:limit]]


def _scores(typed, keys) -> dict[int, float]:
    """index of a key → how much it is like ``typed``, for those that are."""
    written, heard = spelling.key(typed), spelling.key(spelling.sound(typed))
    scores = {i: _BEGUN for i, key in enumerate(keys) if len(written) > 3 and key.startswith(written)}
    for wanted, choices, weight in ((written, keys, 1), (heard, [spelling.sound_of_key(key) for key in keys], _HEARD)):
        found = process.extract(
            wanted, choices, scorer=OSA.normalized_similarity, processor=None, score_cutoff=ALIKE, limit=50
        )
        for _choice, score, index in found:
            scores[index] = max(scores.get(index, 0), score * weight)
    return scores

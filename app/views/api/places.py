"""Look-ups behind the searchable lists: public, the same for everybody, named in the reader's language."""

from flask import Blueprint, jsonify, request
from flask_babel import get_locale

from app.doors import public
from app.extensions import limiter
from app.services import places
from app.views import limits

blueprint = Blueprint("places_api", __name__, url_prefix="/api/places")

LONGEST = 120


@blueprint.get("/countries")
@limiter.limit(limits.owned("place_searches_per_minute", "minute"))
@public
def countries():
    """``q`` → ``{results: [{id, name, hint}]}``: id is the ISO code, hint what else the place is called."""
    locale = get_locale()
    return _results([(country.code, country) for country in places.search_countries(_q(), locale, limit=20)])


@blueprint.get("/cities")
@limiter.limit(limits.owned("place_searches_per_minute", "minute"))
@public
def cities():
    """``country`` (ISO code) and ``q`` → the same shape; id is the public id."""
    country = places.country_by_code(request.args.get("country", ""))
    return _results([(str(city.public_id), city) for city in places.search_cities(country, _q(), limit=20)])


@blueprint.get("/served")
@limiter.limit("120/minute")  # a page asks by itself when places change: nobody types here
@public
def served():
    """Served countries with their served cities, for a filter that stays up to date by itself."""
    return jsonify(countries=places.served_payload(get_locale()))


def _q():
    return request.args.get("q", "")[:LONGEST]


def _results(found):
    locale = get_locale()
    return jsonify(
        results=[{"id": id_, "name": place.name(locale), "hint": _hint(place, locale)} for id_, place in found]
    )


def _hint(place, locale):
    """The other language's name where it differs: tells what was found when another spelling was typed."""
    other = place.name("en" if str(locale) == "ru" else "ru")
    return other if other != place.name(locale) else ""

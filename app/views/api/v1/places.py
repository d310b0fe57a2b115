"""The place directory; to be read."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app import spelling
from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import ApiScope as S
from app.extensions import db
from app.models.accounts import Realtor
from app.models.places import City, CityAlias, Country
from app.views.api.v1.asking import OLDEST, PAGING
from app.views.api.v1.common import COUNTRY, in_country, narrowed, text_id
from app.views.api.v1.operations import Answer, Operation, Param
from app.views.api.v1.schemas import FLAG, line

LAST_LETTER = "\U0010ffff"


def _begins(text):
    """Cities with a spelling that begins so."""
    key = spelling.key(text)
    return City.id.in_(sa.select(CityAlias.city_id).where(CityAlias.key >= key, CityAlias.key < key + LAST_LETTER))


def _is_served(yes):
    served = City.id.in_(sa.select(Realtor.city_id).where(Realtor.active))
    return served if yes else sa.not_(served)


FILTERS = {"country": in_country, "name": _begins, "served": _is_served}


def countries(ask):
    def shown(found):
        names = ("code", "name_ru", "name_en", "currency")
        return [{name: getattr(country, name) for name in names} for country in found]

    return ask.page(visible_to(ask.actor, Country), Country.id, shown, order=OLDEST)


def cities(ask):
    rows = narrowed(visible_to(ask.actor, City), ask.query, FILTERS)
    return ask.page(rows, City.id, _shown, order=OLDEST)


def one(ask, id):
    city = get_visible(ask.actor, City, id, P.PLACES)
    return Answer(_shown([city])[0])


def _shown(found):
    ids = [city.id for city in found]
    served = set(db.session.scalars(sa.select(Realtor.city_id).where(Realtor.city_id.in_(ids), Realtor.active)))
    return [_city(city, city.id in served) for city in found]


def _city(city, served):
    names = ("name_ru", "name_en", "timezone", "latitude", "longitude", "population", "version")
    return {name: getattr(city, name) for name in names} | {
        "id": str(city.public_id),
        "country": city.country.code,
        "served": served,
        "merged_into": text_id(city.merged_into and city.merged_into.public_id),
    }


GROUP = _l("Places")
OPERATIONS = (
    Operation(
        name="listCountries",
        method="GET",
        path="/countries",
        group=GROUP,
        about=_l("The countries"),
        scope=S.PLACES_READ,
        permission=P.PLACES,
        params=PAGING,
        gives="Country",
        pages=True,
        do=countries,
    ),
    Operation(
        name="listCities",
        method="GET",
        path="/cities",
        group=GROUP,
        about=_l("The cities, page by page"),
        more=_l("An inquiry names its city by the id that stands here. A merged city leads to the one that remained."),
        scope=S.PLACES_READ,
        permission=P.PLACES,
        params=(
            COUNTRY,
            Param("name", line(120, 2), _l("How a name begins, in either language.")),
            Param("served", FLAG, _l("Whether a realtor works there.")),
            *PAGING,
        ),
        gives="City",
        pages=True,
        do=cities,
    ),
    Operation(
        name="getCity",
        method="GET",
        path="/cities/{id}",
        group=GROUP,
        about=_l("One city"),
        scope=S.PLACES_READ,
        permission=P.PLACES,
        gives="City",
        do=one,
    ),
)

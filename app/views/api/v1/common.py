"""How values look in /api/v1: moments in UTC, public ids only."""

from datetime import UTC
from uuid import UUID

import sqlalchemy as sa

from app.access.loaders import get_visible
from app.errors import InvalidInput, NotFound
from app.models.places import City, Country
from app.views.api.v1.operations import Param
from app.views.api.v1.schemas import CODE, ID

CITY = Param("city", ID)
COUNTRY = Param("country", CODE)


def moment(value):
    """«2026-12-01T14:32:05Z»"""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


def text_id(value):
    return None if value is None else str(value)


def place(city):
    return {
        "id": str(city.public_id),
        "name_ru": city.name_ru,
        "name_en": city.name_en,
        "country": city.country.code,
    }


def named(row):
    return {"id": str(row.public_id), "name": row.name}


def number_of(model, public_id):
    """The number behind a public id, as a subquery: of one that leads nowhere, none."""
    return sa.select(model.id).where(model.public_id == UUID(public_id)).scalar_subquery()


def narrowed(rows, query, meanings):
    """``rows`` under the filters of ``query``; ``meanings``: name → function(value) → clause."""
    for name, value in query.items():
        if name in meanings:
            rows = rows.where(meanings[name](value))
    return rows


def in_country(code):
    """Clause: cities of this country."""
    return City.country_id == sa.select(Country.id).where(Country.code == code).scalar_subquery()


def known_city(actor, public_id, permission):
    """A City that was named in a body. Raises InvalidInput."""
    try:
        return get_visible(actor, City, public_id, permission)
    except NotFound as missing:
        raise InvalidInput(missing.message, field="/city", code="no_such_city") from None

"""The places worth choosing from: those with figures, and those served now."""

import sqlalchemy as sa

from app.access.scopes import clause
from app.extensions import db
from app.models.accounts import Realtor
from app.models.places import City
from app.models.statistics import YearlyCount


def places(*, actor):
    """``{Country: [City, …]}`` in the order of their Russian names, as far as ``actor`` may see their figures."""
    counted = sa.select(YearlyCount.city_id).where(clause(actor, YearlyCount)).distinct()
    served = sa.select(Realtor.city_id).where(Realtor.active, clause(actor, Realtor))
    found = db.session.scalars(sa.select(City).where(City.id.in_(counted) | City.id.in_(served)))
    countries = {}
    for city in sorted(found, key=lambda city: (city.country.name_ru, city.name_ru)):
        countries.setdefault(city.country, []).append(city)
    return countries

"""What the figures are asked for. The same words stand in the page's URL, in the workbook's and on the command line."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import Deal, InquirySource
from app.errors import InvalidInput
from app.extensions import db
from app.models.places import City, Country
from app.services import settings
from app.services.statistics.periods import Span, parse_span


@dataclass(frozen=True)
class Filters:
    span: Span
    country: Country | None = None
    city: City | None = None
    deal: Deal | None = None
    source: InquirySource | None = None

    @property
    def key(self):
        """What names these figures in the journal."""
        return f"{self.span.period}:{self.span.first}..{self.span.last}"

    def args(self, **changes):
        """The query arguments that ask for this again; ``changes`` are fields of Filters."""
        asked = replace(self, **changes)
        words = asked.span.args()
        words |= {"country": asked.country.code} if asked.country else {}
        words |= {"city": str(asked.city.public_id)} if asked.city else {}
        words |= {"deal": asked.deal.value} if asked.deal else {}
        return words | ({"source": asked.source.value} if asked.source else {})


def today():
    """The current business day."""
    return datetime.now(settings.business_zone()).date()


def parse(args):
    """Filters from query arguments (any mapping of text). Raises InvalidInput with the field at fault."""
    city = _city(args.get("city"))
    country = _country(args.get("country"))
    if city and country and city.country_id != country.id:
        raise InvalidInput(_l("This city is in another country."), field="city")
    return Filters(parse_span(args, today=today()), country, city, _deal(args.get("deal")), _source(args.get("source")))


def _country(code):
    if not code:
        return None
    country = db.session.scalar(sa.select(Country).where(Country.code == code.upper()))
    if country is None:
        raise InvalidInput(_l("There is no such country."), field="country")
    return country


def _city(public_id):
    if not public_id:
        return None
    try:
        city = db.session.scalar(sa.select(City).where(City.public_id == UUID(public_id)))
    except ValueError:
        city = None
    while city is not None and city.merged_into is not None:
        city = city.merged_into
    if city is None:
        raise InvalidInput(_l("There is no such city."), field="city")
    return city


def _deal(word):
    try:
        return Deal(word) if word else None
    except ValueError:
        raise InvalidInput(_l("Choose rent or purchase."), field="deal") from None


def _source(word):
    try:
        return InquirySource(word) if word else None
    except ValueError:
        raise InvalidInput(_l("There is no such source."), field="source") from None

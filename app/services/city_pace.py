"""How fast a realtor's city answers, told only where it gives no single colleague away."""

import sqlalchemy as sa

from app.constants import Period
from app.extensions import db
from app.models.accounts import Realtor
from app.models.inquiries import Match
from app.services.statistics import Filters, Span, cube
from app.services.statistics.quantiles import quantiles

ANSWERS = 20  # inquiries that others than the asker have answered
COLLEAGUES = 3  # who have answered any


def first_response(actor, since, today, own):
    """The city's ``first_response`` (DESIGN section 7) in seconds of inquiries published since then, or None.

    ``own`` is how many of them ``actor`` has accepted.
    """
    span = Span(Period.RANGE, since, today)
    keys, city = cube.whole(Filters(span, city=actor.realtor.city), actor)
    if city.accepted - own < ANSWERS or _colleagues(actor, since) < COLLEAGUES:
        return None
    return quantiles(span, [(keys, city.responses)])[0].median


def _colleagues(actor, since):
    """Other realtors of the city who have accepted an inquiry published since then, COLLEAGUES of them at most."""
    answered = sa.exists().where(
        Match.realtor_id == Realtor.user_id,
        Match.seen_at.is_not(None),
        Match.published_day >= since,
        Match.response_seconds.is_not(None),
    )
    others = Realtor.city_id == actor.realtor.city_id, Realtor.user_id != actor.id
    some = sa.select(Realtor.user_id).where(*others, answered).limit(COLLEAGUES)
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery()))

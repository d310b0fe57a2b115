"""Whose acceptance of an inquiry was the first: kept with the inquiry, so that a year by agency is counted at once."""

import sqlalchemy as sa

from app.extensions import db
from app.models.inquiries import Inquiry, Match

# What Inquiry.first_realtor_id has to be, as the matches say.
FIRST = (
    sa.select(Match.realtor_id)
    .where(Match.inquiry_id == Inquiry.id, Match.accepted_at.is_not(None))
    .order_by(Match.accepted_at, Match.id)
    .limit(1)
    .correlate(Inquiry)
    .scalar_subquery()
)


def renew(ids):
    """These inquiries name anew who was first, after their matches have changed hands. Inside a transaction.

    ``ids``: a list, or a SELECT of them.
    """
    renewed = sa.update(Inquiry).where(Inquiry.id.in_(ids)).values(first_realtor_id=FIRST)
    db.session.execute(renewed.execution_options(synchronize_session=False))

"""The few true figures the home page may show."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Realtor
from app.models.base import utcnow
from app.models.statistics import MonthlyCount
from app.services.statistics import histogram

ENOUGH = 5  # a median of fewer inquiries says nothing


@dataclass(frozen=True)
class Figures:
    realtors: int
    first_response_seconds: int | None  # the median of this month and the one before


def figures():
    realtors = db.session.scalar(sa.select(sa.func.count()).where(Realtor.active))
    return Figures(realtors, _first_response())


def _first_response():
    """From the months' histograms: a few hundred rows however many inquiries there are."""
    last_month = (utcnow().replace(day=1) - timedelta(days=1)).replace(day=1).date()
    months = db.session.scalars(sa.select(MonthlyCount.responses).where(MonthlyCount.day >= last_month))
    responses = histogram.merged(months)
    median, _ = histogram.places(responses)
    return histogram.begin(median.lanes[0]) if histogram.total(responses) >= ENOUGH else None

"""The few true figures the home page may show."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.constants import Grain
from app.extensions import db
from app.models.accounts import Realtor
from app.models.base import utcnow
from app.models.statistics import ResponseCount

ENOUGH = 5  # a median of fewer inquiries says nothing


@dataclass(frozen=True)
class Figures:
    realtors: int
    first_response_seconds: int | None  # the median of this month and the one before


def figures():
    realtors = db.session.scalar(sa.select(sa.func.count()).where(Realtor.active))
    return Figures(realtors, _first_response())


def _first_response():
    """From the monthly histogram: a few hundred short rows however many inquiries there are."""
    last_month = (utcnow().replace(day=1) - timedelta(days=1)).replace(day=1).date()
    counts = db.session.execute(
        sa.select(ResponseCount.minute, sa.func.sum(ResponseCount.inquiries))
        .where(ResponseCount.grain == Grain.MONTH, ResponseCount.start >= last_month)
        .group_by(ResponseCount.minute)
        .order_by(ResponseCount.minute)
    ).all()
    left = sum(count for _minute, count in counts)
    if left < ENOUGH:
        return None
    half = left / 2
    for minute, count in counts:
        half -= count
        if half <= 0:
            return minute * 60
    return None

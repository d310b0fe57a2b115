"""The rollup behind every number (DESIGN section 7), kept right in the transaction that changes an inquiry."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import Deal, Grain
from app.models.base import Model, enum_type

IN_ORDER = {"sqlite_with_rowid": False}  # rows lie in the order of their key: a period is read in one sweep


class DailyCount(Model):
    """Inquiries of one business day, city and deal."""

    __tablename__ = "daily_counts"
    __table_args__ = (sa.Index("ix_daily_counts_city", "city_id", "day"), IN_ORDER)

    day: Mapped[date] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    inquiries: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    acceptances: Mapped[int] = mapped_column(default=0)


class ResponseCount(Model):
    """How many inquiries were first accepted within which minutes of publishing: finds where a median lies.

    Each is counted twice, in its day and in its month, so that a long period reads few rows. ``start`` is the day
    or the month's first day; ``minute`` is the first minute of a bucket (services/statistics/histogram.py).
    """

    __tablename__ = "response_counts"
    __table_args__ = (sa.Index("ix_response_counts_city", "city_id"), IN_ORDER)

    grain: Mapped[Grain] = mapped_column(enum_type(Grain, 8), primary_key=True)
    start: Mapped[date] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    inquiries: Mapped[int] = mapped_column(default=0)

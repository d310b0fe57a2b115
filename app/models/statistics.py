"""The rollup behind every number (DESIGN section 7), kept right in the transaction that changes an inquiry."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import Deal
from app.models.base import Model, enum_type


class DailyCount(Model):
    """Inquiries of one business day, city and deal."""

    __tablename__ = "daily_counts"
    __table_args__ = (sa.Index("ix_daily_counts_city", "city_id", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    inquiries: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    acceptances: Mapped[int] = mapped_column(default=0)


class ResponseCount(Model):
    """How many inquiries of the day were first accepted within which whole minute: finds the median's minute."""

    __tablename__ = "response_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    inquiries: Mapped[int] = mapped_column(default=0)

"""The rollup behind every number (DESIGN section 7), kept right in the transaction that changes an inquiry."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import Deal, InquirySource
from app.models.base import Model, enum_type

IN_ORDER = {"sqlite_with_rowid": False}  # rows lie in the order of their key: a period is read in one sweep


class _Counted:
    """``responses`` is a histogram of first responses (services/statistics/histogram.py): finds where a median lies."""

    day: Mapped[date] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    source: Mapped[InquirySource] = mapped_column(enum_type(InquirySource), primary_key=True)
    inquiries: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    acceptances: Mapped[int] = mapped_column(default=0)
    responses: Mapped[bytes | None]


class DailyCount(_Counted, Model):
    """Inquiries of one business day, city, deal and source."""

    __tablename__ = "daily_counts"
    __table_args__ = (sa.Index("ix_daily_counts_city", "city_id", "day"), IN_ORDER)


class MonthlyCount(_Counted, Model):
    """The same of a month, under its first day: a long period reads few rows."""

    __tablename__ = "monthly_counts"
    __table_args__ = (sa.Index("ix_monthly_counts_city", "city_id", "day"), IN_ORDER)


class YearlyCount(_Counted, Model):
    """The same of a year, under its first day."""

    __tablename__ = "yearly_counts"
    __table_args__ = (sa.Index("ix_yearly_counts_city", "city_id", "day"), IN_ORDER)

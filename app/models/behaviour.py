"""How the site is used, as sums per business day. No row says or lets anybody guess whose doing it was."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import Deal, FormStep, Screen, SearchPlace
from app.models.base import Model, enum_type

IN_ORDER = {"sqlite_with_rowid": False}  # rows lie in the order of their key: a period is read in one sweep
LONGEST = 60  # of a search


class StepCount(Model):
    """Visits that reached a step of the form."""

    __tablename__ = "form_step_counts"
    __table_args__ = (IN_ORDER,)

    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[FormStep] = mapped_column(enum_type(FormStep), primary_key=True)
    screen: Mapped[Screen] = mapped_column(enum_type(Screen), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    number: Mapped[int]


class RefusalCount(Model):
    """Visits whose form was not taken because of a field."""

    __tablename__ = "form_refusal_counts"
    __table_args__ = (IN_ORDER,)

    day: Mapped[date] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    screen: Mapped[Screen] = mapped_column(enum_type(Screen), primary_key=True)
    deal: Mapped[Deal] = mapped_column(enum_type(Deal), primary_key=True)
    number: Mapped[int]


class EmptySearchCount(Model):
    """Searches that found nothing, in words without anything personal (services/behaviour/searches.py)."""

    __tablename__ = "not_found_counts"
    __table_args__ = (IN_ORDER,)

    day: Mapped[date] = mapped_column(primary_key=True)
    place: Mapped[SearchPlace] = mapped_column(enum_type(SearchPlace), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(LONGEST), primary_key=True)
    number: Mapped[int]


class WantedCityCount(Model):
    """Choices of a city without realtors in the form. ``city``: its public id, which outlives a merge."""

    __tablename__ = "wanted_city_counts"
    __table_args__ = (IN_ORDER,)

    day: Mapped[date] = mapped_column(primary_key=True)
    city: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]


class AnswerCount(Model):
    """Messages that a ready answer went into. ``answer``: its public id; whose it is, is said by the answer alone."""

    __tablename__ = "ready_answer_counts"
    __table_args__ = (IN_ORDER,)

    day: Mapped[date] = mapped_column(primary_key=True)
    answer: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]


COUNTS = (StepCount, RefusalCount, EmptySearchCount, WantedCityCount, AnswerCount)

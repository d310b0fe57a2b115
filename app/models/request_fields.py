"""Fields that owners add to the form of an inquiry, and what clients answered, laid out to be found."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import FieldKind
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id


class RequestField(Model):
    """One field. A retired one is asked no more; its answers stay. ``deals`` and ``property_types``: none is all."""

    __tablename__ = "request_fields"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)  # never changes: answers and addresses know it
    kind: Mapped[FieldKind] = mapped_column(enum_type(FieldKind))
    label_ru: Mapped[str] = mapped_column(sa.String(80))
    label_en: Mapped[str] = mapped_column(sa.String(80))
    hint_ru: Mapped[str] = mapped_column(sa.String(200), default="")
    hint_en: Mapped[str] = mapped_column(sa.String(200), default="")
    unit_ru: Mapped[str] = mapped_column(sa.String(20), default="")
    unit_en: Mapped[str] = mapped_column(sa.String(20), default="")
    options: Mapped[list] = mapped_column(sa.JSON, default=list)  # [{key, ru, en, retired}], in their order
    minimum: Mapped[float | None]
    maximum: Mapped[float | None]
    required: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[bool] = mapped_column(default=True, server_default=sa.true())  # statistics are broken down by it
    deals: Mapped[list] = mapped_column(sa.JSON, default=list)
    property_types: Mapped[list] = mapped_column(sa.JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()
    version: Mapped[int] = mapped_column(default=1)

    def __str__(self):
        return self.label_ru


class RequestAnswer(Model):
    """``Inquiry.answers`` once more, a row for each chosen option: what filters and breakdowns walk.

    ``word`` is the option, or yes and no; a text has a row without a value, which says that there is one.
    """

    __tablename__ = "request_answers"
    __table_args__ = (
        sa.Index("ix_request_answers_inquiry", "inquiry_id", "field_id", "word"),
        sa.Index("ix_request_answers_word", "field_id", "word", "inquiry_id"),
        sa.Index(
            "ix_request_answers_number",
            *("field_id", "number", "inquiry_id"),
            sqlite_where=sa.text("number IS NOT NULL"),
            postgresql_where=sa.text("number IS NOT NULL"),
        ),
        sa.Index(
            "ix_request_answers_day",
            *("field_id", "day", "inquiry_id"),
            sqlite_where=sa.text("day IS NOT NULL"),
            postgresql_where=sa.text("day IS NOT NULL"),
        ),
        # In the order of inquiries: what a long range leaves is never sorted.
        sa.Index(
            "ix_request_answers_ranged",
            *("field_id", "inquiry_id", "number", "day"),
            sqlite_where=sa.text("number IS NOT NULL OR day IS NOT NULL"),
            postgresql_where=sa.text("number IS NOT NULL OR day IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiries.id", ondelete="CASCADE"))
    field_id: Mapped[int] = mapped_column(sa.ForeignKey("request_fields.id"))
    word: Mapped[str | None] = mapped_column(sa.String(40))
    number: Mapped[float | None]
    day: Mapped[date | None]


class RequestForm(Model):
    """The one row that says which edition of the fields stands: another word after every change of any of them."""

    __tablename__ = "request_forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[str] = mapped_column(sa.String(32))

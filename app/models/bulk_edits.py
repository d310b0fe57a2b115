"""Many rows of a list given the same values at once: what was planned, and what came of each row."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import BulkOutcome
from app.models.base import Model, created_at, enum_type, public_id


class BulkEdit(Model):
    """``kind`` is the model's name in small letters; ``values`` field → value, other records by their public ids."""

    __tablename__ = "bulk_edits"
    __table_args__ = (sa.Index("ix_bulk_edits_actor", "actor_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    values: Mapped[dict] = mapped_column(sa.JSON)
    operation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("operations.id"))  # none: not begun
    created_at: Mapped[datetime] = created_at()


class BulkRow(Model):
    """``version``: as the row was when the edit was planned. No outcome: it has not been its turn."""

    __tablename__ = "bulk_rows"

    bulk_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk_edits.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(sa.Uuid)
    version: Mapped[int]
    outcome: Mapped[BulkOutcome | None] = mapped_column(enum_type(BulkOutcome, 16))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")

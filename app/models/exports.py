"""Lists of the console that are too long to be written while somebody waits: asked for, made by the worker, fetched."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import ExportKind, ExportState
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id


class Export(Model):
    """What one person asked for: ``list`` is the endpoint of its view, ``query`` its filters and order.

    Language and zone are those of the screen it was asked from. ``attempts`` numbers the tries: who works for an
    earlier one may write nothing any more.
    """

    __tablename__ = "exports"
    __table_args__ = (sa.Index("ix_exports_user", "user_id", "id"), sa.Index("ix_exports_state", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    list: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    query: Mapped[str] = mapped_column(sa.Text, default="")
    filters: Mapped[dict] = mapped_column(sa.JSON, default=dict)  # label → value, in words
    kind: Mapped[ExportKind] = mapped_column(enum_type(ExportKind, 8))
    locale: Mapped[str] = mapped_column(sa.String(5))
    timezone: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[ExportState] = mapped_column(enum_type(ExportState, 16), default=ExportState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]  # rows; none until they are counted
    size: Mapped[int | None] = mapped_column(sa.BigInteger)  # bytes
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()

    @property
    def key(self):
        """Where its file lies in the storage."""
        return f"exports/{self.public_id.hex}.{self.kind}"

    @property
    def name(self):
        """What its file is called when it is taken."""
        return f"{self.title} {self.created_at:%Y-%m-%d}.{self.kind}"

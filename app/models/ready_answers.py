"""Texts that are written again and again, kept to be inserted into a chat."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, created_at, public_id


class ReadyAnswer(Model):
    """``user_id`` is whose own it is; none: the support desk shares it. ``body`` may hold {{fields}}."""

    __tablename__ = "ready_answers"
    __table_args__ = (sa.Index("ix_ready_answers_user", "user_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = created_at()

    def __str__(self):
        return self.title

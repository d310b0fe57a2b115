"""The realtors' companies."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, created_at, public_id


class Agency(Model):
    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    name: Mapped[str] = mapped_column(sa.String(160), index=True)
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)  # normalised name: two spellings are one agency
    website: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created_at()

    def __str__(self):
        return self.name

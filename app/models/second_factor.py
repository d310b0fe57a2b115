"""The second step of signing in: a key shared with an app on the phone, and codes on paper for the day it is lost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime, created_at


class SecondFactor(Model):
    """Counts once ``users.second_factor_at`` is set; before that it waits for its first code."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(200))  # encrypted: a copy of the database opens nothing
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # of the latest code used: none works twice
    created_at: Mapped[datetime] = created_at()


class RecoveryCode(Model):
    __tablename__ = "recovery_codes"
    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

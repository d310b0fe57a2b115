"""What the rules of integrity found when they were last asked."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime


class Checkup(Model):
    """One row to a rule (services/integrity): how many rows broke it, and how long the look took."""

    __tablename__ = "checkups"

    rule: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    count: Mapped[int]
    seconds: Mapped[float]
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)

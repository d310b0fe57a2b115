"""What goes wrong in the program, grouped by where it arises; and when each job of the clock last ran."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime


class ErrorGroup(Model):
    """Errors of one kind from one place. Neither values nor the errors' own words are kept: they may be personal."""

    __tablename__ = "error_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(120))
    place: Mapped[str] = mapped_column(sa.String(200))
    door: Mapped[str] = mapped_column(sa.String(120), default="")  # the endpoint or job that met it last
    count: Mapped[int] = mapped_column(default=0)
    traceback: Mapped[str] = mapped_column(sa.Text, default="")
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class JobRun(Model):
    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[float]
    fine: Mapped[bool]

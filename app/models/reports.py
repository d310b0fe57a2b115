"""Reports that people have built and kept."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import Every, Role
from app.models.accounts import User
from app.models.base import Model, created_at, enum_type, public_id
from app.models.roles import StaffRole


class SavedReport(Model):
    """``spec`` are the words of services/reports/spec.py. What it shows is what its owner may see.

    ``role``: whoever has it (of Role.STAFF: that own role) may open the report; none: its owner alone.
    Pinned ones stand on the overview.
    With a ``schedule`` it goes by mail to ``receivers`` (public ids) at ``hour`` of the business zone; ``sent_for`` is
    the day it last went out for, so that no day is told twice.
    """

    __tablename__ = "reports"
    __table_args__ = (
        sa.Index("ix_reports_owner", "owner_id"),
        sa.Index(
            "ix_reports_schedule",
            "schedule",
            sqlite_where=sa.text("schedule IS NOT NULL"),
            postgresql_where=sa.text("schedule IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(sa.String(120))
    spec: Mapped[dict] = mapped_column(sa.JSON)
    role: Mapped[Role | None] = mapped_column(enum_type(Role))
    staff_role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_roles.id"), index=True)  # with Role.STAFF
    pinned: Mapped[bool] = mapped_column(default=False)
    schedule: Mapped[Every | None] = mapped_column(enum_type(Every))
    hour: Mapped[int] = mapped_column(default=8)
    receivers: Mapped[list] = mapped_column(sa.JSON, default=list)
    sent_for: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created_at()

    owner: Mapped[User] = relationship()
    staff_role: Mapped[StaffRole | None] = relationship()

    def __str__(self):
        return self.title

"""A large operation being taken back by the worker: how far it is, and what could not be taken back."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import User
from app.models.audit import AuditEvent, Operation
from app.models.base import Model, UtcDateTime, created_at, public_id


class Takeback(Model):
    """``reached``: the id of the event it has come to, from the latest down; ``own_id``: the Operation it makes."""

    __tablename__ = "takebacks"
    __table_args__ = (
        sa.Index("ix_takebacks_operation", "operation_id", "id"),
        sa.Index(
            "ix_takebacks_waiting",
            "id",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    operation_id: Mapped[int] = mapped_column(sa.ForeignKey("operations.id"))
    own_id: Mapped[int] = mapped_column(sa.ForeignKey("operations.id"))
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    address: Mapped[str | None] = mapped_column(sa.String(45))  # from where it was begun, for the journal
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int | None]
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # see services/leases.py
    created_at: Mapped[datetime] = created_at()
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    operation: Mapped[Operation] = relationship(foreign_keys=[operation_id])
    actor: Mapped[User] = relationship()


class Refusal(Model):
    """One change that stayed, and why."""

    __tablename__ = "takeback_refusals"

    takeback_id: Mapped[int] = mapped_column(sa.ForeignKey("takebacks.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_events.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(500))

    event: Mapped[AuditEvent] = relationship()

"""What must be delivered, written in the same transaction as its cause."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import Channel, OutboxStatus, Topic
from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id, utcnow


class Delivery(Model):
    """One row of the outbox. ``kind`` names the template, ``payload`` its values; ``public_id`` makes it idempotent.

    ``once``: while a delivery with this key waits, a second one is not added; claiming it frees the key.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_due", "channel", "status", "due_at"),
        sa.Index("ix_outbox_status", "status", "id"),
        sa.Index(
            "ix_outbox_sent",
            "channel",
            "sent_at",
            sqlite_where=sa.text("sent_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_outbox_once",
            "once",
            unique=True,
            sqlite_where=sa.text("once IS NOT NULL"),
            postgresql_where=sa.text("once IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    kind: Mapped[str] = mapped_column(sa.String(60))
    topic: Mapped[Topic | None] = mapped_column(enum_type(Topic))
    once: Mapped[str | None] = mapped_column(sa.String(120))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    locale: Mapped[str] = mapped_column(sa.String(5), default="ru")
    payload: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    status: Mapped[OutboxStatus] = mapped_column(enum_type(OutboxStatus), default=OutboxStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()

    user: Mapped[User | None] = relationship()

"""The journal: who changed what, from what to what."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import AuditTag
from app.models.accounts import User
from app.models.base import Model, created_at, enum_type, public_id


class AuditEvent(Model):
    """``object_type``/``object_id`` name the changed record by its public id; ``data`` holds the declared fields."""

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.Index("ix_audit_events_object", "object_type", "object_id", "id"),
        sa.Index("ix_audit_events_tag", "tag", "id"),
        sa.Index("ix_audit_events_actor", "actor_id", "id"),
        sa.Index("ix_audit_events_created", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    tag: Mapped[AuditTag] = mapped_column(enum_type(AuditTag, 40))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the system itself
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(40))
    data: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = created_at()

    actor: Mapped[User | None] = relationship()

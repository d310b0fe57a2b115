"""Programs that want to be told: where, of what, and how each telling went."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, public_id


class Webhook(Model):
    """One address that is told. Secrets are sealed; the one before still signs until ``old_until``."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    url: Mapped[str] = mapped_column(sa.String(500))
    about: Mapped[str] = mapped_column(sa.String(120), default="")
    types: Mapped[list] = mapped_column(sa.JSON)  # values of constants.WebhookType
    secret: Mapped[str] = mapped_column(sa.String(300))
    old_secret: Mapped[str | None] = mapped_column(sa.String(300))
    old_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)  # who made it hears when it is cut off
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created_at()

    user: Mapped[User] = relationship()

    @property
    def host(self):
        return self.url.removeprefix("https://").removeprefix("http://").partition("/")[0]

    def __str__(self):
        return self.about or self.host


class WebhookAttempt(Model):
    """One try to tell one address one thing, as the two sides saw it."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (sa.Index("ix_webhook_attempts_webhook", "webhook_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    webhook_id: Mapped[int] = mapped_column(sa.ForeignKey("webhooks.id", ondelete="CASCADE"))
    message: Mapped[str] = mapped_column(sa.String(60))  # its webhook-id, the same at every try
    type: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[dict] = mapped_column(sa.JSON)
    status: Mapped[int | None]  # none: nobody answered
    milliseconds: Mapped[int] = mapped_column(default=0)
    request_head: Mapped[str] = mapped_column(sa.Text, default="")
    response_head: Mapped[str] = mapped_column(sa.Text, default="")
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    webhook: Mapped[Webhook] = relationship()

    @property
    def fine(self):
        return self.status is not None and 200 <= self.status < 300

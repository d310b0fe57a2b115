"""Programs that come in by /api/v1: their tokens, and what they were answered, for a question that is repeated."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, public_id


class ApiToken(Model):
    """A program's key: it may what its person may and what its scopes name. Only a digest of the secret is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    name: Mapped[str] = mapped_column(sa.String(120))
    prefix: Mapped[str] = mapped_column(sa.String(16))  # how its secret begins: for whoever has to tell two apart
    hash: Mapped[str] = mapped_column(
        sa.String(64), unique=True
    )  # SHA-256: nothing is gained by slowing 256 random bits
    scopes: Mapped[list] = mapped_column(sa.JSON)  # values of constants.ApiScope
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to within a minute
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()

    user: Mapped[User] = relationship()

    def __str__(self):
        return self.name


class ApiAnswer(Model):
    """The answer to a POST that carried an Idempotency-Key, for the same question asked again."""

    __tablename__ = "api_answers"
    __table_args__ = (sa.UniqueConstraint("token_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_tokens.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(200))
    question: Mapped[str] = mapped_column(sa.String(64))  # a digest of the address and the body
    status: Mapped[int | None]
    headers: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    body: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

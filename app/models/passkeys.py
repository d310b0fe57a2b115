"""Passkeys: what a device keeps in its safe has its other half here, of no use to whoever copies it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime, created_at, public_id, utcnow


class Passkey(Model):
    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)  # of its latest use; 0 for ever with keys that do not count
    backed_up: Mapped[bool]  # lives in the person's cloud, not in one device only; may change with any use
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime] = created_at()
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpentChallenge(Model):
    """A challenge that has been answered: whoever answers it again is refused."""

    __tablename__ = "spent_challenges"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)

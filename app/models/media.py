"""Photos, documents and voice: what is known of a stored file. Its bytes lie in the storage, under its keys."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import MediaState, MessageKind
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id

UNFINISHED = "state IN ('new', 'waiting', 'gone')"


class Media(Model):
    """Announced (state NEW) before its bytes are stored; part of a conversation once a message points at it."""

    __tablename__ = "media"
    __table_args__ = (
        sa.Index("ix_media_conversation_id", "conversation_id"),
        sa.Index("ix_media_uploader_id", "uploader_id"),
        sa.Index(  # what the worker and the sweeper look for: few rows of many
            "ix_media_unfinished",
            "state",
            "created_at",
            sqlite_where=sa.text(UNFINISHED),
            postgresql_where=sa.text(UNFINISHED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversations.id"))
    uploader_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[MessageKind] = mapped_column(enum_type(MessageKind))
    state: Mapped[MediaState] = mapped_column(enum_type(MediaState), default=MediaState.NEW)
    name: Mapped[str] = mapped_column(sa.String(200))
    content_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[float | None]
    waveform: Mapped[list | None] = mapped_column(sa.JSON)  # loudness from 0 to 100, evenly over the recording
    key: Mapped[str] = mapped_column(sa.String(200))
    thumb_key: Mapped[str | None] = mapped_column(sa.String(200))  # a small WebP of an image
    copy_key: Mapped[str | None] = mapped_column(sa.String(200))  # AAC in MP4 of a recording
    copy_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)  # at making the copy
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()

    @property
    def keys(self):
        """Every object of the storage that belongs to this file."""
        return [key for key in (self.key, self.thumb_key, self.copy_key) if key]

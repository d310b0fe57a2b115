"""What readers say under articles. A comment hangs on the public ids of its article and of what it answers."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import CommentState
from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id


class Comment(Model):
    __tablename__ = "comments"
    __table_args__ = (
        sa.Index("ix_comments_article", "article", "id"),
        sa.Index("ix_comments_author", "author_id", "id"),
        sa.Index("ix_comments_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    nonce: Mapped[UUID] = mapped_column(sa.Uuid, unique=True)  # the sender's: sent twice it is said once
    article: Mapped[UUID] = mapped_column(sa.Uuid)
    parent: Mapped[UUID | None] = mapped_column(sa.Uuid)  # what it answers, always of the first level
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[CommentState] = mapped_column(enum_type(CommentState))
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # until somebody has looked at it
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created_at()

    author: Mapped[User] = relationship()

    def __str__(self):
        return self.body[:80]


class CommentReport(Model):
    """Somebody thinks that this should not stand there; once for each person."""

    __tablename__ = "comment_reports"

    comment: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)


class Silence(Model):
    """Who may not comment."""

    __tablename__ = "comment_silences"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    created_at: Mapped[datetime] = created_at()

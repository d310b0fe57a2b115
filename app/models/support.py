"""The desk's own side of a support conversation: who has it in hand, since when, and what only operators read."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, public_id
from app.models.conversations import Conversation


class Ticket(Model):
    """One question to support, from the message that asked it until an operator closes it.

    A person has one support conversation for ever and at most one open ticket in it: writing again after the end of
    one begins the next, so that each question has its own waiting time.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        sa.Index(
            "ix_tickets_one_open",
            "conversation_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_tickets_conversation", "conversation_id", "id"),
        sa.Index("ix_tickets_closed", "closed_at", "id"),
        sa.Index(
            "ix_tickets_open",
            *("opened_at", "conversation_id", "taken_by_id"),
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_tickets_taken", "taken_by_id", "closed_at"),
        sa.Index("ix_tickets_opened", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime] = created_at()
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_response_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    conversation: Mapped[Conversation] = relationship()
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])


class SupportNote(Model):
    """What operators tell each other about a conversation; no door shows it to the person it is about."""

    __tablename__ = "support_notes"
    __table_args__ = (sa.Index("ix_support_notes_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = created_at()

    author: Mapped[User] = relationship()

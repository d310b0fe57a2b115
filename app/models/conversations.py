"""Who talks to whom about what, and every message in order."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import ConversationKind, MessageKind
from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id
from app.models.inquiries import Inquiry
from app.models.media import Media

OPEN = sa.text("conversations.open")
SUPPORT = sa.text("conversations.kind = 'support'")  # likewise
NOT_TEXT = sa.text("kind <> 'text'")  # most messages are text, and cost nothing for finding the others


class Conversation(Model):
    """One client with one realtor about one inquiry. Counters are kept beside the messages, in the same transaction.

    With ``kind`` support: ``client_id`` is whoever asks, a realtor too; there is no inquiry and no ``realtor_id``. The
    operators are one side, so ``realtor_read_seq`` is what any of them has read (models/support.py has the rest).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        sa.UniqueConstraint("inquiry_id", "realtor_id"),
        sa.Index("ix_conversations_realtor_last", "realtor_id", "last_message_at"),
        sa.Index("ix_conversations_client_last", "client_id", "last_message_at"),
        sa.Index("ix_conversations_last", "last_message_at", "id", "open", "waiting_since"),
        sa.Index(  # the number in the realtor's menu, on every page
            "ix_conversations_realtor_unread",
            "realtor_id",
            sqlite_where=sa.text("last_seq > realtor_read_seq"),
            postgresql_where=sa.text("last_seq > realtor_read_seq"),
        ),
        sa.Index(  # as text, and asked for by the same: see models.inquiries.OPEN
            "ix_conversations_realtor_open",
            "realtor_id",
            sqlite_where=sa.text("open"),
            postgresql_where=sa.text("open"),
        ),
        sa.Index("ix_conversations_waiting", "waiting_since"),
        sa.Index(  # the queue of the support desk, and the number of those who wait there, on every page
            "ix_conversations_desk",
            *("waiting_since", "id", "open"),
            sqlite_where=sa.text("kind = 'support' AND waiting_since IS NOT NULL"),
            postgresql_where=sa.text("kind = 'support' AND waiting_since IS NOT NULL"),
        ),
        sa.Index("ix_conversations_created", "created_at"),  # reports; holds nothing that a message would change
        sa.Index(  # one person has one conversation with support
            "ix_conversations_support",
            "client_id",
            unique=True,
            sqlite_where=sa.text("kind = 'support'"),
            postgresql_where=sa.text("kind = 'support'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    kind: Mapped[ConversationKind] = mapped_column(enum_type(ConversationKind), default=ConversationKind.INQUIRY)
    inquiry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inquiries.id"))
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    realtor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    open: Mapped[bool] = mapped_column(default=True)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime] = created_at()
    last_sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    last_kind: Mapped[MessageKind | None] = mapped_column(enum_type(MessageKind))
    last_preview: Mapped[str] = mapped_column(sa.String(160), default="")
    # How many each side has written, those taken back since too; with support the operators are the other side.
    client_messages: Mapped[int] = mapped_column(default=0, server_default="0")
    realtor_messages: Mapped[int] = mapped_column(default=0, server_default="0")
    client_read_seq: Mapped[int] = mapped_column(default=0)
    realtor_read_seq: Mapped[int] = mapped_column(default=0)
    # When the client began to wait for the realtor's answer; none while the realtor has the last word.
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Counts edits and deletions, so that a page that was away can ask for those it missed (services/messages.py).
    changes: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = created_at()

    inquiry: Mapped[Inquiry | None] = relationship()
    client: Mapped[User] = relationship(foreign_keys=[client_id])
    realtor: Mapped[User | None] = relationship(foreign_keys=[realtor_id])

    def other(self, user):
        """The person on the other side of ``user``."""
        return self.realtor if user.id == self.client_id else self.client

    def read_seq(self, user):
        return self.client_read_seq if user.id == self.client_id else self.realtor_read_seq

    def unread(self, user):
        return max(self.last_seq - self.read_seq(user), 0)


class Message(Model):
    """Numbered ``seq`` 1, 2, 3… inside its conversation; ``nonce`` is the sender's own UUID (DESIGN rule 3)."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "nonce"),
        sa.Index(  # partial: a text costs nothing for it
            "ix_messages_media_id",
            "media_id",
            unique=True,
            sqlite_where=sa.text("media_id IS NOT NULL"),
            postgresql_where=sa.text("media_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_messages_change",
            "conversation_id",
            "change",
            sqlite_where=sa.text("change > 0"),
            postgresql_where=sa.text("change > 0"),
        ),
        sa.Index("ix_messages_created_at", "created_at"),  # the console's list: its order, its days, its far pages
        sa.Index("ix_messages_kind", "kind", "id", sqlite_where=NOT_TEXT, postgresql_where=NOT_TEXT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversations.id"))
    seq: Mapped[int]
    nonce: Mapped[UUID] = mapped_column(sa.Uuid)
    sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the system speaks
    kind: Mapped[MessageKind] = mapped_column(enum_type(MessageKind), default=MessageKind.TEXT)
    # Text as typed; for a system message a constants.SystemEvent, whose sentence is made for the reader's language.
    body: Mapped[str] = mapped_column(sa.Text, default="")
    params: Mapped[dict | None] = mapped_column(sa.JSON)  # values in a system message's sentence
    media_id: Mapped[int | None] = mapped_column(sa.ForeignKey("media.id"))
    reply_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"))
    created_at: Mapped[datetime] = created_at()
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # then ``body`` is empty; the journal has it
    change: Mapped[int] = mapped_column(server_default="0")  # Conversation.changes at its last change

    conversation: Mapped[Conversation] = relationship()
    sender: Mapped[User | None] = relationship()
    media: Mapped[Media | None] = relationship()


class Standing(Model):
    """What one person keeps about one conversation, and nobody else sees; one row per pair, made when first needed.

    A conversation is put off until ``snoozed_until`` or until anybody writes: while it has no message after
    ``snoozed_seq``. Sending a message thus costs nothing for it.
    """

    __tablename__ = "standings"
    __table_args__ = (
        sa.Index("ix_standings_user", "user_id"),
        sa.Index(
            "ix_standings_snoozed",
            "snoozed_until",
            sqlite_where=sa.text("snoozed_until IS NOT NULL"),
            postgresql_where=sa.text("snoozed_until IS NOT NULL"),
        ),
    )

    conversation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    pinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unread_mark: Mapped[bool] = mapped_column(default=False)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_seq: Mapped[int | None]
    draft: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")  # a realtor's own, for nobody else
    draft_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was typed, by the writer's own clock

    conversation: Mapped[Conversation] = relationship()
    user: Mapped[User] = relationship()

"""The Telegram bot: whose chat is whose, and what its messages are about."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime, created_at


class TelegramBot(Model):
    """What the worker knows of the bot; ``id`` is the number in its token. One worker at a time asks for its news."""

    __tablename__ = "telegram_bots"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(sa.String(64), default="")
    next_update: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    holder: Mapped[str] = mapped_column(sa.String(40), default="")
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TelegramLink(Model):
    """A person's private chat with the bot."""

    __tablename__ = "telegram_links"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    username: Mapped[str] = mapped_column(sa.String(64), default="")
    created_at: Mapped[datetime] = created_at()


class TelegramCode(Model):
    """The code that proves to the bot who writes: once, for a quarter of an hour. Only its hash is kept."""

    __tablename__ = "telegram_codes"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TelegramMessage(Model):
    """A message of the bot and the conversation it is about: an answer to it goes there."""

    __tablename__ = "telegram_messages"

    chat_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(sa.ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = created_at()

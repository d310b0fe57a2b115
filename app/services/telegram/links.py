"""Which chat with the bot is whose. The code travels in the link to the bot; the bot tells us which chat sent it."""

import hashlib
import re
import secrets
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from app.constants import AuditTag, ConversationKind, Topic
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.telegram import TelegramBot, TelegramCode, TelegramLink, TelegramMessage
from app.services import audit
from app.services.transaction import transaction

VALID = timedelta(minutes=15)
_ID = re.compile(r"(?<=/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
REMEMBERED = timedelta(days=90)  # how long an answer to a message of the bot finds its conversation


def token():
    return current_app.config["SETTINGS"].telegram_bot_token


def bot_id():
    """The number in the token, the same for as long as the bot lives."""
    return int(token().partition(":")[0])


def is_on():
    """Whether this installation has a bot."""
    return bool(token())


def username():
    """The bot's public name; empty until the worker has asked Telegram for it."""
    row = db.session.get(TelegramBot, bot_id())
    return row.username if row else ""


def of(user):
    """The person's TelegramLink, or None."""
    return db.session.get(TelegramLink, user.id)


def make_code(*, actor):
    """A new code for ``actor``; an earlier one stops working."""
    code = secrets.token_urlsafe(16)
    with transaction() as session:
        session.execute(sa.delete(TelegramCode).where(TelegramCode.user_id == actor.id))
        session.add(TelegramCode(user_id=actor.id, code_hash=_hash(code), expires_at=utcnow() + VALID))
    return code


def link(code, chat_id, name):
    """Link the chat that sent ``code``; the person, or None for a code that is wrong, old or used.

    A chat belongs to one person and a person has one chat: what was before is replaced.
    """
    with transaction() as session:
        spent = sa.delete(TelegramCode).where(TelegramCode.code_hash == _hash(code), TelegramCode.expires_at > utcnow())
        user_id = session.scalar(spent.returning(TelegramCode.user_id))
        user = session.get(User, user_id) if user_id else None
        if user is None or not user.is_active:
            return None
        former = sa.or_(TelegramLink.user_id == user.id, TelegramLink.chat_id == chat_id)
        session.execute(sa.delete(TelegramLink).where(former))
        session.execute(sa.delete(TelegramMessage).where(TelegramMessage.chat_id == chat_id))
        session.add(TelegramLink(user_id=user.id, chat_id=chat_id, username=name[:64]))
        audit.record(AuditTag.TELEGRAM_LINKED, user, actor=user)
    return user


def unlink(*, actor):
    """The bot writes to ``actor`` no more; twice is once."""
    with transaction() as session:
        gone = sa.delete(TelegramLink).where(TelegramLink.user_id == actor.id).returning(TelegramLink.user_id)
        if session.scalar(gone):
            audit.record(AuditTag.TELEGRAM_UNLINKED, actor, actor=actor)


def person_in(chat_id):
    """The User whose chat this is, or None."""
    mine = sa.select(User).join(TelegramLink, TelegramLink.user_id == User.id).where(TelegramLink.chat_id == chat_id)
    return db.session.scalar(mine.where(User.deleted_at.is_(None)))


def left(chat_id):
    """Its person has stopped the bot, there or here."""
    with transaction():
        if user := person_in(chat_id):
            unlink(actor=user)


def addresses(listeners):
    """services.reach: the chat of each person who has one."""
    rows = sa.select(TelegramLink.user_id, TelegramLink.chat_id)
    found = db.session.execute(rows.where(TelegramLink.user_id.in_([one.id for one in listeners])))
    return {user_id: [str(chat_id)] for user_id, chat_id in found}


def arrived(letter, receipt):
    """An answer to this message will be about the conversation it leads to."""
    if (conversation_id := _conversation_of(letter)) is not None:
        remember(int(letter.address), receipt, conversation_id)


def _conversation_of(letter):
    """The id of the conversation that a delivery leads to: named by it, in its address, or the one with support."""
    url, named = letter.payload.get("url", ""), letter.payload.get("conversation")
    if found := named or _ID.search(url):
        named = UUID(named or found.group())
        return db.session.scalar(sa.select(Conversation.id).where(Conversation.public_id == named))
    if letter.topic != Topic.SUPPORT:
        return None
    asked = Conversation.kind == ConversationKind.SUPPORT, Conversation.client_id == letter.user_id
    return db.session.scalar(sa.select(Conversation.id).where(*asked))


def lost(letter):
    left(int(letter.address))


def remember(chat_id, message_id, conversation_id):
    with transaction() as session:
        session.merge(TelegramMessage(chat_id=chat_id, message_id=message_id, conversation_id=conversation_id))


def conversation_about(chat_id, message_id):
    """The public id of the conversation that this message of the bot is about, or None."""
    named = sa.select(Conversation.public_id).join(TelegramMessage, TelegramMessage.conversation_id == Conversation.id)
    return db.session.scalar(named.where(TelegramMessage.chat_id == chat_id, TelegramMessage.message_id == message_id))


def purge():
    """Forget old codes, and messages that nobody will answer any more."""
    now = utcnow()
    with transaction() as session:
        session.execute(sa.delete(TelegramCode).where(TelegramCode.expires_at < now))
        old = TelegramMessage.created_at < now - REMEMBERED
        return session.execute(sa.delete(TelegramMessage).where(old)).rowcount


def forget(user):
    """The person is gone. Inside transaction()."""
    session = db.session
    chats = sa.select(TelegramLink.chat_id).where(TelegramLink.user_id == user.id)
    session.execute(sa.delete(TelegramMessage).where(TelegramMessage.chat_id.in_(chats)))
    for model in (TelegramLink, TelegramCode):
        session.execute(sa.delete(model).where(model.user_id == user.id))


def _hash(code):
    return hashlib.sha256(code.encode()).hexdigest()

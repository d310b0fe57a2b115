"""What people do in their chat with the bot. An update may come twice: what it causes happens once.

``handle`` does it and returns what the bot should say; sending that is the worker's (tasks/telegram.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.constants import LOCALES
from app.errors import DomainError
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.models.telegram import TelegramBot
from app.services import conversations, matches
from app.services.brand.look import look
from app.services.telegram import links
from app.services.transaction import insert_once, transaction
from app.wordings import bot

LEASE = timedelta(seconds=60)
NONCES = UUID("0b1c5c0e-6a52-4d6e-9f5c-3f9f6d2f6a11")  # of our own: an update's nonce is made from its number


@dataclass(frozen=True)
class Say:
    """``url``: a page of ours, for a button. ``answers``: the message this answers. ``about``: a conversation's id, so
    that an answer to this goes there.
    """

    chat_id: int
    text: str
    url: str | None = None
    answers: int | None = None
    about: int | None = None


@dataclass(frozen=True)
class Answer:
    """The end of a pressed button's waiting: a line at the top of the screen; ``spent`` takes the button away."""

    callback_id: str
    text: str
    chat_id: int | None = None
    spent: int | None = None


def take_turn(holder):
    """The number of the next update if ``holder`` may ask for it now, None while another worker does."""
    now, bot_id = utcnow(), links.bot_id()
    free = sa.or_(TelegramBot.holder == holder, TelegramBot.leased_until.is_(None), TelegramBot.leased_until < now)
    with transaction() as session:
        insert_once(TelegramBot, {"id": bot_id}, ["id"])
        return session.scalar(
            sa.update(TelegramBot)
            .where(TelegramBot.id == bot_id, free)
            .values(holder=holder, leased_until=now + LEASE)
            .returning(TelegramBot.next_update)
            .execution_options(synchronize_session=False)
        )


def done(update_id):
    """Telegram need not tell of it again."""
    _note(next_update=update_id + 1)


def end_turn(holder):
    _note(TelegramBot.holder == holder, leased_until=None)


def introduce(username):
    """The bot's public name, as Telegram told it."""
    _note(username=username)


def _note(*where, **values):
    with transaction() as session:
        session.execute(
            sa.update(TelegramBot)
            .where(TelegramBot.id == links.bot_id(), *where)
            .values(values)
            .execution_options(synchronize_session=False)
        )


def handle(update):
    """Do what the update asks for; a list of Say and Answer."""
    if message := update.get("message"):
        return _message(message, update["update_id"])
    if callback := update.get("callback_query"):
        return _button(callback)
    member = update.get("my_chat_member")
    if member and member["new_chat_member"]["status"] in ("kicked", "left"):
        links.left(member["chat"]["id"])
    return []


def _message(message, update_id):
    """Only private chats: in a group anybody would read what is meant for one."""
    chat = message["chat"]
    if chat["type"] != "private":
        return []
    person = links.person_in(chat["id"])
    with force_locale(person.locale if person else _language(message)):
        return [_reply(message, chat["id"], person, update_id)]


def _reply(message, chat_id, person, update_id):
    command, _space, code = message.get("text", "").partition(" ")
    if command == "/start" and code:
        return _link(code.strip(), chat_id, message)
    if person is None:
        return Say(chat_id, bot.say("unknown"), _PROFILE)
    if command == "/stop":
        links.unlink(actor=person)
        return Say(chat_id, bot.say("stopped"), _PROFILE)
    if person.blocked_at:
        return Say(chat_id, bot.say("blocked", reason=person.blocked_reason))
    if answered := message.get("reply_to_message"):
        return _send(message, answered["message_id"], chat_id, person, update_id)
    return Say(chat_id, bot.say("whom"))


_PROFILE = "/my/profile/notifications"


def _link(code, chat_id, message):
    person = links.link(code, chat_id, message["from"].get("username", ""))
    if person is None:
        return Say(chat_id, bot.say("bad_code"), _PROFILE)
    with force_locale(person.locale):
        return Say(chat_id, bot.say("linked", name=person.name, service=look().name(get_locale())), _PROFILE)


def _send(message, answered, chat_id, person, update_id):
    number, public_id = message["message_id"], links.conversation_about(chat_id, answered)
    if public_id is None:
        return Say(chat_id, bot.say("forgotten"), answers=number)
    if "text" not in message:
        return Say(chat_id, bot.say("text_only"), answers=number)
    try:
        conversation = get_visible(person, Conversation, public_id, Permission.MESSAGE_SEND)
        kept, name = conversation.id, _other_name(conversation, person)
        nonce = uuid5(NONCES, f"{links.bot_id()}:{update_id}")
        conversations.send(conversation, nonce=nonce, body=message["text"], actor=person)
    except DomainError as error:
        return Say(chat_id, bot.say("not_sent", reason=_reason(error)), answers=number)
    return Say(chat_id, bot.say("sent", name=name), answers=number, about=kept)


def _other_name(conversation, person):
    other = conversation.other(person)
    return other.name if other else _("Support")


def _button(callback):
    chat_id, message = callback["from"]["id"], callback.get("message", {}).get("message_id")
    person = links.person_in(chat_id)
    verb, _colon, name = callback.get("data", "").partition(":")
    with force_locale(person.locale if person else _language(callback)):
        if person is None or verb != "accept":
            return [Answer(callback["id"], bot.say("unknown_button"))]
        return _accept(name, person, callback["id"], chat_id, message)


def _accept(inquiry_id, person, callback_id, chat_id, message):
    try:
        inquiry = get_visible(person, Inquiry, inquiry_id, Permission.INQUIRY_ANSWER)
        number = inquiry.number
        conversation = matches.accept(inquiry, actor=person)
    except DomainError as error:
        return [Answer(callback_id, _reason(error)[:200])]
    words = bot.say("accepted", number=number)
    more = bot.say("reply")
    url = conversations.path(conversation.public_id, person)
    return [
        Answer(callback_id, words, chat_id, message),
        Say(chat_id, f"{words} {more}", url, about=conversation.id),
    ]


def _reason(error):
    return str(error.message) or bot.say("not_open")


def _language(message):
    code = (message.get("from") or {}).get("language_code", "")[:2]
    return code if code in LOCALES else LOCALES[0]


def whole(url):
    return url and current_app.config["SETTINGS"].public_url + url

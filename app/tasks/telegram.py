"""Asks Telegram what people did in their chats with the bot, and says what there is to say to it.

Long polling rather than a webhook: the same on a laptop and behind a firewall, and no door of ours for strangers. One
worker at a time asks; an update is done with only once what it caused is committed.
"""

import uuid
from html import escape

import structlog
from sqlalchemy.exc import DBAPIError

from app.channels.telegram import Bot
from app.channels.telegram.render import fields
from app.channels.verdicts import Refused, Unreachable
from app.services.telegram import links, updates

POLL = 25  # seconds that Telegram keeps a question open while nothing happens
REST = 10  # seconds before trying again what did not work
WANTED = ["message", "callback_query", "my_chat_member"]

log = structlog.get_logger()


def run(app, stop):
    """Until ``stop`` is set; at once when there is no bot."""
    settings = app.config["SETTINGS"]
    if not settings.telegram_bot_token:
        return
    holder = uuid.uuid4().hex
    with Bot(settings.telegram_bot_token, settings.telegram_api_url) as bot:
        known = False
        while not stop.is_set():
            with app.app_context():
                known = known or _introduced(bot, holder)
                pause = _round(bot, holder, stop) if known else REST
            stop.wait(pause)
    with app.app_context():
        updates.end_turn(holder)


def _introduced(bot, holder):
    """Learn the bot's name; a webhook set by somebody before us would keep its news from us."""
    try:
        updates.take_turn(holder)
        updates.introduce(bot.call("getMe")["username"])
        bot.call("deleteWebhook")
    except (Refused, Unreachable, DBAPIError) as problem:
        log.warning("telegram_not_reached", problem=type(problem).__name__)
        return False
    return True


def _round(bot, holder, stop, poll=POLL):
    """One question; how many seconds to rest after it."""
    try:
        return _ask(bot, holder, stop, poll)
    except Refused as refusal:
        return refusal.wait.total_seconds() if refusal.wait else REST
    except (Unreachable, DBAPIError) as problem:
        log.warning("telegram_round_failed", problem=type(problem).__name__)
        return REST


def _ask(bot, holder, stop, poll):
    following = updates.take_turn(holder)
    if following is None:
        return REST
    news = bot.call("getUpdates", offset=following, timeout=poll, allowed_updates=WANTED, patience=poll + 10)
    for update in news:
        if stop.is_set():
            break
        _one(bot, update)
    return 0


def _one(bot, update):
    try:
        words = updates.handle(update)
    except DBAPIError:
        raise  # the database is away: Telegram will tell of it again
    except Exception:  # one strange update must not silence the bot
        log.exception("telegram_update_broken")
        words = []
    for one in words:
        _say(bot, one)
    updates.done(update["update_id"])


def _say(bot, one):
    """Best effort: what was done is done, and a lost «sent» is no reason to do it again."""
    try:
        if isinstance(one, updates.Answer):
            _end_waiting(bot, one)
        else:
            _write(bot, one)
    except (Refused, Unreachable) as problem:
        log.warning("telegram_reply_lost", problem=type(problem).__name__)


def _end_waiting(bot, one):
    bot.call("answerCallbackQuery", callback_query_id=one.callback_id, text=one.text, show_alert=one.spent is None)
    if one.spent:
        bot.call("editMessageReplyMarkup", chat_id=one.chat_id, message_id=one.spent)


def _write(bot, one):
    message = fields(escape(one.text), updates.whole(one.url))
    if one.answers:
        message |= {"reply_parameters": {"message_id": one.answers}, "disable_notification": True}
    number = bot.send(chat_id=one.chat_id, **message)
    if one.about:
        links.remember(one.chat_id, number, one.about)

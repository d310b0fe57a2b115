"""Telegram: messages of our bot to those who have linked their chat with it (services/telegram)."""

from contextlib import contextmanager

from app.channels.telegram.api import Bot
from app.channels.telegram.render import message
from app.channels.verdicts import Unreachable

__all__ = ["Bot", "sender"]


class _Sender:
    def __init__(self, bot):
        self.bot = bot

    def deliver(self, parcel):
        """The receipt is the message's number in its chat."""
        return self.bot.send(chat_id=int(parcel.address), **message(parcel))


@contextmanager
def sender(settings):
    if not settings.telegram_bot_token:
        yield _Off()
        return
    with Bot(settings.telegram_bot_token, settings.telegram_api_url) as bot:
        yield _Sender(bot)


class _Off:
    """The bot was taken out of the settings while messages waited for it."""

    def deliver(self, parcel):
        raise Unreachable("TELEGRAM_BOT_TOKEN is not set")

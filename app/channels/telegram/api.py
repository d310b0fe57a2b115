"""The Bot API (https://core.telegram.org/bots/api): one call, one verdict.

The token stands in every address, so no error of the HTTP library is ever quoted.
"""

import time
from datetime import timedelta

import requests

from app.channels.verdicts import Gone, Permanent, Temporary, Unreachable

TIMEOUT = 15  # seconds
PACE = 1 / 25  # seconds between messages; Telegram allows a bot about 30 a second
NOBODY = ("chat not found", "user is deactivated", "bot was blocked", "bot can't initiate")


class Bot:
    """``with Bot(token, url) as bot: bot.call("sendMessage", chat_id=…, text=…)``: the result, as plain JSON."""

    def __init__(self, token, url):
        self.address = f"{url.rstrip('/')}/bot{token}"
        self.session = requests.Session()
        self.last = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.close()

    def send(self, **message):
        """sendMessage, at a pace that Telegram likes; the message's number in its chat."""
        time.sleep(max(0.0, self.last + PACE - time.monotonic()))
        self.last = time.monotonic()
        return self.call("sendMessage", **message)["message_id"]

    def call(self, method, *, patience=TIMEOUT, **fields):
        """Raises Gone, Permanent, Temporary or Unreachable."""
        try:
            answer = self.session.post(
                f"{self.address}/{method}", json=fields, timeout=patience, allow_redirects=False
            ).json()
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"Telegram: {type(error).__name__}") from None
        if not answer.get("ok"):
            raise _verdict(answer)
        return answer["result"]


def _verdict(answer):
    code, text = answer.get("error_code", 0), str(answer.get("description", ""))
    words = f"{code} {text}"[:200]
    if code == 403 or any(reason in text.lower() for reason in NOBODY):
        return Gone(words)
    if code == 429:
        seconds = answer.get("parameters", {}).get("retry_after", 30)
        return Temporary(words, wait=timedelta(seconds=seconds))
    if code in (401, 404, 409) or code >= 500:  # the token itself, another poller, or their trouble
        return Unreachable(words)
    return Permanent(words)

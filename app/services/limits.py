"""How often one person may do a thing, counted across every door that does it."""

from math import ceil
from threading import Lock, Timer
from time import time

import structlog
from flask_babel import lazy_gettext as _l
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond, parse
from limits.storage import MemoryStorage

from app.errors import TooMany
from app.extensions import limiter
from app.services import settings

log = structlog.get_logger()

STEP = 10  # seconds: messages of a minute are counted in such steps, so that nobody is silent for the rest of it
# Faster than anybody types: these keep programs out, and there is nothing in them for an owner to weigh.
SEARCHES = parse("40 per 10 seconds")
TRIALS = parse("10 per minute")
EVENTS = parse("300 per 10 seconds")


class Memory(MemoryStorage):
    """The counts of a process without Redis; what has expired is thrown away once in FORGET seconds.

    limits' own starts a thread for it 10 ms after any count, which looks through everybody's: with a thousand people
    half a millisecond of the processor for each message.
    """

    STORAGE_SCHEME = ["otklik-memory"]
    FORGET = 1
    _one, _due = Lock(), 0

    def wait(self, key, limit):
        """Count ``key``: 0, or seconds until one more is allowed. The library takes several times as long."""
        seconds = limit.get_expiry()
        key = f"{key}/{limit.amount}/{seconds}"
        if self.incr(key, seconds) <= limit.amount:
            return 0
        return max(1, ceil(self.expirations[key] - time()))

    def incr(self, key, expiry, amount=1):
        """One lock for all in place of one for each, which has to be made, looked for and thrown away."""
        now = time()
        if now >= self._due:
            self._due = now + self.FORGET
            self._MemoryStorage__schedule_expiry()
        with self._one:
            if self.expirations.get(key, 0) <= now:
                self.storage[key], self.expirations[key] = 0, now + expiry
            self.storage[key] += amount
            return self.storage[key]

    def _MemoryStorage__schedule_expiry(self):  # noqa: N802  (its private name)
        if not self.timer.is_alive():
            self.timer = Timer(self.FORGET, self._MemoryStorage__expire_events)
            self.timer.daemon = True
            self.timer.start()


# What owners set is asked for with each use.


def messages():
    return RateLimitItemPerSecond(max(1, settings.get("messages_per_minute") * STEP // 60), STEP)


def codes():
    return RateLimitItemPerMinute(settings.get("code_tries"), 15)


def uploads():
    return RateLimitItemPerMinute(settings.get("uploads_per_minute"))


def comments():
    return RateLimitItemPerMinute(settings.get("comments_per_ten_minutes"), 10)


def hit(limit, name, actor, said=_l("Too fast. Wait a few seconds and try again.")):  # noqa: B008  (a text)
    """Count one ``name`` of ``actor``; raises TooMany, with what is ``said``, beyond ``limit`` (or what it gives)."""
    if not limiter.enabled:
        return
    limit = limit() if callable(limit) else limit
    if wait := _wait(limit, name, str(actor.public_id)):
        raise TooMany(said, retry_after=wait)


def _wait(limit, name, person):
    """Seconds until one more is allowed, 0 for at once. While nobody can count (Redis is away) everything is."""
    if isinstance(limiter.storage, Memory):
        return limiter.storage.wait(f"{name}/{person}", limit)
    counter = limiter.limiter
    try:
        if counter.hit(limit, name, person):
            return 0
        return max(1, ceil(counter.get_window_stats(limit, name, person).reset_time - time()))
    except Exception as error:
        log.warning("limit_not_counted", limit=name, error=type(error).__name__)
        return 0

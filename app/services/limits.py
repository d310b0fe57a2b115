"""How often one person may do a thing, counted across every door that does it."""

from math import ceil
from time import time

import structlog
from flask_babel import lazy_gettext as _l
from limits import parse

from app.errors import TooMany
from app.extensions import limiter

log = structlog.get_logger()

MESSAGES = parse("30 per 10 seconds")
CODES = parse("10 per 15 minutes")
UPLOADS = parse("60 per minute")
SEARCHES = parse("40 per 10 seconds")
COMMENTS = parse("5 per 10 minutes")
EVENTS = parse("300 per 10 seconds")


def hit(limit, name, actor, said=_l("Too fast. Wait a few seconds and try again.")):  # noqa: B008  (a text)
    """Count one ``name`` of ``actor``; raises TooMany, with what is ``said``, beyond ``limit``."""
    if limiter.enabled and (wait := _wait(limit, name, str(actor.public_id))):
        raise TooMany(said, retry_after=wait)


def _wait(limit, name, person):
    """Seconds until one more is allowed, 0 for at once. While nobody can count (Redis is away) everything is."""
    counter = limiter.limiter
    try:
        if counter.hit(limit, name, person):
            return 0
        return max(1, ceil(counter.get_window_stats(limit, name, person).reset_time - time()))
    except Exception as error:
        log.warning("limit_not_counted", limit=name, error=type(error).__name__)
        return 0

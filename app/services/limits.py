"""How often one person may do a thing, counted across every door that does it."""

from math import ceil
from time import time

from flask_babel import lazy_gettext as _l
from limits import parse

from app.errors import TooMany
from app.extensions import limiter

MESSAGES = parse("30 per 10 seconds")
CODES = parse("10 per 15 minutes")
UPLOADS = parse("60 per minute")
SEARCHES = parse("40 per 10 seconds")
EVENTS = parse("300 per 10 seconds")


def hit(limit, name, actor, said=_l("Too fast. Wait a few seconds and try again.")):  # noqa: B008  (a text)
    """Count one ``name`` of ``actor``; raises TooMany, with what is ``said``, beyond ``limit``."""
    if limiter.enabled and not limiter.limiter.hit(limit, name, str(actor.public_id)):
        until = limiter.limiter.get_window_stats(limit, name, str(actor.public_id)).reset_time
        raise TooMany(said, retry_after=max(1, ceil(until - time())))

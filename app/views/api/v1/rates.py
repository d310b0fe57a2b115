"""How often a program may ask in a minute; every answer says how much is left of it."""

import math
import time

import structlog
from flask import g
from flask_babel import lazy_gettext as _l
from limits import RateLimitItemPerMinute

from app.errors import TooMany
from app.extensions import limiter
from app.services import settings

log = structlog.get_logger()


def count():
    """before_request, once the token is known. Raises TooMany."""
    if not limiter.enabled:
        return
    item, token = RateLimitItemPerMinute(settings.get("api_per_minute")), str(g.api_token.public_id)
    try:
        within = limiter.limiter.hit(item, "api", token)
        window = limiter.limiter.get_window_stats(item, "api", token)
    except Exception:  # whoever counts is away: better answered than turned away
        log.exception("api_rate_not_counted")
        return
    g.api_rate = (item.amount, window.remaining, max(0, math.ceil(window.reset_time - time.time())))
    if not within:
        raise TooMany(_l("Too many requests in this minute. Wait and go on."), retry_after=max(1, g.api_rate[2]))


def tell(response):
    if rate := g.get("api_rate"):
        for name, value in zip(("Limit", "Remaining", "Reset"), rate, strict=True):
            response.headers[f"RateLimit-{name}"] = str(value)

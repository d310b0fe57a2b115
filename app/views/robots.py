"""What keeps robots from the quick way without a captcha: a field people never see, and the time a form takes.

Both forgive: a suspect is never refused, only sent through sign-in, with what was typed kept.
"""

import time
from uuid import uuid4

from flask_limiter.util import get_remote_address
from itsdangerous import BadData
from limits import parse

from app.extensions import limiter
from app.services import keys

SHORTEST = 2.0  # seconds: faster than reading the form, slower than any script
HASTE = parse("3 per hour")  # a browser may fill a form by itself; a robot does not stop at three


def _serializer():
    return keys.timed_signer("form-shown")


def stamp():
    """What a fresh form carries: its nonce, and the moment it was made."""
    return {"nonce": uuid4().hex, "shown": _serializer().dumps(time.time())}


def suspect(form):
    """A filled trap, or forms sent back at once, again and again, from one address."""
    if form.company_fax.data:
        return True
    return limiter.enabled and _hasty(form.shown.data) and not limiter.limiter.hit(HASTE, get_remote_address())


def _hasty(shown):
    """A form without a stamp (no page was needed for it) is believed."""
    try:
        return bool(shown) and time.time() - _serializer().loads(shown) < SHORTEST
    except BadData:
        return True

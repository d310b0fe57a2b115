"""What keeps robots from the quick way without a captcha: a field people never see, and the time a form takes.

Both forgive: a suspect is never refused, only sent through sign-in, with what was typed kept.
"""

import time
from uuid import uuid4

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.extensions import limiter

SHORTEST = 2.0  # seconds: faster than reading the form, slower than any script


def _serializer():
    return URLSafeTimedSerializer(current_app.secret_key, salt="form-shown")


def stamp():
    """What a fresh form carries: its nonce, and the moment it was made."""
    return {"nonce": uuid4().hex, "shown": _serializer().dumps(time.time())}


def suspect(form):
    """A filled trap, or a form sent back at once. A form without a stamp (no page was needed for it) is believed."""
    if form.company_fax.data:
        return True
    if not limiter.enabled or not form.shown.data:
        return False
    try:
        return time.time() - _serializer().loads(form.shown.data) < SHORTEST
    except BadData:
        return True

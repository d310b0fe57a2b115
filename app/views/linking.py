"""Linking begins with a link, not with a form: a form must not lead to another site (form-action of our CSP).

So the address itself carries the proof that this person's own page made it.
"""

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

KEPT = 3600  # seconds


def address(name, actor):
    """Where ``actor`` goes to link an account of the provider ``name``."""
    return url_for(f"auth.{name}.login", link=_wishes().dumps(str(actor.public_id)))


def is_wish_of(actor, token):
    try:
        return _wishes().loads(token, max_age=KEPT) == str(actor.public_id)
    except BadData:
        return False


def _wishes():
    return URLSafeTimedSerializer(current_app.secret_key, salt="link-identity")

"""Linking begins with a link, not with a form: a form must not lead to another site (form-action of our CSP).

So the address itself carries the proof that this person's own page made it.
"""

from flask import url_for
from itsdangerous import BadData

from app.services import keys

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
    return keys.timed_signer("link-identity")

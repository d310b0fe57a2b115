"""How often one browser or one person may try. Keys hold no names: an e-mail is hashed.

Guessing a password is limited strictly for one address and one e-mail together. For the e-mail alone the limit is wider
and counts strangers only: somebody who keeps typing wrong passwords must not shut the owner out of the own browser.
"""

import hashlib

from flask import request
from flask_limiter.util import get_remote_address

from app import devices
from app.doors import current_actor
from app.extensions import limiter
from app.services import settings
from app.services.accounts import sign_ins


def refused(response):
    """Count only tries that failed: a redirect is a success."""
    return response.status_code != 303


def done(response):
    """Count only what went through: a form shown again with its errors costs nothing."""
    return response.status_code == 303


def owned(key, window):
    """A limit whose number is a setting of the owners, asked for at every request."""
    return lambda: f"{settings.get(key)} per {window}"


def by_person():
    """Whoever is signed in, on whichever network; a visitor by address."""
    actor = current_actor()
    return f"person:{actor.public_id}" if actor else get_remote_address()


def by_email():
    """The typed e-mail, whoever types it."""
    return of_email(typed_email())


def typed_email():
    return request.form.get("email", "")


def of_email(email):
    return "email:" + hashlib.sha256(email.strip().lower().encode()).hexdigest()[:24]


def guesses(email):
    """A decorator that limits how often the password of ``email()`` may be guessed, counted over all doors at once."""

    def pair():
        return f"{get_remote_address()} {of_email(email())}"

    def stranger():
        device, typed = devices.known_id(), email()
        known = device and sign_ins.knows_email(typed, device)
        return f"{of_email(typed)} {device if known else 'strangers'}"

    tries = owned("sign_in_tries", "15 minutes")
    strict = limiter.shared_limit(tries, scope="password pair", key_func=pair, deduct_when=refused)
    soft = limiter.shared_limit("50 per hour", scope="password", key_func=stranger, deduct_when=refused)
    return lambda view: strict(soft(view))


# Guessing one's own password in the profile, counted over all doors at once.
own_password = limiter.shared_limit("20 per hour", scope="profile password", deduct_when=refused)

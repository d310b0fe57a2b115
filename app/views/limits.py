"""How often one browser or one person may try. Keys hold no names: an e-mail is hashed."""

import hashlib

from flask import request


def by_email():
    """The typed e-mail, whoever types it."""
    return of_email(request.form.get("email", ""))


def of_email(email):
    return "email:" + hashlib.sha256(email.strip().lower().encode()).hexdigest()[:24]


def refused(response):
    """Count only tries that failed: a redirect is a success."""
    return response.status_code != 303

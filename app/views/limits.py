"""How often one browser or one person may try. Keys hold no names: an e-mail is hashed."""

import hashlib

from flask import request


def by_email():
    """The typed e-mail, whoever types it."""
    typed = request.form.get("email", "").strip().lower()
    return "email:" + hashlib.sha256(typed.encode()).hexdigest()[:24]


def refused(response):
    """Count only tries that failed: a redirect is a success."""
    return response.status_code != 303

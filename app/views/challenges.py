"""What passkeys answer: a challenge that this browser was given a moment ago for one purpose; and the site of both."""

import time
from ipaddress import ip_address
from secrets import token_urlsafe
from urllib.parse import urlsplit

from flask import current_app, request, session

from app.services.accounts.passkeys import Site

KEPT = 10 * 60  # seconds
ENTER, ADD = "enter", "add"


def passkey_site():
    """The Site that passkeys are made for, or None where browsers make none: without https, and at a bare address.

    On a served site it is PUBLIC_URL's; a local one is known by the name it was opened with: only localhost will do.
    """
    config = current_app.config["SETTINGS"]
    if not config.https:
        local = urlsplit(request.host_url).hostname == "localhost"
        return Site("localhost", request.host_url.rstrip("/")) if local else None
    url = urlsplit(config.public_url)
    domain = url.hostname.encode("idna").decode()
    port = f":{url.port}" if url.port not in (None, 443) else ""
    return None if _is_address(domain) else Site(domain, f"https://{domain}{port}")


def give(purpose):
    """A new challenge for this browser; an earlier one for the same purpose counts no more."""
    challenge = token_urlsafe(32)
    session[_key(purpose)] = {"challenge": challenge, "at": int(time.time())}
    return challenge.encode()


def take(purpose):
    """The challenge this browser was given, or None when there is none or it waited for too long. It is gone then."""
    kept = session.pop(_key(purpose), None)
    if not kept or time.time() - kept["at"] > KEPT:
        return None
    return kept["challenge"].encode()


def _key(purpose):
    return f"passkey_{purpose}"


def _is_address(domain):
    try:
        return bool(ip_address(domain))
    except ValueError:
        return False

"""Which browser this is: a lasting id in a cookie of its own, and what it says of itself, in two words."""

import re
from uuid import UUID, uuid4

from flask import current_app, g, request

from app.services.accounts.sign_ins import Browser

COOKIE = "otklik_device"
KEPT = 400 * 24 * 3600  # seconds; browsers keep no cookie for longer

# The first that fits: those that pretend to be another stand before it.
BROWSERS = (
    ("Яндекс Браузер", r"YaBrowser/"),
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/|OPiOS/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def init_app(app):
    app.after_request(_keep)


def current():
    """The Browser behind this request; from now on it has a lasting id."""
    agent = request.user_agent.string
    device = known_id()
    if device is None:
        device = g.new_device = uuid4()
    return Browser(device, _first(BROWSERS, agent), _first(SYSTEMS, agent))


def known_id():
    """The id this browser was given at an earlier sign-in, or None."""
    try:
        return UUID(request.cookies.get(COOKIE, ""))
    except ValueError:
        return None


def _first(table, agent):
    return next((name for name, pattern in table if re.search(pattern, agent)), "")


def _keep(response):
    if "new_device" in g:
        secure = current_app.config["SETTINGS"].https
        response.set_cookie(COOKIE, str(g.new_device), max_age=KEPT, httponly=True, samesite="Lax", secure=secure)
    return response

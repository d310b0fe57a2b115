"""Real browsers on a real server: ``page_for(user)`` is a page of somebody who is signed in."""

import time

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.live import session_cookie
from tests.servers import find, need

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# A microphone that beeps, and is allowed.
BEEPS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}

expect.set_options(timeout=20_000)  # patience costs nothing where all is well, and a busy machine is no failure


def whole_chromium():
    return need("chromium", "Chromium is not installed: apt-get install chromium")


def browser_program():
    """Chromium without its windows where there is one: those, which nobody sees, cost four times what a page does."""
    return find("chromium-headless-shell") or whole_chromium()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=QUIET + BEEPS)
        yield browser
        browser.close()


@pytest.fixture
def page_for(app, live_server, chromium):
    """``page_for(user, phone=False, dark=False)``: a page in a browser of its own; user None is a visitor.

    What pages tell of their use (js/behaviour.js) as they are left would come after the test: ``counted`` lets it out.

    A script error or a CSP violation on any of the pages fails the test.
    """
    contexts, errors = [], []

    def make(user=None, *, phone=False, dark=False, counted=False, **options):
        # Where a test stands between the page and the server, a service worker would stand before it.
        here = {"locale": "ru-RU", "timezone_id": "Europe/Prague", "service_workers": "block"}
        options = {**here, **(PHONE if phone else DESKTOP), **options}
        context = chromium.new_context(base_url=live_server.url, color_scheme="dark" if dark else "light", **options)
        if user:
            cookie = {"name": "otklik", "value": session_cookie(app, user), "url": live_server.url}
            context.add_cookies([cookie])
        if not counted:
            context.add_init_script("navigator.sendBeacon = () => true")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: _note(said, errors))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == [], f"script errors: {errors}"


def until(page, expression, seconds=20):
    """Wait until a JavaScript expression is true. (Playwright's own waiting evaluates text, which our CSP forbids.)"""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"still false: {expression}"
        page.wait_for_timeout(50)


def _note(said, errors):
    if said.type == "error" and "Content Security Policy" in said.text:
        errors.append(said.text)

"""Goes on with what is to be told to a crowd when the process that caused it has died."""

import threading

import structlog

from app.services import announcements

IDLE = 3  # seconds between looks
REST = 15

log = structlog.get_logger()


def run(app, stop: threading.Event):
    """Tell until ``stop`` is set."""
    while not stop.is_set():
        with app.app_context():
            pause = _round()
        stop.wait(pause)


def _round():
    """Whatever is left behind; how many seconds to rest after it."""
    try:
        announcements.tell_forgotten()
    except Exception:  # a restarting database must not end this
        log.exception("announcements_round_failed")
        return REST
    return IDLE

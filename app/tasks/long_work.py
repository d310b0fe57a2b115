"""What takes minutes: imports, large operations being taken back, large merges, accounts that go with much."""

import threading

import structlog

from app.services import imports, takebacks
from app.services.accounts import leaving
from app.services.merging import moving

IDLE = 1  # seconds between looks
REST = 10

log = structlog.get_logger()


def run(app, stop: threading.Event):
    """Work until ``stop`` is set."""
    while not stop.is_set():
        with app.app_context():
            pause = _round()
        stop.wait(pause)


def _round():
    """A slice of each; how many seconds to rest after it."""
    try:
        worked = [work() for work in (imports.work, takebacks.work, moving.work, leaving.work)]
    except Exception:  # a restarting database must not end this
        log.exception("long_work_failed")
        return REST
    return 0 if any(worked) else IDLE

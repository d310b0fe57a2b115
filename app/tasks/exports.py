"""Makes the long lists that people asked for as files, one at a time, and gives way to everything else."""

import os
import tempfile
import threading
import time

import structlog

from app.errors import Forbidden
from app.services import exports, media

IDLE = 1  # seconds between looks while nobody asks
REST = 15
TOLD = 0.7  # seconds between two words of progress
MANNERS = 10  # how much its thread gives way to other processes: the chat runs in one

log = structlog.get_logger()


class _Stopped(Exception):
    """Somebody cancelled it, or another worker makes it."""


class _Leaving(Exception):
    """The worker is asked to stop."""


def run(app, stop: threading.Event):
    """Make exports until ``stop`` is set."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), MANNERS)
    while not stop.is_set():
        with app.app_context():
            pause = _round(stop)
        stop.wait(pause)


def _round(stop):
    """One export, if somebody waits for one; how many seconds to rest after it."""
    try:
        return 0 if make_next(stop) else IDLE
    except Exception:  # a restarting database must not end this
        log.exception("export_round_failed")
        return REST


def make_next(stop=None):
    """Make the oldest waiting export; whether there was one."""
    work = exports.claim()
    if work is None:
        return False
    try:
        _make(work, _teller(work, stop))
    except _Stopped:
        log.info("export_stopped")
    except _Leaving:
        exports.release(work)
    except Forbidden:
        exports.fail(work, "forbidden")
    except Exception:  # a list that cannot be written, a disk that is full
        log.exception("export_failed")
        exports.fail(work, "broken")
    return True


def _make(work, tell):
    with tempfile.TemporaryFile() as file:  # has no name: nothing of it is left behind by a killed worker
        rows = exports.make(work, file, tell)
        size = file.seek(0, os.SEEK_END)
        tell(rows, rows, now=True)
        file.seek(0)
        media.save(file, work.key)
    exports.finish(work, rows, size)


def _teller(work, stop):
    """``tell(done, total)`` that writes its progress down now and then, and ends the work when it is to end."""
    last = 0

    def tell(done, total, now=False):
        nonlocal last
        if stop is not None and stop.is_set():
            raise _Leaving
        if not now and time.monotonic() - last < TOLD:
            return
        if not exports.progress(work, done, total):
            raise _Stopped
        last = time.monotonic()

    return tell

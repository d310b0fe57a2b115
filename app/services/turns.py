"""Several events worked on by one thread, in turn: who is about to commit lets the others come as far first.

So all of them are stored by one commit, and no thread takes the processor from another in the middle of a message.
"""

import threading
from contextlib import contextmanager

from greenlet import getcurrent, greenlet

_alone, _here = threading.Lock(), threading.local()  # held by whoever works; whether that is this thread


class _Turn(greenlet):
    """One event of several, with context variables of its own."""


@contextmanager
def alone(patience=-1):
    """Of the threads that come here one works at a time.

    Python lets one compute anyway; several would take the processor from one another in each call of the system.
    Whatever may be waited for inside stands in waiting(): else every page waits for it. ``patience``: seconds after
    which one works beside the others.
    """
    _here.alone = _alone.acquire(timeout=patience)
    try:
        yield
    finally:
        if _here.alone:
            _alone.release()
        _here.alone = False


@contextmanager
def waiting():
    """For what waits for the disk, or for a lock that others hold: another thread of alone() works meanwhile."""
    if not getattr(_here, "alone", False):
        yield
        return
    _here.alone = False
    _alone.release()
    try:
        yield
    finally:
        _alone.acquire()
        _here.alone = True


def take(events):
    """Call each of ``events``, callables that handle their own errors."""
    if len(events) == 1:
        events[0]()
        return
    waiting = [_Turn(event) for event in events]
    while waiting:
        for turn in waiting:
            turn.switch()
        waiting = [turn for turn in waiting if not turn.dead]


def give_way():
    """Let the others of this thread's turn go on until they are here too. Not with a lock in hand."""
    turn = getcurrent()
    if isinstance(turn, _Turn):
        turn.parent.switch()

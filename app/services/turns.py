"""Several events worked on by one thread, in turn: who is about to commit lets the others come as far first.

So all of them are stored by one commit, and no thread takes the processor from another in the middle of a message.
"""

import threading

from greenlet import getcurrent, greenlet


class _Turn(greenlet):
    """One event of several, with context variables of its own."""


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


_led = threading.local()  # .by: the lock with which this thread leads


def lead(lock):
    """Of the threads that share this ``lock`` one works and the others stand by, until it steps aside."""
    if getattr(_led, "by", None) is None:
        lock.acquire()
        _led.by = lock


def step_aside():
    """This thread is about to wait for another one: whoever stands by works on, and it goes on beside them."""
    lock, _led.by = getattr(_led, "by", None), None
    if lock:
        lock.release()

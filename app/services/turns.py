"""Several events worked on by one thread, in turn: who is about to commit lets the others come as far first.

So all of them are stored by one commit, and no thread takes the processor from another in the middle of a message.
"""

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

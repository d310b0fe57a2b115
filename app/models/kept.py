"""Few rows that nearly every request asks for, kept by each process for a moment."""

from functools import partial
from time import monotonic

from flask import current_app


class Kept:
    """What ``read()`` gives, asked of the database once in ``fresh`` seconds.

    That is how late another process's change is seen at most; the process that made it calls forget().
    ``name``: under which an application keeps it among its extensions.
    """

    def __init__(self, name, read, fresh):
        self._name, self._read, self._fresh = name, read, fresh

    def get(self):
        kept = self._kept()
        edition, value = kept.edition, kept.standing()
        return value if value is not None else self._put(kept, edition, self._read())

    def due(self):
        """None while get() asks nothing, nor will for half of ``fresh``: as long as whoever asks may need it. Else
        ``put(value)`` for whoever is about to ask it beside another question.
        """
        kept = self._kept()
        return partial(self._put, kept, kept.edition) if kept.standing(self._fresh / 2) is None else None

    def _put(self, kept, edition, value):
        if edition == kept.edition:
            kept.value, kept.until = value, monotonic() + self._fresh
        return value

    def forget(self):
        """Read anew from now on, in this process."""
        kept = self._kept()
        kept.edition += 1
        kept.value = None

    def _kept(self):
        return current_app.extensions.setdefault(self._name, _State())


class _State:
    value, until = None, 0.0
    edition = 0  # a reader that began before a change must not keep what it read

    def standing(self, more=0):
        """The value, while it is fresh and will be for so many seconds ``more``."""
        value = self.value
        return value if monotonic() + more < self.until else None

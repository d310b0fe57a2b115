"""Few rows that nearly every request asks for, kept by each process for a moment."""

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
        value = kept.value
        if value is not None and monotonic() < kept.until:
            return value
        edition, value = kept.edition, self._read()
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

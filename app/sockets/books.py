"""Who is in which room, written down by one thread at a time.

python-socketio looks whether a room is there, then makes it, then writes into it. Of two pages that come in the same
moment one could be in a room that nobody speaks to, or be refused.
"""

import threading

from socketio import Manager


class Books:
    """For a Manager: its bookkeeping under one lock. None of it waits for anything."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._books = threading.RLock()

    def pre_connect(self, *arguments):
        with self._books:
            return super().pre_connect(*arguments)

    def connect(self, *arguments):
        with self._books:
            return super().connect(*arguments)

    def pre_disconnect(self, *arguments, **options):
        with self._books:
            return super().pre_disconnect(*arguments, **options)

    def basic_disconnect(self, *arguments, **options):
        with self._books:
            return super().basic_disconnect(*arguments, **options)

    def basic_enter_room(self, *arguments, **options):
        with self._books:
            return super().basic_enter_room(*arguments, **options)

    def basic_leave_room(self, *arguments):
        with self._books:
            return super().basic_leave_room(*arguments)

    def basic_close_room(self, *arguments):
        with self._books:
            return super().basic_close_room(*arguments)


class Alone(Books, Manager):
    """Of a process that is the only one."""

"""Who is in which room, written down by one thread at a time.

python-socketio looks whether a room is there, then makes it, then writes into it. Of two pages that come in the same
moment one could be in a room that nobody speaks to, or be refused. And it looks through every room there is for the
rooms of a page that leaves: 10,000 that leave together would look through theirs 10,000 times.
"""

import threading
from collections import defaultdict

from engineio.packet import MESSAGE
from engineio.packet import Packet as Frame
from socketio import Manager
from socketio.packet import EVENT

from app.sockets import frames
from app.sockets.packets import text

MESSAGE_DIGIT = str(MESSAGE).encode()


class Direct(Manager):
    """Hands one finished frame to each page of a room; python-socketio's own way takes as long again for each."""

    def emit(self, event, data, namespace, room=None, skip_sid=None, callback=None, to=None, **kwargs):
        if callback or skip_sid or isinstance(data, (tuple, list)):
            super().emit(event, data, namespace, room or to, skip_sid, callback, **kwargs)
        else:
            self.hand_out(self.finish(event, data, namespace), namespace, to or room)

    def finish(self, event, data, namespace):
        """The text that every page hears."""
        return f"{EVENT}{'' if namespace == '/' else namespace + ','}[{text(event)},{text(data)}]"

    def hand_out(self, packet, namespace, room):
        framed, pages = frames.frame(MESSAGE_DIGIT + packet.encode(errors="replace")), self.server.eio.sockets
        for _sid, eio_sid in self.get_participants(namespace, room):
            if page := pages.get(eio_sid):
                page.write(framed)
            else:  # just gone, or a test's
                self.server._send_eio_packet(eio_sid, Frame(MESSAGE, packet))


class Books:
    """For a Manager: its bookkeeping under one lock. None of it waits for anything."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._books = threading.RLock()
        self._rooms_of = defaultdict(set)  # (namespace, sid) → rooms

    def pre_connect(self, *arguments):
        with self._books:
            return super().pre_connect(*arguments)

    def connect(self, *arguments):
        with self._books:
            return super().connect(*arguments)

    def pre_disconnect(self, *arguments, **options):
        with self._books:
            return super().pre_disconnect(*arguments, **options)

    def basic_disconnect(self, sid, namespace, **options):
        with self._books:
            for room in self._rooms_of.pop((namespace, sid), ()):
                super().basic_leave_room(sid, namespace, room)
            self.callbacks.pop(sid, None)
            _strike(sid, namespace, self.pending_connect)
            _strike(sid, namespace, self.pending_disconnect)

    def basic_enter_room(self, sid, namespace, room, **options):
        with self._books:
            if room is not None and namespace in self.rooms:
                self.rooms[namespace].setdefault(room, _Room())
            super().basic_enter_room(sid, namespace, room, **options)
            self._rooms_of[namespace, sid].add(room)

    def basic_leave_room(self, sid, namespace, room):
        with self._books:
            super().basic_leave_room(sid, namespace, room)
            self._rooms_of.get((namespace, sid), set()).discard(room)

    def basic_close_room(self, *arguments):
        with self._books:
            return super().basic_close_room(*arguments)


class _Room(dict):
    """sid → Engine.IO's sid. python-socketio's own is looked up both ways, which only its room of all pages needs: of
    the five rooms that a page enters each cost three times as much to make and to keep.
    """

    @property
    def _fwdm(self):
        return self


def _strike(sid, namespace, waiting):
    """Take it off one of the manager's lists of pages that are coming or going, which has no empty entries."""
    if sid in waiting.get(namespace, ()):
        waiting[namespace].remove(sid)
        if not waiting[namespace]:
            del waiting[namespace]


class Alone(Books, Direct):
    """Of a process that is the only one."""

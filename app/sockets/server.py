"""Socket.IO's server, with a short way for what pages say all the time: an event, and its acknowledgement."""

import json
import re
import threading

import socketio

from app.sockets.packets import Answer, text

_beginning = threading.Lock()
_event = re.compile(r"2(\d{0,9})(?=\[)").match  # its number, if it is to be answered, and what it says


class Server(socketio.Server):
    doors = {}  # event → what is called with the socket's id and what was said

    def _handle_eio_connect(self, eio_sid, environ):
        with _beginning:  # whoever comes second waits as well until the manager is ready
            super()._handle_eio_connect(eio_sid, environ)

    def _handle_eio_message(self, eio_sid, data):
        """python-socketio's own takes eight calls and two packets for the same; whatever else is said goes there."""
        found = _event(data)
        name, *said = json.loads(data[found.end() :]) if found else (None,)
        door = self.doors.get(name)
        if door is None or eio_sid in self._binary_packet:
            super()._handle_eio_message(eio_sid, data)
            return
        sid = self.manager.sid_from_eio_sid(eio_sid, "/")
        if self.manager.is_connected(sid, "/"):
            answer = door(sid, *said)
            if number := found[1]:
                self._send_packet(eio_sid, Answer(f"{Answer.START}{number}[{text(answer)}]"))

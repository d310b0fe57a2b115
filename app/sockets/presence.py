"""Who connects, who is there, and who has to leave."""

import threading
import time
from collections import defaultdict

import structlog
from flask import current_app
from socketio.exceptions import ConnectionRefusedError

from app.access.permissions import Permission, may
from app.constants import Role
from app.doors import public
from app.extensions import socketio
from app.services import presence
from app.services.accounts import second_step
from app.sockets import desk, people, rooms
from app.sockets.base import TICKET, doors

log = structlog.get_logger()
SWEEP = 40  # seconds; services.bursts.ONLINE is a little more than twice that
AT_ONCE, PAUSE = 250, 0.1  # people in one write of a sweep; seconds between two, in which others write

# sid → (user id, sign-in id) of the signed-in sockets of this process
_connected = {}
_lock = threading.Lock()
_sweeper = None


@public
def connect(sid, environ, auth=None):
    """Visitors hear of places only. Whoever says who they are is let in as that person or not at all."""
    app = environ["flask.app"]
    ticket = people.ticket(app, environ)
    with app.app_context():
        _admit(sid, ticket, auth.get("person") if isinstance(auth, dict) else None)
    # All that is asked of it later; a request's own environ would keep ten times as much for each open page.
    server = socketio.server
    server.environ[server.manager.eio_sid_from_sid(sid, "/")] = {"flask.app": app, TICKET: ticket}


def _admit(sid, ticket, expected):
    if ticket.looking:  # nothing may be sent, and nobody may seem to be here who is not
        raise ConnectionRefusedError("read_only")
    person, city = people.arriving(ticket)
    if expected and (person is None or str(person.public_id) != expected):
        raise ConnectionRefusedError("unauthorized")
    if person and person.blocked_at:
        raise ConnectionRefusedError("blocked")
    if person and second_step.is_demanded(person):
        raise ConnectionRefusedError("second_step")
    socketio.server.enter_room(sid, rooms.PLACES)
    if person:
        _let_in(sid, person, ticket, city)


def _let_in(sid, person, ticket, city):
    names = [rooms.of_user(person.public_id), rooms.of_sign_in(ticket.sign_in)]
    if person.role == Role.REALTOR:
        names.append(rooms.of_city(city, person.locale))
    if may(person, Permission.SUPPORT_DESK):
        names.append(rooms.of_desk(person.locale))
    for name in names:
        socketio.server.enter_room(sid, name)
    with _lock:
        _connected[sid] = (person.id, person.sign_in_id)
    if not current_app.testing:  # tests sweep when they mean to
        _start_sweeping(current_app._get_current_object())


@public
def disconnect(sid, reason=None):
    with _lock:
        _connected.pop(sid, None)
    desk.leave(sid)


doors.update(connect=connect, disconnect=disconnect)


def _start_sweeping(app):
    global _sweeper
    with _lock:
        if _sweeper is None or not _sweeper.is_alive():
            _sweeper = threading.Thread(target=_sweep_for_ever, args=(app,), name="presence", daemon=True)
            _sweeper.start()


def _sweep_for_ever(app):
    while _connected:
        begin = time.monotonic()
        try:
            with app.app_context():
                sweep()
        except Exception:
            log.exception("presence_sweep_failed")
        time.sleep(max(PAUSE, begin + SWEEP - time.monotonic()))


def sweep():
    """Note that all of these are here; whoever was blocked or signed out elsewhere has to leave.

    Some people at a time: 10,000 in one write kept every message waiting for a fifth of a second. This is the net below
    ``account:ended`` and ``session:ended``, which another process without Redis cannot send us.
    """
    sids = defaultdict(list)  # (user id, sign-in id) → those of their pages
    with _lock:
        for sid, whose in _connected.items():
            sids[whose].append(sid)
    there = list(sids)
    for start in range(0, len(there), AT_ONCE):
        if start:
            time.sleep(PAUSE)
        for whose in _gone(there[start : start + AT_ONCE]):
            for sid in sids[whose]:
                socketio.server.disconnect(sid)


def _gone(some):
    """Those of ``some`` (user id, sign-in id) who are no longer who they were."""
    people, sign_ins = zip(*some, strict=True)
    alive = presence.touch(set(people), set(sign_ins))
    return [whose for whose in some if whose[1] not in alive]

"""How a socket event is opened: its shape is read, its person is asked for anew, its errors become acknowledgements."""

from dataclasses import dataclass
from functools import wraps
from uuid import UUID

import structlog
from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.permissions import may
from app.doors import PUBLIC
from app.error_pages import TEXTS, more
from app.errors import Blocked, DomainError, Forbidden, InvalidInput
from app.extensions import socketio
from app.services import limits
from app.services.accounts import second_step
from app.sockets import chats, frames
from app.sockets.books import Alone
from app.sockets.engine import Engine
from app.sockets.packets import TextPacket
from app.sockets.server import Server

log = structlog.get_logger()
TICKET = "otklik.ticket"  # where a connection keeps its people.Ticket


class Unauthorized(DomainError):
    code = "unauthorized"
    status = 401


def init_app(app, settings):
    socketio.init_app(
        app,
        async_mode="threading",
        async_handlers=False,  # threads per event reordered one sender's messages
        transports=["websocket"],  # so no sticky sessions are needed
        cors_allowed_origins=None,  # the same origin only
        client_manager=_books(settings.redis_url),
        max_http_buffer_size=frames.FRAME_LIMIT,
        ping_interval=25,
        ping_timeout=20,
        serializer=TextPacket,
    )
    server, engine = socketio.server, socketio.server.eio
    server.__class__, engine.__class__ = Server, Engine  # Flask-SocketIO makes both by itself, of one class only
    # SQLite has one writer, so a thread takes what several pages say to it as one commit; the second goes on while the
    # first waits (services/turns.py). On PostgreSQL each waits for its own round trips.
    engine.workers, engine.at_once = (2, 64) if settings.sqlite else (12, 1)
    for event, door in doors.items():
        server.on(event, door)
    server.doors = {event: door for event, door in doors.items() if event not in server.reserved_events}
    engine.on("message", server._handle_eio_message)


def _books(redis_url):
    """Whoever has no Redis does not load what speaks with it: 7 MB."""
    if not redis_url:
        return Alone()
    from app.sockets.queue import Queue

    return Queue(redis_url)


doors = {}  # event → what the server calls with the socket's id


def on(event, shape, *, again=None):
    """Register a handler ``(payload, person)`` whose payload is read by ``shape.read``; what it returns joins ``ok``.

    ``again(payload)`` is tried first and answers for pages that were let in before (chats.last): as the handler would,
    or with None, and has done nothing then.

    Every handler also carries ``@requires(...)``: the role is checked here, the object by access.loaders.
    It runs in an application context only, where ``g.socket`` is the socket's id and ``g.page`` what is kept for it:
    building a request anew for each event took a sixth of a message's time.
    """

    def register(handler):
        @wraps(handler)
        def door(sid, *arguments):
            environ = socketio.server.get_environ(sid)
            with environ["flask.app"].app_context():
                g.socket, g.page = sid, environ
                return _answer(event, shape, handler, environ[TICKET], arguments, again)

        doors[event] = door
        return handler

    return register


def _answer(event, shape, handler, ticket, arguments, again):
    reader = ticket
    try:
        if again and (answer := _again(again, shape, arguments)) is not None:
            return {"ok": True, **answer}
        reader = person = _admit(ticket, arguments, handler.permission)
        return {"ok": True, **(handler(_read(shape, arguments), person) or {})}
    except DomainError as error:
        return _refusal(error, reader)
    except Exception:
        log.exception("socket_event_failed", socket_event=event)
        return _refusal(DomainError(code="internal"), reader)


def _again(again, shape, arguments):
    """What it refuses is asked about anew, and refused by the handler, if at all."""
    try:
        return again(_read(shape, arguments))
    except DomainError:
        return None


def _admit(ticket, arguments, permission):
    person = chats.find(ticket, arguments)
    if person is None:
        raise Unauthorized(_l("Sign in first."))
    if person.blocked_at:
        raise Blocked(_l("Your account is blocked."))
    if permission != PUBLIC and not may(person, permission):
        raise Forbidden(_l("You have no access to this."))
    if second_step.is_demanded(person):
        raise Forbidden(_l("Owners of the service need the second step. Switch it on to go on."), code="second_step")
    count(limits.EVENTS, "socket", person)
    return person


def count(limit, name, person):
    """limits.hit, once for an event: one that was not answered by ``again`` has been counted already."""
    counted = g.setdefault("counted", set())
    if name not in counted:
        limits.hit(limit, name, person)
        counted.add(name)


def _read(shape, arguments):
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise InvalidInput(_l("The event could not be read."), code="payload")
    return shape.read(arguments[0])


def _refusal(error, reader):
    with force_locale(reader.locale):
        return {"ok": False, "error": {"code": error.code, "text": _text(error), **more(error)}}


def _text(error):
    if error.code == "internal":
        return TEXTS[500]()
    if error.status == 404:
        return str(error.message) or _("There is no such conversation, or it is not yours to see.")
    return str(error.message) or TEXTS.get(error.status, TEXTS[400])()


def uuid_field(data, name):
    value = data.get(name)
    try:
        return UUID(value) if isinstance(value, str) else _bad(name)
    except ValueError:
        return _bad(name)


def number_field(data, name, *, maximum=2**31 - 1):
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= maximum:
        _bad(name)
    return value


def word_field(data, name, *, default=None):
    value = data.get(name, default)
    return value if isinstance(value, str) else _bad(name)


def _bad(name):
    raise InvalidInput(_l("The event could not be read."), code="payload", field=name)


@dataclass(frozen=True)
class Nothing:
    """The shape of an event whose payload does not matter."""

    @classmethod
    def read(cls, data):
        return cls()

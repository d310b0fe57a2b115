"""Rooms are named here and nowhere else; a client never names one."""

from app.constants import LOCALES
from app.extensions import socketio

PLACES = "places"  # everybody, visitors included: what stands in the public filter has changed


def of_user(public_id):
    return f"user:{public_id}"


def of_sign_in(public_id):
    return f"sign-in:{public_id}"


def of_city(public_id, locale):
    """The realtors of a city who read ``locale``."""
    return f"city:{public_id}:{locale}"


def of_desk(locale):
    """The operators of the support desk who read ``locale``."""
    return f"desk:{locale}"


def tell_desk(event, payload):
    for locale in LOCALES:
        tell(of_desk(locale), event, payload)


def tell(room, event, payload):
    """``room``: one, or a list of them; whoever is in two of them hears it once, and nobody hears what is for none."""
    if room:  # to python-socketio no room means everybody
        socketio.server.manager.emit(event, payload, "/", room)


def sids(room):
    """The sockets of this process that are in ``room``."""
    if "/" not in socketio.server.manager.get_namespaces():
        return []
    return [sid for sid, _ in list(socketio.server.manager.get_participants("/", room))]


def throw_out(room):
    """End every socket of a person or a SignIn. Other processes empty the room; their sockets end at the next sweep."""
    tell(room, "account:ended", {})
    for sid in sids(room):
        socketio.server.disconnect(sid)
    socketio.server.close_room(room)

"""Socket.IO doors. The socket is only a hint; the database is the truth (DESIGN rule 3)."""

from app.sockets import base, conversations, desk, presence  # noqa: F401  (importing registers the handlers)
from app.sockets.publish import publish

__all__ = ["init_app", "publish"]


def init_app(app, socketio, settings):
    base.init_app(app, settings)

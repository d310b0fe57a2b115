"""Who else of the operators is looking at a support conversation.

Nothing is kept between processes: whoever looks says so now and then, and the others forget who has fallen silent.
"""

import threading

from flask import g

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.doors import requires
from app.models.conversations import Conversation
from app.sockets import rooms
from app.sockets.base import on
from app.sockets.conversations import Which

_looking = {}  # sid → what its operator looks at, as the others were told
_lock = threading.Lock()


@on("support:look", Which)
@requires(P.SUPPORT_DESK)
def look(which, person):
    get_visible(person, Conversation, which.conversation, P.SUPPORT_ANSWER)
    told = {"conversation": str(which.conversation), "by": str(person.public_id), "name": person.name}
    with _lock:
        _looking[g.socket] = told
    rooms.tell_desk("support:look", told)


class Nothing:
    @classmethod
    def read(cls, data):
        return cls()


@on("support:who", Nothing)
@requires(P.SUPPORT_DESK)
def who(_nothing, person):
    """Somebody has opened the desk and does not know yet: whoever looks at something says it once more."""
    rooms.tell_desk("support:who", {})


def leave(sid):
    """The page was closed, or its socket was lost."""
    with _lock:
        told = _looking.pop(sid, None)
    if told:
        rooms.tell_desk("support:leave", told)

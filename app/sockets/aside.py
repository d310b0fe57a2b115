"""What whoever pressed the button need not wait for: one thread of this process speaks to crowds, in order.

Nothing is lost with it: what must happen is a row of the database (services/announcements.py), the rest is a hint.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock

import structlog
from flask import after_this_request, current_app, has_request_context

log = structlog.get_logger()
_one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")
_speaking = Lock()  # of those who do it themselves one at a time: each would make the others slower


def later(do, *arguments):
    """Call ``do`` soon, in its turn; in a request once its answer is on its way: the two would share a processor.

    Tests look at what was heard at once, so there soon is now.
    """
    _soon(_in_turn, do, arguments)


def first(do, *arguments):
    """As later(), for what cannot wait: in a request by the thread that answers it, before anything later begins.

    To wake another thread for it takes the processor from both. Not for what may wait for anything but a socket.
    """
    _soon(_here, do, arguments)


def _soon(way, do, arguments):
    app = current_app._get_current_object()
    if app.testing:
        do(*arguments)
    elif has_request_context():
        _once_answered(partial(way, app, do, arguments))
    else:
        _in_turn(app, do, arguments)


def _in_turn(app, do, arguments):
    _one.submit(_do, app, do, arguments)


def _here(app, do, arguments):
    if not _speaking.acquire(blocking=False):
        _in_turn(app, do, arguments)
        return
    try:
        _do(app, do, arguments)
    finally:
        _speaking.release()


def _once_answered(begin):
    @after_this_request
    def answered(response):
        response.call_on_close(begin)
        return response


def _do(app, do, arguments):
    try:
        with app.app_context():
            do(*arguments)
    except Exception:
        log.exception("aside_failed", what=do.__name__)

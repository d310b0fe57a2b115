"""What whoever pressed the button need not wait for: one thread of this process speaks to crowds, in order.

Nothing is lost with it: what must happen is a row of the database (services/announcements.py), the rest is a hint.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
from flask import after_this_request, current_app, has_request_context

log = structlog.get_logger()
_one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")


def later(do, *arguments):
    """Call ``do`` soon, in its turn; in a request once its answer is on its way: the two would share a processor.

    Tests look at what was heard at once, so there soon is now.
    """
    app = current_app._get_current_object()
    begin = partial(_one.submit, _do, app, do, arguments)
    if app.testing:
        do(*arguments)
    elif has_request_context():
        _once_answered(begin)
    else:
        begin()


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

"""What whoever pressed the button need not wait for: one thread of this process speaks to crowds, in order.

Nothing is lost with it: what must happen is a row of the database (services/announcements.py), the rest is a hint.
"""

from concurrent.futures import ThreadPoolExecutor

import structlog
from flask import current_app

log = structlog.get_logger()
_one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")


def later(do, *arguments):
    """Call ``do`` soon, in its turn. Tests look at what was heard at once, so there soon is now."""
    app = current_app._get_current_object()
    if app.testing:
        do(*arguments)
    else:
        _one.submit(_do, app, do, arguments)


def _do(app, do, arguments):
    try:
        with app.app_context():
            do(*arguments)
    except Exception:
        log.exception("aside_failed", what=do.__name__)

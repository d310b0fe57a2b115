"""Changes that nobody is told of: owners bring in what has long been so, and take it back."""

from contextlib import contextmanager, nullcontext

from app.extensions import db

QUIET = "quiet"  # in the info of a database session


@contextmanager
def quietly():
    """Inside, nobody is notified; letters that are asked for by name leave all the same."""
    info = db.session().info
    before = info.get(QUIET)
    info[QUIET] = True
    try:
        yield
    finally:
        info[QUIET] = before


def unless(told):
    """quietly(), unless people are to be ``told``."""
    return nullcontext() if told else quietly()


def is_quiet():
    return bool(db.session().info.get(QUIET))

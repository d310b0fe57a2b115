"""A statement that somebody has put together freely ends after a while, on both databases."""

import time
from contextlib import contextmanager

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.errors import DomainError
from app.extensions import db
from app.services.reports.calendar import is_sqlite

SECONDS = 10
EVERY = 20_000  # instructions of SQLite between two looks at the clock


class TooMuch(DomainError):
    """The report asks for more than can be shown or counted in good time; the message says what to do."""

    code = "too_much"
    status = 422


@contextmanager
def bounded():
    """Raises TooMuch for a statement inside that takes longer than SECONDS."""
    try:
        with _sqlite() if is_sqlite() else _postgresql():
            yield
    except sa.exc.OperationalError as error:
        if not _is_out_of_time(error):
            raise
        db.session.rollback()
        raise TooMuch(_l("This would take too long to count. Choose a shorter period or fewer places.")) from None


def _is_out_of_time(error):
    return "interrupted" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "57014"


@contextmanager
def _sqlite():
    raw, deadline = db.session.connection().connection.driver_connection, time.monotonic() + SECONDS
    raw.set_progress_handler(lambda: time.monotonic() > deadline, EVERY)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def _postgresql():
    db.session.execute(sa.text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
    yield
    db.session.execute(sa.text("SET LOCAL statement_timeout TO DEFAULT"))

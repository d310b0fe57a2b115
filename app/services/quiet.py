"""Changes that nobody is told of: owners bring in what has long been so, and take it back."""

from contextlib import contextmanager, nullcontext

import sqlalchemy as sa

from app.extensions import db
from app.models.imports import Import

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


def was_told(operation_id):
    """Whether people were told of what this operation did: those who were not are not told of its end."""
    made = operation_id and db.session.scalar(sa.select(Import).where(Import.operation_id == operation_id))
    return not made or bool(made.choices.get("tell"))

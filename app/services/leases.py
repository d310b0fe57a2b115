"""Long work of the worker, a slice at a time: whoever has a row's lease is at it; one that died lets go by itself."""

from datetime import timedelta

import sqlalchemy as sa

from app.models.base import utcnow
from app.services.transaction import transaction

LEASE = timedelta(seconds=20)
HELD = 0.04  # seconds that one commit of it may take, the last of its rows aside
SLICE = 2  # seconds of work between two looks at who else waits
SLACK = timedelta(minutes=1)  # a moment further ahead is a clock that was set back


def take(model, *waiting):
    """The id of a row of ``model`` that waits for work, now this caller's; None when there is none."""
    now = utcnow()
    impossible = model.busy_until > now + LEASE + SLACK
    free = sa.or_(model.busy_until.is_(None), model.busy_until < now, impossible)
    with transaction() as session:
        found = sa.select(model).where(*waiting, free).order_by(model.id).limit(1)
        row = session.scalar(found.with_for_update(skip_locked=True, of=model))
        if row is not None:
            row.busy_until = now + LEASE
        return row and row.id


def give_back(model, id):
    with transaction() as session:
        session.execute(sa.update(model).where(model.id == id).values(busy_until=None))

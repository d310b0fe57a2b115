"""Pairs that look alike and are two different things: somebody has said so, and they are proposed no more."""

import sqlalchemy as sa

from app.extensions import db
from app.models.audit import Different
from app.services.transaction import insert_once, transaction


def dismiss(first, second, *, actor):
    """The two records are different things. Saying it twice is once."""
    with transaction():
        one, other = _keys(first, second)
        values = {"object_type": _kind(first), "first": one, "second": other, "actor_id": actor.id}
        insert_once(Different, values, ["object_type", "first", "second"])


def proposed(pairs):
    """Those of ``pairs`` ([(row, row, …)]) that nobody has called different."""
    if not pairs:
        return []
    said = sa.select(Different.first, Different.second).where(Different.object_type == _kind(pairs[0][0]))
    different = {tuple(pair) for pair in db.session.execute(said)}
    return [pair for pair in pairs if _keys(*pair[:2]) not in different]


def _kind(row):
    return type(row).__name__.lower()


def _keys(first, second):
    return tuple(sorted((str(first.public_id), str(second.public_id))))

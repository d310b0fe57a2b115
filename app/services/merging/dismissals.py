"""Pairs that look alike and are two different things: somebody has said so, and they are proposed no more."""

from uuid import UUID

import sqlalchemy as sa

from app.access.scopes import visible_to
from app.extensions import db
from app.models.audit import Different
from app.services.transaction import insert_once, transaction

SHOWN = 200


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


def dismissed(model, *, actor):
    """``[(row, row, Different)]`` of what was called different, the latest first, as far as both are still there."""
    said = sa.select(Different).where(Different.object_type == model.__name__.lower())
    said = db.session.scalars(said.order_by(Different.id.desc()).limit(SHOWN)).all()
    ids = {UUID(id) for each in said for id in (each.first, each.second)}
    found = db.session.scalars(visible_to(actor, model).where(model.public_id.in_(ids))).unique()
    rows = {str(row.public_id): row for row in found}
    here = [each for each in said if each.first in rows and each.second in rows]
    return [(rows[each.first], rows[each.second], each) for each in here]


def propose_again(first, second):
    """What was said of the two is taken back: they are compared as any others are."""
    with transaction() as session:
        one, other = _keys(first, second)
        pair = Different.object_type == _kind(first), Different.first == one, Different.second == other
        session.execute(sa.delete(Different).where(*pair))


def _kind(row):
    return type(row).__name__.lower()


def _keys(first, second):
    return tuple(sorted((str(first.public_id), str(second.public_id))))

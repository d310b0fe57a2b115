"""What a merge moved: written with its journal event, read by whoever parts the records again."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.errors import RefusedMove
from app.extensions import db
from app.models.audit import Merge

FEW = 20


def keep(event, *, winner, loser, moved, key=""):
    """Inside the transaction of the merge. ``moved`` is JSON; ``key`` the name that was given up."""
    kind = type(winner).__name__.lower()
    ids = {"winner": str(winner.public_id), "loser": str(loser.public_id)}
    merge = Merge(event=event, object_type=kind, key=key, moved=moved, **ids)
    db.session.add(merge)
    return merge


def of(event):
    """The Merge of a journal event. Raises RefusedMove."""
    found = db.session.scalar(sa.select(Merge).where(Merge.event_id == event.id))
    if found is None:
        raise RefusedMove(_l("It has been taken back, or was made before the way back was kept."))
    return found


def remaining(model, key):
    """The row that a name given up by merges leads to; None when there is none, or a row has the name itself."""
    if db.session.scalar(sa.select(model.id).where(model.key == key)) is not None:
        return None
    return _end(model, _latest(model, Merge.key == key))


def given_up(model, beginning):
    """A few names given up by merges that begin so."""
    begins = Merge.object_type == model.__name__.lower(), Merge.key.startswith(beginning, autoescape=True)
    found = sa.select(Merge.key).where(*begins).distinct().limit(FEW)
    return db.session.scalars(found).all() if beginning else []


def became(model, public_id):
    """The row that a row which merges took away leads to, or None."""
    return _end(model, _latest(model, Merge.loser == str(public_id)))


def _end(model, merge):
    while merge is not None:
        row = db.session.scalar(sa.select(model).where(model.public_id == UUID(merge.winner)))
        if row is not None:
            return row
        merge = _latest(model, Merge.loser == merge.winner, Merge.id > merge.id)
    return None


def _latest(model, *clauses):
    found = sa.select(Merge).where(Merge.object_type == model.__name__.lower(), *clauses)
    return db.session.scalar(found.order_by(Merge.id.desc()).limit(1))

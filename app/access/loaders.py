"""Load and authorise in one call: a view never fetches by bare id."""

from collections import namedtuple
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from app.access.permissions import may
from app.access.scopes import clause, visible_to
from app.constants import Role
from app.errors import Forbidden, NotFound
from app.extensions import db
from app.models.json_rows import json_rows
from app.models.prepared import Prepared


def get_visible(actor, model, public_id, permission, *, options=(), key="public_id"):
    """The row with this public id (UUID or text), or with another unique ``key``, such as a country's code.

    ``permission`` None: the door has asked already, and to see the row is enough.

    Raises NotFound when it does not exist for ``actor``, Forbidden when it does but ``permission`` is missing.
    """
    if key == "public_id":
        public_id = _uuid(public_id)
    row = db.session.scalar(visible_to(actor, model).where(getattr(model, key) == public_id).options(*options))
    if row is None:
        raise NotFound()
    if permission is not None and not may(actor, permission, row):
        raise Forbidden()
    return row


def get_plain(actor, model, public_id, permission):
    """As get_visible, but a plain row of the model's columns, read anew: for what happens with every message.

    Only for a model whose scope asks nothing of the actor but the id.
    """
    if not actor.is_active:
        raise NotFound()
    found = _plain(model, actor.role, actor.granted, ("public_id",))
    row = found.read(actor=actor.id, public_id=_uuid(public_id))
    if row is None:
        raise NotFound()
    if not may(actor, permission, row):
        raise Forbidden()
    return row


def list_plain(actor, model, **asked):
    """What ``actor`` sees of ``model`` where its columns equal ``asked``: plain rows, the oldest first."""
    if not actor.is_active:
        return []
    found = _plain(model, actor.role, actor.granted, tuple(asked))
    return found.read_all(actor=actor.id, staff_role=actor.staff_role_id, **asked)


def asking_list(actor, model, names, *asked):
    """That question as a Select of one value, to be asked beside others: the same object for all who see alike.

    ``names``: the columns. ``actor``, ``staff_role`` and those ``asked`` are its parameters.
    """
    return _asking(model, actor.role, actor.granted, names, asked)


@cache
def _asking(model, role, granted, names, asked):
    query = _listed(model, role, granted, asked)
    return json_rows(query.with_only_columns(*(model.__table__.c[name] for name in names)))


@dataclass(frozen=True)
class _Anybody:
    """Stands for whoever of a role asks, so that the scope's own clause becomes part of a statement made once."""

    role: Role
    granted: frozenset
    id = sa.bindparam("actor", type_=sa.Integer)
    staff_role_id = sa.bindparam("staff_role", type_=sa.Integer)
    is_active = True


@cache
def _plain(model, role, granted, asked):
    return Prepared(_listed(model, role, granted, asked), row=namedtuple(model.__name__, model.__table__.c.keys()))


def _listed(model, role, granted, asked):
    table = model.__table__
    equal = [table.c[name] == sa.bindparam(name) for name in asked]
    return sa.select(*table.c).where(clause(_Anybody(role, granted), model), *equal).order_by(table.c.id)


def _uuid(value):
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise NotFound() from None

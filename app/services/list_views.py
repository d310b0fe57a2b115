"""Lists of the console as people like them: saved views, one's own or shared by an owner with everybody of a role,
and the columns that a person wants to see."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.loaders import asking_list, list_plain
from app.access.permissions import Permission, may
from app.constants import AuditTag, Role
from app.errors import Forbidden, InvalidInput
from app.models.accounts import User
from app.models.list_views import ListView
from app.services import audit, bin, settings, sharing
from app.services.transaction import transaction

LONGEST = 4_000  # of the words an address can carry


def of(list, *, actor):
    """The views of ``list`` that ``actor`` may use, in the order they were made: plain rows, for every page of it."""
    return list_plain(actor, ListView, list=list)


class Shown(NamedTuple):
    """What the page of a list says of a view of it."""

    public_id: UUID
    owner_id: int
    name: str
    query: str
    role: str | None
    pinned: bool


def asking(actor):
    """``(Select, values)`` of what of() answers, but the name of the ``list``: read_shown() makes it of its value."""
    return asking_list(actor, ListView, Shown._fields, "list"), {"actor": actor.id, "staff_role": actor.staff_role_id}


def read_shown(rows):
    return [Shown(UUID(public_id), *others) for public_id, *others in rows or ()]


def save(list, values, *, actor):
    """Keep ``values`` (name, query, role, staff_role, pinned). One's own view of that name gets them, or it is new.

    Raises InvalidInput(field), Forbidden.
    """
    values = {"role": None, "pinned": False} | _checked(values)
    with transaction() as session:
        mine = ListView.owner_id == actor.id, ListView.list == list
        view = session.scalar(sa.select(ListView).where(*mine, ListView.name == values["name"]).limit(1))
        if view is not None:
            return change(view, values, actor=actor)
        _demand(None, values["role"], actor)
        if session.scalar(sa.select(sa.func.count()).where(*mine)) >= (most := settings.get("views_of_one")):
            raise InvalidInput(_l("No more than %(n)s views can be kept.", n=most), field="name")
        view = ListView(owner_id=actor.id, list=list, **values)
        session.add(view)
        session.flush()
        _record(view, {}, {name: audit.plain(value) for name, value in values.items()}, actor, shared=view.role)
    return view


def change(view, values, *, actor):
    """Give other ``values``: name, query, role, staff_role, pinned. Raises InvalidInput(field), Forbidden."""
    values = _checked(values)
    _demand(view, values.get("role"), actor)
    with transaction():
        old, new = audit.changes(view, values)
        shared = view.role or values.get("role")
        for name in new:
            setattr(view, name, values[name])
        if new:
            _record(view, old, new, actor, shared=shared)
    return view


def remove(view, *, actor):
    """One's own is gone; what others use too goes to the bin."""
    _demand(view, None, actor)
    with transaction() as session:
        view = session.get_one(ListView, view.id)
        _record(view, {"name": view.name}, {}, actor, shared=view.role)
        if view.role:
            bin.put(view, actor=actor)
        else:
            session.delete(view)


def choose_columns(list, names, *, actor):
    """What ``actor`` wants to see of ``list`` from now on: names of columns in their order; none: as it comes."""
    with transaction() as session:
        user = session.get_one(User, actor.id)
        others = {name: columns for name, columns in (user.list_columns or {}).items() if name != list}
        user.list_columns = others | ({list: names} if names else {})


def _record(view, old, new, actor, *, shared):
    """What concerns one person alone is nobody else's to read."""
    if shared:
        audit.record(AuditTag.LIST_VIEW_CHANGED, view, actor=actor, old=old, new=new)


def _demand(view, role, actor):
    """``role``: whom it is to be shared with from now on."""
    if not may(actor, Permission.LIST_VIEWS, view) or (role and actor.role != Role.SUPERVISOR):
        raise Forbidden()


def _checked(values):
    values = dict(values)
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
        if not values["name"]:
            raise InvalidInput(_l("Please fill this in."), field="name")
        if len(values["name"]) > 60:
            raise InvalidInput(_l("At most %(count)s characters, please.", count=60), field="name")
    values = sharing.checked(values)
    if len(values.get("query", "")) > LONGEST:
        raise InvalidInput(_l("There are too many words in the address of this list."), field="name")
    return values

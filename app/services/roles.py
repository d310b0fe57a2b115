"""Own roles of the console: composed by the owners; a change acts on everybody who has the role, at once."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import GIVABLE, Permission, may
from app.constants import AuditTag, Role
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.json_rows import json_rows
from app.models.prepared import Prepared
from app.models.roles import StaffRole
from app.services import audit, bin, sharing
from app.services.transaction import after_commit, transaction
from app.services.versions import check_version

P = Permission
# word → (titles, permissions) that an owner begins a new role with
TEMPLATES = {
    "analyst": (("Аналитик", "Analyst"), {P.STATISTICS, P.REPORTS}),
    "observer": (
        ("Наблюдатель", "Observer"),
        {P.STATISTICS, P.INQUIRY_READ, P.CONVERSATION_SUPERVISE, P.PEOPLE_READ, P.AGENCIES_READ, P.PLACES_READ}
        | {P.REPORTS_READ, P.JOURNAL_READ},
    ),
    "support": (("Оператор поддержки", "Support operator"), {P.SUPPORT_DESK}),
    "content": (("Контент-менеджер", "Content manager"), {P.CONTENT}),
    "moderator": (
        ("Модератор данных", "Data moderator"),
        {P.INQUIRY_CORRECT, P.PEOPLE, P.AGENCIES, P.PLACES, P.DIAGNOSTICS},
    ),
}
LONGEST = 60  # characters of a title


def everything():
    """Every own role, by name."""
    return db.session.scalars(sa.select(StaffRole).order_by(StaffRole.title_ru, StaffRole.id)).all()


class Named(NamedTuple):
    """What a page says of a role, where nothing is done with it."""

    public_id: UUID
    title_ru: str
    title_en: str
    permissions: frozenset

    title = StaffRole.title


_titles = sa.select(StaffRole.public_id, StaffRole.title_ru, StaffRole.title_en)
_named = _titles.order_by(StaffRole.title_ru, StaffRole.id).add_columns(StaffRole.permissions)
_NAMED = Prepared(_named, row=Named)
ASKING_NAMED = json_rows(_named)  # the same in one value, beside other questions: read_named() makes it of that


def named():
    """Every own role as a Named, by name."""
    return _NAMED.read_all()


def read_named(rows):
    return [Named(UUID(public_id), *titles, frozenset(words.split())) for public_id, *titles, words in rows or ()]


def people():
    """``{role id: how many have it}``"""
    counted = sa.select(User.staff_role_id, sa.func.count()).where(_working()).group_by(User.staff_role_id)
    return dict(db.session.execute(counted).all())


def _working():
    return sa.and_(User.role == Role.STAFF, User.deleted_at.is_(None))


def save(role, values, *, actor, version=None, original=None):
    """Give ``role`` (None: a new one) any of title_ru, title_en, permissions. Returns the role.

    Raises InvalidInput(field), EditConflict, Forbidden.
    """
    _demand(actor)
    with transaction() as session:
        values = _checked(values, role)
        if role is None:
            return _add(values, actor)
        role = session.get_one(StaffRole, role.id, with_for_update=True)
        check_version(role, version, values, original)
        old, new = audit.changes(role, values)
        if not new:
            return role
        for name, value in values.items():
            setattr(role, name, value)
        role.version += 1
        audit.record(AuditTag.STAFF_ROLE_CHANGED, role, actor=actor, old=old, new=new)
        if "permissions" in new:
            _tell(role)
    return role


def _add(values, actor):
    role = StaffRole(**values)
    db.session.add(role)
    db.session.flush()
    new = {name: audit.plain(value) for name, value in values.items()}
    audit.record(AuditTag.STAFF_ROLE_CHANGED, role, actor=actor, old={}, new=new)
    return role


def remove(role, *, actor):
    """Into the bin. Refused while somebody has it."""
    _demand(actor)
    with transaction() as session:
        role = session.get_one(StaffRole, role.id, with_for_update=True)
        if session.scalar(sa.select(User.id).where(User.staff_role_id == role.id).limit(1)):
            raise RefusedMove(_l("People have this role: give them another first."))
        sharing.demand_unused(role)
        audit.record(AuditTag.STAFF_ROLE_CHANGED, role, actor=actor, old={"title_ru": role.title_ru}, new={})
        bin.put(role, actor=actor)


def _tell(role):
    """Each page and event asks anew what may be; sockets stand in rooms, so they leave and come back."""
    for user_id in db.session.scalars(sa.select(User.id).where(User.staff_role_id == role.id)):
        after_commit("account:ended", user_id=user_id)


def _demand(actor):
    if not may(actor, P.ROLES):
        raise Forbidden()


def _checked(values, role):
    checked = {name: _title(name, values[name], role) for name in ("title_ru", "title_en") if name in values}
    if "permissions" in values:
        checked["permissions"] = _permissions(values["permissions"])
    return checked


def _title(name, text, role):
    title = " ".join((text or "").split())
    if not title:
        raise InvalidInput(_l("Please fill this in."), field=name)
    if len(title) > LONGEST:
        raise InvalidInput(_l("At most %(count)s characters, please.", count=LONGEST), field=name)
    others = sa.select(StaffRole).where(StaffRole.id != (role.id if role else 0))
    if any(title.casefold() == getattr(other, name).casefold() for other in db.session.scalars(others)):
        raise InvalidInput(_l("There is such a role already."), field=name)
    return title


def _permissions(words):
    if not set(words) <= GIVABLE.keys():
        raise InvalidInput(_l("This permission stays with the owners."), field="permissions")
    if not words:
        raise InvalidInput(_l("Choose at least one permission."), field="permissions")
    return frozenset(str(word) for word in words)

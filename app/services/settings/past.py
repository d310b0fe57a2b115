"""The earlier values of a setting, which the journal has, and the way back to each."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.constants import AuditTag
from app.errors import NotFound
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.services.settings import store

SHOWN = 50
_CHANGES = AuditEvent.object_type == "setting", AuditEvent.tag == AuditTag.SETTING_CHANGED


@dataclass(frozen=True)
class Earlier:
    """A value and the change that brought it; the oldest one was there before its change."""

    value: object
    event: AuditEvent
    first: bool = False


def latest():
    """``{key: the AuditEvent of its last change}``."""
    newest = sa.select(sa.func.max(AuditEvent.id)).where(*_CHANGES).group_by(AuditEvent.object_id)
    return {event.object_id: event for event in db.session.scalars(_events().where(AuditEvent.id.in_(newest)))}


def of(key):
    """The Earlier values of a setting, the newest first, today's among them; at most SHOWN."""
    found = _events().where(*_CHANGES, AuditEvent.object_id == key).order_by(AuditEvent.id.desc()).limit(SHOWN)
    events = db.session.scalars(found).all()
    values = [Earlier(event.data["new"][key], event) for event in events]
    return values + [Earlier(event.data["old"][key], event, first=True) for event in events[-1:]]


def put_back(key, event_id, *, actor, first=False):
    """Give ``key`` the value of an Earlier. Raises InvalidInput where it is none any more, NotFound."""
    for earlier in of(key):
        if str(earlier.event.public_id) == event_id and earlier.first == first:
            store.change(key, earlier.value, actor=actor)
            return
    raise NotFound()


def _events():
    return sa.select(AuditEvent).options(joinedload(AuditEvent.actor).lazyload(User.realtor))

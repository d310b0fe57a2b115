"""With whom views of lists and reports are shared: a role of the house, or an own role."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import gives
from app.constants import Role
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.list_views import ListView
from app.models.reports import SavedReport


def checked(values, permission=None):
    """``values`` with the own role beside Role.STAFF and none beside any other. Raises InvalidInput.

    ``permission``: what an own role needs to open it at all.
    """
    if "role" not in values:
        return values
    own = values.get("staff_role") if values["role"] == Role.STAFF else None
    if values["role"] == Role.STAFF and (own is None or (permission and not gives(own.permissions, permission))):
        raise InvalidInput(_l("This role could not open it."), field="role")
    return values | {"staff_role": own}


def demand_unused(role):
    """Nothing may be shared with an own role that is about to go. Raises RefusedMove."""
    for model in (ListView, SavedReport):
        if db.session.scalar(sa.select(model.id).where(model.staff_role_id == role.id).limit(1)):
            raise RefusedMove(_l("Reports or saved views are shared with this role: share them otherwise first."))

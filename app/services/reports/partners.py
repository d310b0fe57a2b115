"""Agencies and realtors that a report may be narrowed to, by their public ids."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.scopes import clause
from app.constants import Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.partners import Agency
from app.services.merging import kept

MODELS = {"agency": Agency, "realtor": User}
GONE = {"agency": _l("There is no such agency."), "realtor": _l("There is no such realtor.")}


def known(name, word):
    """The public id as it is spelled. Raises InvalidInput."""
    row = find(name, word)
    if row is None:
        raise InvalidInput(GONE[name], field=name)
    return str(row.public_id)


def find(name, word):
    """The agency or the realtor, or what it was merged into, or None; nobody but realtors is found."""
    model = MODELS[name]
    try:
        public_id = UUID(str(word))
    except ValueError:
        return None
    row = db.session.scalar(sa.select(model).where(model.public_id == public_id)) or kept.became(model, public_id)
    return None if name == "realtor" and row is not None and row.role != Role.REALTOR else row


def chosen(spec, actor):
    """The clauses that realtors asked for fulfil, those that ``actor`` sees; none where everybody is asked for."""
    for name, column in (("agency", Realtor.agency_id), ("realtor", Realtor.user_id)):
        if name in spec.filters:
            model = MODELS[name]
            ids = model.public_id.in_(map(UUID, spec.filters[name]))
            yield column.in_(sa.select(model.id).where(ids, clause(actor, model)))

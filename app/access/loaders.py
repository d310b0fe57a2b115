"""Load and authorise in one call: a view never fetches by bare id."""

from uuid import UUID

from app.access.permissions import may
from app.access.scopes import visible_to
from app.errors import Forbidden, NotFound
from app.extensions import db


def get_visible(actor, model, public_id, permission, *, options=()):
    """The row with this public id (UUID or text).

    Raises NotFound when it does not exist for ``actor``, Forbidden when it does but ``permission`` is missing.
    """
    try:
        public_id = public_id if isinstance(public_id, UUID) else UUID(str(public_id))
    except ValueError:
        raise NotFound() from None
    row = db.session.scalar(visible_to(actor, model).where(model.public_id == public_id).options(*options))
    if row is None:
        raise NotFound()
    if not may(actor, permission, row):
        raise Forbidden()
    return row

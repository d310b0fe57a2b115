"""Load and authorise in one call: a view never fetches by bare id."""

from uuid import UUID

from app.access.permissions import may
from app.access.scopes import visible_to
from app.errors import Forbidden, NotFound
from app.extensions import db


def get_visible(actor, model, public_id, permission, *, options=(), key="public_id"):
    """The row with this public id (UUID or text), or with another unique ``key``, such as a country's code.

    Raises NotFound when it does not exist for ``actor``, Forbidden when it does but ``permission`` is missing.
    """
    if key == "public_id":
        public_id = _uuid(public_id)
    row = db.session.scalar(visible_to(actor, model).where(getattr(model, key) == public_id).options(*options))
    if row is None:
        raise NotFound()
    if not may(actor, permission, row):
        raise Forbidden()
    return row


def _uuid(value):
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise NotFound() from None

"""What the office's lists share: where a page continues, which filter is chosen, which inquiry is meant."""

from flask import request

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.doors import current_actor
from app.models.inquiries import Inquiry


def received(public_id):
    """An inquiry of the realtor's city, or one the realtor has accepted; others do not exist."""
    return get_visible(current_actor(), Inquiry, public_id, P.INQUIRY_RECEIVE)


def cursor(name):
    """The inquiry that a page continues from, or None on the first one."""
    value = request.args.get(name)
    return received(value) if value else None


def chosen(name, allowed):
    """One of ``allowed``; the first when the address says something else."""
    value = request.args.get(name)
    return value if value in allowed else allowed[0]

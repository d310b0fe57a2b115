"""How a rule mends a row: through the rollup and into the journal, so that it can be taken back."""

from contextlib import nullcontext

from app.constants import AuditTag
from app.models.accounts import User
from app.models.inquiries import Inquiry
from app.services import audit
from app.services.statistics import tracked
from app.services.transaction import transaction


def put(row, values, *, actor):
    """Give columns of ``row`` other values; a User's are those of the realtor. Nothing changes what is so already."""
    with transaction(), tracked(row) if isinstance(row, Inquiry) else nullcontext():
        target = row.realtor if isinstance(row, User) else row
        old, new = audit.changes(target, values)
        for name in new:
            setattr(target, name, values[name])
        if new:
            audit.record(AuditTag.REPAIRED, row, actor=actor, old=old, new=new)

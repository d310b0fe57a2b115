"""Who is here: kept coarse, one write for everybody who is connected."""

import sqlalchemy as sa

from app.models.accounts import User
from app.models.base import utcnow
from app.services.transaction import transaction


def touch(user_ids):
    """Note that these people are here; returns id → session epoch of those who still may be."""
    if not user_ids:
        return {}
    with transaction() as session:
        here = sa.update(User).where(User.id.in_(user_ids), User.blocked_at.is_(None), User.deleted_at.is_(None))
        rows = session.execute(
            here.values(last_seen_at=utcnow())
            .returning(User.id, User.session_epoch)
            .execution_options(synchronize_session=False)
        )
        return {row.id: row.session_epoch for row in rows}

"""Who is here: kept coarse, one write for everybody who is connected. Whoever hides it does not see others' either."""

import sqlalchemy as sa

from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.services.accounts import sign_ins
from app.services.transaction import after_commit, transaction


def touch(user_ids, sign_in_ids):
    """Note that these people are here with these SignIns (ids); returns the SignIns that still may be."""
    if not user_ids:
        return set()
    now = utcnow()
    with transaction() as session:
        here = sa.update(User).where(User.id.in_(user_ids), User.blocked_at.is_(None), User.deleted_at.is_(None))
        session.execute(here.values(last_seen_at=now).execution_options(synchronize_session=False))
        long_ago = SignIn.id.in_(sign_in_ids), SignIn.last_seen_at < now - sign_ins.COARSE
        seen = sa.update(SignIn).where(*long_ago).values(last_seen_at=now)
        session.execute(seen.execution_options(synchronize_session=False))
        return set(session.scalars(_alive(sign_in_ids)))


def seen_at(other, actor):
    """When ``other`` was here last, as far as ``actor`` may know: both have to show theirs."""
    return other.last_seen_at if other.shows_presence and actor.shows_presence else None


def show(on, *, actor):
    """Let those one talks to see when one was here, or no more; open pages of both hear of it."""
    with transaction() as session:
        session.get_one(User, actor.id).shows_presence = on
        after_commit("presence:changed", user_id=actor.id, shown=on)


def _alive(sign_in_ids):
    same = sa.and_(User.id == SignIn.user_id, User.session_epoch == SignIn.epoch)
    may = User.blocked_at.is_(None), User.deleted_at.is_(None), SignIn.ended_at.is_(None)
    return sa.select(SignIn.id).join(User, same).where(SignIn.id.in_(sign_in_ids), *may)

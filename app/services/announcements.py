"""One event for a crowd. Who is to be told, and of what, is one row of its cause's transaction; the telling follows.

Whoever pressed the button waits for nobody. A batch and how far it came are one commit, so everybody is told once,
whoever goes on with it: the process that caused it, or the worker when that one was killed.
"""

from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.models import engine
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Match
from app.models.notifications import Announcement
from app.models.prepared import Prepared
from app.services import notifications, quiet
from app.services.transaction import after_commit, transaction

_ABOUT = ("kind", "params", "url", "email", "inquiry_id", "people", "told", "created_at")
_ADD = Prepared(sa.insert(Announcement.__table__).returning(Announcement.__table__.c.id), columns=_ABOUT)

BATCH = 200  # people: some 20 ms of the write lock
PATIENCE = timedelta(seconds=10)  # for the process that caused it; then the worker goes on


def announce(people, kind, *, params, url, email, inquiry):
    """Tell ``people`` (ids), as they are now, of ``inquiry``, as notifications.notify() would. Inside transaction()."""
    if not people or quiet.is_quiet():
        return
    about = {"kind": kind, "params": params, "url": url, "email": email, "inquiry_id": inquiry.id, "people": people}
    (announcement_id,) = _ADD.within(db.session(), **about, told=0, created_at=utcnow())
    after_commit("announcement", announcement_id=announcement_id)


def tell_some(announcement_id):
    """Tell the next of them, in one transaction; whether some are left for this caller."""
    with transaction() as session:
        mine = sa.select(Announcement).where(Announcement.id == announcement_id).with_for_update(skip_locked=True)
        about = session.scalar(mine)
        if about is None:  # all are told, or somebody else is telling them
            return False
        batch = about.people[about.told : about.told + BATCH]
        about.told += len(batch)
        _tell(about, batch)
        left, crowd = about.told < len(about.people), len(about.people) >= BATCH
        if not left:
            session.delete(about)
    if crowd and not left:
        engine.copy_log(db.engine)
    return left


def _tell(about, batch):
    people = db.session.execute(_still_news(about, batch)).all()
    notifications.notify(
        people,
        about.kind,
        params=about.params,
        url=about.url,
        email=about.email,
        seen={person.id for person in people if person.seen},
    )


def _still_news(about, batch):
    """(id, seen): not to those who have accepted it meanwhile, or are gone."""
    own = sa.and_(Match.realtor_id == User.id, Match.inquiry_id == about.inquiry_id)
    seen = sa.func.coalesce(Match.seen_at >= about.created_at, sa.false()).label("seen")
    return (
        sa.select(User.id, seen)
        .outerjoin(Match, own)
        .where(User.id.in_(batch), User.deleted_at.is_(None), Match.accepted_at.is_(None))
    )


def tell_forgotten():
    """Go on with what a process left behind that was killed after its commit. For the worker; how many there were."""
    now = utcnow()
    late = ~Announcement.created_at.between(now - PATIENCE, now + PATIENCE)  # ahead: the clock was set back
    found = db.session.scalars(sa.select(Announcement.id).where(late).order_by(Announcement.id)).all()
    for announcement_id in found:
        while tell_some(announcement_id):
            pass
    return len(found)

"""What happens to stored files later: a recording's copy is made, what nobody needs is removed."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.constants import MediaState
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.media import Media
from app.services.lines import line_of
from app.services.media import store
from app.services.transaction import after_commit, transaction

LEASE = timedelta(minutes=5)
ATTEMPTS = 3  # a recording that ends its worker each time is left as it is
ABANDONED = timedelta(hours=1)  # no upload takes this long: what is not said by then never will be
BATCH = 200


@dataclass(frozen=True)
class Recording:
    """A leased recording as plain values."""

    id: int
    key: str
    content_type: str


def claim():
    """Lease the oldest recording without a copy; None when there is none. Two workers never get the same one."""
    if db.session.scalar(_waiting().limit(1)) is None:  # a cheap look that takes no write lock
        db.session.rollback()
        return None
    first = _waiting().order_by(Media.created_at).limit(1).with_for_update(skip_locked=True)
    with transaction() as session:
        row = session.execute(
            sa.update(Media)
            .where(Media.id.in_(first.scalar_subquery()))
            .values(leased_until=utcnow() + LEASE, attempts=Media.attempts + 1)
            .returning(Media.id, Media.key, Media.content_type)
            .execution_options(synchronize_session=False)
        ).first()
        return Recording(*row) if row else None


def _waiting():
    now = utcnow()
    impossible = Media.leased_until > now + 2 * LEASE  # the clock was set back
    free = sa.or_(Media.leased_until.is_(None), Media.leased_until < now, impossible)
    return sa.select(Media.id).where(Media.state == MediaState.WAITING, free)


def finish(recording, *, copy_key, copy_size, seconds, waveform):
    """The copy is stored: everybody gets it from now on. A recording that was taken back meanwhile leaves none."""
    values = {"copy_key": copy_key, "copy_size": copy_size, "seconds": seconds, "waveform": waveform}
    if not _settle(recording, state=MediaState.READY, leased_until=None, **values):
        store.delete([copy_key])


def give_up(recording):
    """No copy can be made; the original stands."""
    _settle(recording, state=MediaState.BROKEN, leased_until=None)


def postpone(recording):
    """Something else failed: after the lease it is tried again, ATTEMPTS times in all."""
    with transaction() as session:
        session.execute(
            sa.update(Media)
            .where(Media.id == recording.id, Media.attempts >= ATTEMPTS, Media.state == MediaState.WAITING)
            .values(state=MediaState.BROKEN)
        )


def _settle(recording, **values):
    """Whether the recording still waited."""
    with transaction() as session:
        waits = Media.id == recording.id, Media.state == MediaState.WAITING
        if not session.execute(sa.update(Media).where(*waits).values(**values)).rowcount:
            return False
        message = session.scalar(sa.select(Message).where(Message.media_id == recording.id))
        if message:
            _tell(session, message)
    return True


def _tell(session, message):
    """Who shows the recording hears of it, and who is away by conversation:sync."""
    conversation = session.get_one(Conversation, message.conversation_id, with_for_update=True, populate_existing=True)
    conversation.changes += 1
    message.change = conversation.changes
    session.flush()
    after_commit("message:changed", conversation_id=conversation.id, line=line_of(message.id))


def take_back(media_id):
    """Nothing of the file is shown from now on, and the sweeper removes it. Call inside transaction()."""
    db.session.execute(sa.update(Media).where(Media.id == media_id).values(state=MediaState.GONE))


def sweep():
    """Remove what no message needs: uploads that were never said, and files taken back. How many."""
    old = sa.and_(Media.state == MediaState.NEW, Media.created_at < utcnow() - ABANDONED)
    gone = sa.and_(Media.state == MediaState.GONE, Media.key != "")
    rows = db.session.scalars(sa.select(Media).where(sa.or_(old, gone)).order_by(Media.created_at).limit(BATCH)).all()
    found = [(row.id, row.keys) for row in rows]
    db.session.rollback()
    removed = [media_id for media_id, keys in found if store.delete(keys)]
    with transaction() as session:
        mine = Media.id.in_(removed)
        session.execute(sa.delete(Media).where(mine, Media.state == MediaState.NEW))
        session.execute(sa.update(Media).where(mine).values(key="", thumb_key=None, copy_key=None))
    return len(removed)

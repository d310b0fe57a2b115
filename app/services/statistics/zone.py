"""Another business time zone: inquiries published around midnight belong to other days now."""

import sqlalchemy as sa

from app.extensions import db
from app.models.inquiries import Inquiry, Match
from app.services import settings
from app.services.statistics.rollup import rebuild
from app.services.transaction import transaction

CHUNK = 20_000


def rezone():
    """Give every published inquiry its day anew, a short transaction per chunk, then recount the days that changed."""
    last, days = 0, set()
    while last is not None:
        with transaction() as session:
            last = _move_chunk(session, last, days)
    rebuild(days)


def _move_chunk(session, last, days):
    """Correct the inquiries after id ``last``; returns the last id seen, None at the end. Adds to ``days``."""
    columns = Inquiry.id, Inquiry.published_at, Inquiry.published_day
    published = sa.select(*columns).where(Inquiry.id > last, Inquiry.published_at.is_not(None))
    rows = session.execute(published.order_by(Inquiry.id).limit(CHUNK)).all()
    zone = settings.business_zone()
    moved = [(row.id, row.published_day, row.published_at.astimezone(zone).date()) for row in rows]
    moved = [(id, old, new) for id, old, new in moved if old != new]
    if moved:
        for key in (Inquiry.__table__.c.id, Match.__table__.c.inquiry_id):
            change = sa.update(key.table).where(key == sa.bindparam("row")).values(published_day=sa.bindparam("new"))
            db.session.connection().execute(change, [{"row": id, "new": new} for id, _, new in moved])
        days.update(day for _, old, new in moved for day in (old, new))
    return rows[-1].id if rows else None


settings.follow("business_timezone", rezone)

"""The people an event is for, with what each of them chose: one statement however many they are."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.constants import Channel, Digest, Role
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.notifications import Preference, Rhythm
from app.models.places import City
from app.services import preferences, rhythm, settings


@dataclass(frozen=True, slots=True)
class Listener:
    """``on``: the channels by which this person hears of the topic that was asked about."""

    id: int
    email: str | None
    locale: str
    role: Role
    active: bool
    zone: ZoneInfo
    quiet_from: int | None
    quiet_to: int | None
    digest: Digest
    on: frozenset

    def may_hear_at(self, moment):
        """``moment``, or the end of the quiet hours it falls into."""
        return rhythm.after_quiet(moment, self.quiet_from, self.quiet_to, self.zone)


_cells = {channel: Preference.__table__.alias(f"by_{channel}") for channel in Channel}


def _query(topic):
    query = (
        sa.select(
            *(User.id, User.email, User.locale, User.role, User.timezone, City.timezone.label("city_timezone")),
            sa.and_(User.blocked_at.is_(None), User.deleted_at.is_(None)).label("active"),
            *(Rhythm.quiet_from, Rhythm.quiet_to, Rhythm.digest),
            *(cell.c.on.label(f"by_{channel}") for channel, cell in _cells.items()),
        )
        .select_from(User)
        .outerjoin(Rhythm, Rhythm.user_id == User.id)
        .outerjoin(Realtor, Realtor.user_id == User.id)
        .outerjoin(City, City.id == Realtor.city_id)
    )
    for channel, cell in _cells.items():
        query = query.outerjoin(
            cell, sa.and_(cell.c.user_id == User.id, cell.c.topic == topic, cell.c.channel == channel)
        )
    return query


def listeners(user_ids, topic):
    """The Listeners of ``topic`` among these people, by id."""
    query = _query(topic).where(User.id.in_(user_ids)).order_by(User.id)
    return [_listener(row, topic) for row in db.session.execute(query)]


def _listener(row, topic):
    chosen = {channel: getattr(row, f"by_{channel}") for channel in Channel}
    return Listener(
        *(row.id, row.email, row.locale, row.role, row.active),
        ZoneInfo(row.timezone or row.city_timezone or settings.get("business_timezone")),
        *(row.quiet_from, row.quiet_to, row.digest or Digest.AT_ONCE),
        frozenset(c for c, own in chosen.items() if preferences.is_on(row.role, topic, c, own)),
    )

"""The people an event is for, with what each of them chose: two statements however many they are."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
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


_PEOPLE = (
    sa.select(
        *(User.id, User.email, User.locale, User.role, User.timezone, City.timezone),
        sa.and_(User.blocked_at.is_(None), User.deleted_at.is_(None)),
        *(Rhythm.quiet_from, Rhythm.quiet_to, Rhythm.digest),
    )
    .select_from(User)
    .outerjoin(Rhythm, Rhythm.user_id == User.id)
    .outerjoin(Realtor, Realtor.user_id == User.id)
    .outerjoin(City, City.id == Realtor.city_id)
    .order_by(User.id)
)


def listeners(user_ids, topic):
    """The Listeners of ``topic`` among these people, by id."""
    people = db.session.execute(_PEOPLE.where(User.id.in_(user_ids))).all()
    chosen, ways, home = _chosen(user_ids, topic), _ways(topic), settings.get("business_timezone")
    return [_listener(row, ways(row.role, tuple(chosen.get(row.id, ()))), home) for row in people]


def _listener(row, on, home):
    user_id, email, locale, role, timezone, city_timezone, active, quiet_from, quiet_to, digest = row
    zone = ZoneInfo(timezone or city_timezone or home)
    return Listener(user_id, email, locale, role, active, zone, quiet_from, quiet_to, digest or Digest.AT_ONCE, on)


def _chosen(user_ids, topic):
    """user id → [(channel, on)] of those who have chosen anything for the topic."""
    found = defaultdict(list)
    cells = sa.select(Preference.user_id, Preference.channel, Preference.on)
    for user_id, channel, on in db.session.execute(
        cells.where(Preference.user_id.in_(user_ids), Preference.topic == topic)
    ):
        found[user_id].append((channel, on))
    return found


def _ways(topic):
    """A function(role, own cells) → the channels that are on; in a crowd most have chosen the same."""

    @cache
    def ways(role, cells):
        own = dict(cells)
        return frozenset(channel for channel in Channel if preferences.is_on(role, topic, channel, own.get(channel)))

    return ways

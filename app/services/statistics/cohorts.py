"""Agencies by the month they joined: how many of them accept inquiries in each month since."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import sqlalchemy as sa

from app.access.scopes import clause
from app.extensions import db
from app.models.accounts import Realtor
from app.models.inquiries import Match
from app.models.partners import Agency
from app.services import settings
from app.services.statistics import hours
from app.services.statistics.filters import today
from app.services.statistics.periods import next_month

MONTHS = 24  # the most that are looked back


@dataclass(frozen=True)
class Cohort:
    """``active[n]``: how many of the ``agencies`` that joined in ``month`` accepted an inquiry ``n`` months later."""

    month: date | None  # None of all together
    agencies: int
    active: list[int]
    reached: list[int]  # of how many agencies that month has come: all of a cohort's, fewer of all together

    def share(self, n):
        return self.active[n] / self.reached[n] if self.reached[n] else None


def cohorts(*, actor):
    """``(cohorts, all together)`` of the agencies that joined in the last MONTHS and that ``actor`` may see.

    An acceptance counts for the agency its realtor is with now. Months in which nobody joined are left out.
    """
    months = _months(today())
    joined = _joined(months, actor)
    active = _active(months, actor)
    found = [_cohort(n, months, joined[month], active) for n, month in enumerate(months) if joined[month]]
    return found, _together(found)


def are_any(*, actor):
    """Whether ``actor`` may see any agency at all, however long ago it joined."""
    return db.session.scalar(sa.select(Agency.id).where(clause(actor, Agency)).limit(1)) is not None


def _months(day):
    """The first days of the last MONTHS, the oldest first."""
    months = [day.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def _joined(months, actor):
    """``{month: [agency's id]}``"""
    zone, since = settings.business_zone(), hours.midnight(months[0])
    rows = sa.select(Agency.id, Agency.created_at).where(clause(actor, Agency), Agency.created_at >= since)
    found = defaultdict(list)
    for id, at in db.session.execute(rows):
        found[at.astimezone(zone).date().replace(day=1)].append(id)
    return found


def _active(months, actor):
    """``{(agency's id, number of the month)}``: a look into an index for each realtor and month, not at each match."""
    begins = [hours.midnight(month).astimezone(UTC) for month in (*months, next_month(months[-1]))]
    month = hours.table(begins)
    accepted = sa.exists().where(
        Match.realtor_id == Realtor.user_id,
        Match.accepted_at >= month.c.begin,
        Match.accepted_at < month.c.after,
        clause(actor, Match),
    )
    found = sa.select(Realtor.agency_id, month.c.begin).select_from(Realtor).join(month, accepted).distinct()
    numbers = {begin: n for n, begin in enumerate(begins)}
    return {(agency_id, numbers[begin]) for agency_id, begin in db.session.execute(found)}


def _cohort(n, months, ids, active):
    counts = [sum((id, later) in active for id in ids) for later in range(n, len(months))]
    return Cohort(months[n], len(ids), counts, [len(ids)] * len(counts))


def _together(found):
    active, reached = Counter(), Counter()
    for cohort in found:
        active.update(dict(enumerate(cohort.active)))
        reached.update(dict(enumerate(cohort.reached)))
    longest = len(reached)
    agencies = sum(cohort.agencies for cohort in found)
    return Cohort(None, agencies, [active[n] for n in range(longest)], [reached[n] for n in range(longest)])

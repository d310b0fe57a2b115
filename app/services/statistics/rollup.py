"""The rollup: counts per business day, city and deal, moved in the transaction that changes an inquiry.

What is counted is a published inquiry's *fact*; whatever status it reaches later, it stays counted.
"""

from contextlib import contextmanager
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.constants import Deal, Grain
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.statistics import DailyCount, ResponseCount
from app.services.statistics.histogram import bucket, bucket_sql
from app.services.transaction import transaction

COUNTS = ("inquiries", "accepted", "acceptances")


class Fact(NamedTuple):
    """What one published inquiry adds to the rollup; ``minute`` is that of its first acceptance, if any."""

    day: date
    city_id: int
    deal: Deal
    acceptances: int
    minute: int | None


@contextmanager
def tracked(inquiry):
    """Around any change of an inquiry that statistics may see; inside a transaction.

    Locks the row, so that two transactions never count from the same old fact. Nested uses are one.
    """
    session = db.session()
    open_ones = session.info.setdefault("tracked", [])
    if any(one is inquiry for one in open_ones):
        yield
        return
    before = _lock(session, inquiry)
    open_ones.append(inquiry)
    try:
        yield
        session.flush()
        after = _fact(session, inquiry.id)
        if before != after:
            _count(session, before, -1)
            _count(session, after, +1)
    finally:
        open_ones.remove(inquiry)


def _lock(session, inquiry):
    """The fact as it stands, its row locked and the object refreshed; None for an inquiry not stored yet."""
    session.flush()
    if not sa.inspect(inquiry).persistent:
        return None
    session.refresh(inquiry, with_for_update=True)
    return _fact(session, inquiry.id)


def _fact(session, inquiry_id):
    row = session.execute(
        sa.select(
            Inquiry.published_day,
            Inquiry.city_id,
            Inquiry.deal,
            Inquiry.acceptances,
            Inquiry.first_response_seconds,
        ).where(Inquiry.id == inquiry_id)
    ).one_or_none()
    if row is None or row.published_day is None:
        return None
    seconds = row.first_response_seconds
    return Fact(row.published_day, row.city_id, row.deal, row.acceptances, None if seconds is None else seconds // 60)


def _count(session, fact, sign):
    if fact is None:
        return
    key = {"city_id": fact.city_id, "deal": fact.deal}
    counts = {"inquiries": 1, "accepted": int(fact.acceptances > 0), "acceptances": fact.acceptances}
    _add(session, DailyCount, {"day": fact.day} | key, {name: sign * count for name, count in counts.items()})
    if fact.minute is not None:
        for grain, start in ((Grain.DAY, fact.day), (Grain.MONTH, fact.day.replace(day=1))):
            bucket_key = {"grain": grain, "start": start} | key | {"minute": bucket(fact.minute)}
            _add(session, ResponseCount, bucket_key, {"inquiries": sign})


def _add(session, model, key, counts):
    """Add to one row of the rollup, making it when it is missing; atomic on both databases."""
    statement = _upsert(session, model).values(**key, **counts)
    session.execute(_adding(statement, model, key, counts))


def _upsert(session, model):
    return {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name].insert(model)


def _adding(statement, model, key, counts):
    more = {name: getattr(model, name) + statement.excluded[name] for name in counts}
    return statement.on_conflict_do_update(index_elements=list(key), set_=more)


DAILY = (DailyCount, ("day", "city_id", "deal"), COUNTS)
RESPONSES = (ResponseCount, ("grain", "start", "city_id", "deal", "minute"), ("inquiries",))


def move_city(loser_id, winner_id):
    """Two cities became one: their counts do too. Inside the transaction that moves the inquiries themselves."""
    session = db.session()
    for model, key, counts in (DAILY, RESPONSES):
        names = [*key, *counts]
        columns = [sa.literal(winner_id) if name == "city_id" else getattr(model, name) for name in names]
        rows = sa.select(*columns).where(model.city_id == loser_id)
        session.execute(_adding(_upsert(session, model).from_select(names, rows), model, key, counts))
        session.execute(sa.delete(model).where(model.city_id == loser_id))


def rebuild(days=None):
    """Recount the rollup from the inquiries themselves: of the months of ``days`` (dates), or of all there are.

    A month is one transaction: each stays short, and each is right by itself.
    """
    months = sorted({day.replace(day=1) for day in (_all_days() if days is None else days)})
    for month in months:
        with transaction() as session:
            _recount(session, month)


def _all_days():
    published = sa.select(Inquiry.published_day).where(Inquiry.published_day.is_not(None))
    counted = sa.select(DailyCount.day), sa.select(ResponseCount.start)
    return db.session.scalars(published.union(*counted)).all()


def _recount(session, month):
    after = (month + timedelta(days=31)).replace(day=1)
    session.execute(sa.delete(DailyCount).where(DailyCount.day >= month, DailyCount.day < after))
    session.execute(sa.delete(ResponseCount).where(ResponseCount.start >= month, ResponseCount.start < after))
    key = [Inquiry.published_day, Inquiry.city_id, Inquiry.deal]
    accepted = sa.func.sum(sa.case((Inquiry.acceptances > 0, 1), else_=0))
    published = (Inquiry.published_day >= month, Inquiry.published_day < after)
    daily = sa.select(*key, sa.func.count(), accepted, sa.func.sum(Inquiry.acceptances)).where(*published)
    _fill(session, DAILY, daily.group_by(*key))
    # Grouped by its label: PostgreSQL would not recognise the expression with other bound values again.
    minute = bucket_sql(Inquiry.first_response_seconds // 60).label("minute")
    answered = (*published, Inquiry.first_response_seconds.is_not(None))
    for grain, start in ((Grain.DAY, Inquiry.published_day), (Grain.MONTH, sa.literal(month, sa.Date()))):
        columns = [sa.literal(grain, ResponseCount.grain.type), start, *key[1:], minute, sa.func.count()]
        by = [*(key if grain is Grain.DAY else key[1:]), "minute"]
        _fill(session, RESPONSES, sa.select(*columns).where(*answered).group_by(*by))


def _fill(session, table, rows):
    model, key, counts = table
    session.execute(sa.insert(model).from_select([*key, *counts], rows))

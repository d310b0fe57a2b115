"""The rollup: counts per day, month or year, city, deal and source, moved in the transaction that changes an inquiry.

What is counted is a published inquiry's *fact*; whatever status it reaches later, it stays counted.
"""

from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.prepared import Prepared
from app.models.statistics import DailyCount, MonthlyCount, YearlyCount
from app.services.statistics import histogram, tally
from app.services.statistics.tally import Tally
from app.services.transaction import transaction

KEY, COUNTS = ("day", "city_id", "deal", "source"), ("inquiries", "accepted", "acceptances")
CHUNK = 2_000
GROUP = (Inquiry.published_day, Inquiry.city_id, Inquiry.deal, Inquiry.source)
FACT = (*GROUP, Inquiry.acceptances, Inquiry.first_response_seconds)


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
    is_new = not sa.inspect(inquiry).persistent
    before = _lock(session, inquiry)
    open_ones.append(inquiry)
    try:
        yield
        session.flush()
        _move(session, before, _fact_of_new(inquiry) if is_new else _fact(session, inquiry.id))
    finally:
        open_ones.remove(inquiry)


def count_new(inquiry):
    """One that this transaction has made, published already."""
    _move(db.session(), None, _fact_of_new(inquiry))


def counted_again(inquiry):
    """A row that was gone is back. Inside the transaction that put it there."""
    session = db.session()
    session.flush()
    _move(session, None, _fact(session, inquiry.id))


def _lock(session, inquiry):
    """The fact as it stands, its row locked and the object refreshed; None for an inquiry not stored yet."""
    session.flush()
    if not sa.inspect(inquiry).persistent:
        return None
    session.refresh(inquiry, with_for_update=True)
    return _fact(session, inquiry.id)


def _fact(session, inquiry_id):
    """``((day, city id, deal, source), Tally)`` of one inquiry; None of one that is not published."""
    published = sa.select(*FACT).where(Inquiry.id == inquiry_id, Inquiry.published_day.is_not(None))
    row = session.execute(published).one_or_none()
    return row and (tuple(row[:4]), tally.of(*row[4:]))


def _fact_of_new(inquiry):
    """_fact of one that this transaction has made: nobody else can have changed what it wrote."""
    row = [getattr(inquiry, column.key) for column in FACT]
    return (tuple(row[:4]), tally.of(*row[4:])) if inquiry.published_day else None


def _move(session, before, after):
    if before == after:
        return
    changes = defaultdict(Tally)
    if before:
        changes[before[0]] += -before[1]
    if after:
        changes[after[0]] += after[1]
    _add(session, changes)


def _add(session, changes):
    """Add ``{(day, city id, deal, source): Tally}`` to the days, to their months and to their years."""
    months = _under(changes, month_of)
    _write(session, DailyCount, changes)
    _write(session, MonthlyCount, months)
    _write(session, YearlyCount, _under(months, year_of))


def month_of(day):
    return day.replace(day=1)


def year_of(day):
    return day.replace(month=1, day=1)


def _under(changes, first):
    """The same summed up under the first day of each month, or of each year."""
    sums = defaultdict(Tally)
    for (day, *rest), more in changes.items():
        sums[first(day), *rest] += more
    return sums


def _write(session, model, changes):
    """The counts first: that makes the rows and locks them, so that nobody else adds to their histograms meanwhile."""
    if not changes:
        return
    one, add, replace = _upserts(session.get_bind().dialect.name, model)
    # In one order, so that two transactions never wait for each other in a ring.
    rows = [_named(key) | dict(zip(COUNTS, changes[key], strict=False)) for key in sorted(changes)]
    if len(rows) == 1:  # an inquiry that was just sent
        one.within(session, **rows[0])
    else:
        session.execute(add, rows)
    answered = [(key, changes[key].responses) for key in sorted(changes) if changes[key].responses]
    for start in range(0, len(answered), CHUNK):
        session.execute(replace, _histograms(session, model, dict(answered[start : start + CHUNK])))


@cache
def _upserts(dialect, model):
    """What adds to the counts of a row, or makes it: of one, and of many; and what sets its histogram."""
    insert = {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(model.__table__)
    more = {name: model.__table__.c[name] + insert.excluded[name] for name in COUNTS}
    add = insert.on_conflict_do_update(index_elements=KEY, set_=more)
    one = Prepared(add.returning(model.__table__.c.day), columns=(*KEY, *COUNTS))
    return one, add, insert.on_conflict_do_update(index_elements=KEY, set_={"responses": insert.excluded.responses})


def _histograms(session, model, changes):
    """The rows of ``changes`` ({key: histogram}) with what is to be stored.

    Each part of the key by itself, a few rows too many: for a list of whole keys SQLite reads the table to its end.
    """
    columns = [getattr(model, name) for name in KEY]
    within = (
        column.in_(sorted(set(values))) for column, values in zip(columns, zip(*changes, strict=True), strict=True)
    )
    held = session.execute(sa.select(*columns, model.responses).where(*within))
    sums = {tuple(key): histogram.load(stored) + changes[tuple(key)] for *key, stored in held if tuple(key) in changes}
    return [_named(key) | {"responses": histogram.dump(total)} for key, total in sums.items()]


def _named(key):
    return dict(zip(KEY, key, strict=True))


def sweep(city_id):
    """What counts nothing any more, once the inquiries of a city have gone to another. Inside a transaction."""
    for model in (DailyCount, MonthlyCount, YearlyCount):
        nothing = (getattr(model, name) == 0 for name in COUNTS)
        db.session.execute(sa.delete(model).where(model.city_id == city_id, *nothing))


def _kept(model, which):
    columns = (getattr(model, name) for name in (*KEY, *COUNTS, "responses"))
    return sa.select(*columns).where(which)


def _tallies(session, kept):
    """``{key: Tally}`` of rows that are _kept."""
    return {tuple(row[:4]): Tally(*row[4:7], histogram.load(row[7])) for row in session.execute(kept)}


def move_inquiries(ids, city_id):
    """These inquiries go to another city, their counts with them. Inside a transaction; their rows stay locked."""
    session = db.session()
    facts = Counter()
    for start in range(0, len(ids), CHUNK):
        these = Inquiry.id.in_(ids[start : start + CHUNK])
        locked = sa.select(*FACT).where(these).order_by(Inquiry.id).with_for_update()
        facts.update(map(tuple, session.execute(locked)))
        session.execute(sa.update(Inquiry).where(these).values(city_id=city_id))
    changes = defaultdict(Tally)
    for (day, old_city, deal, source, *fact), count in facts.items():
        if day is not None:
            more = Tally(*(value * count for value in tally.of(*fact)))
            changes[day, old_city, deal, source] += -more
            changes[day, city_id, deal, source] += more
    _add(session, changes)


def rebuild(days=None):
    """Recount the rollup from the inquiries themselves: of the months of ``days`` (dates), or of all there are.

    A month is one transaction: each stays short, and each is right by itself.
    """
    months = sorted({month_of(day) for day in (_all_days() if days is None else days)})
    for month in months:
        with transaction() as session:
            _recount(session, month)


def _all_days():
    published = sa.select(Inquiry.published_day).where(Inquiry.published_day.is_not(None))
    counted = (sa.select(model.day) for model in (DailyCount, MonthlyCount, YearlyCount))
    return db.session.scalars(published.union(*counted)).all()


def _recount(session, month):
    after = (month + timedelta(days=31)).replace(day=1)
    for model in (DailyCount, MonthlyCount):
        session.execute(sa.delete(model).where(model.day >= month, model.day < after))
    counted = _counted(session, month, after)
    _write(session, DailyCount, counted)
    _write(session, MonthlyCount, _under(counted, month_of))
    _sum_year(session, year_of(month))


def _sum_year(session, year):
    """A year anew, from its months. Whoever changes another of them waits for the year's own rows, and adds to them."""
    session.execute(sa.delete(YearlyCount).where(YearlyCount.day == year))
    months = _kept(MonthlyCount, MonthlyCount.day.between(year, year.replace(month=12)))
    _write(session, YearlyCount, _under(_tallies(session, months), year_of))


def _counted(session, first, after):
    """What the inquiries themselves say; a group's responses come as one text, which costs far less than a row each."""
    accepted = sa.func.count(sa.case((Inquiry.acceptances > 0, 1)))
    seconds = sa.func.aggregate_strings(sa.cast(Inquiry.first_response_seconds, sa.String), " ")
    counts = sa.func.count(), accepted, sa.func.sum(Inquiry.acceptances), seconds
    within = Inquiry.published_day >= first, Inquiry.published_day < after
    groups = session.execute(sa.select(*GROUP, *counts).where(*within).group_by(*GROUP))
    return {tuple(row[:4]): Tally(*row[4:7], histogram.of(map(int, (row[7] or "").split()))) for row in groups}

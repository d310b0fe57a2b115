"""Counts wait in the memory of this process and are written together a few seconds later.

Nobody who uses the site waits for them. What waits when the process ends is lost: a few seconds of sums.
"""

import threading
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models.behaviour import COUNTS, EmptySearchCount
from app.services import settings
from app.services.statistics.filters import today
from app.services.transaction import transaction

log = structlog.get_logger()

SWITCH, KEPT = "behaviour_counted", "behaviour_days"
PAUSE = 3  # seconds from the first count to the writing of all
MOST = 10_000  # different counts at once: beyond them somebody plays
TEXTS = 2_000  # different searches of a day: beyond them only known ones are counted
RARE = timedelta(days=30)  # what few have searched for until then is forgotten
ENOUGH = 3  # searches alike, before anybody is shown their words

_gathered, _lock, _timer = Counter(), threading.Lock(), None


def is_on():
    return settings.get(SWITCH)


# Gathering


def add(model, *keys, at=None):
    """One more of each of ``keys`` (dicts of the model's key but the day), today or on the business day of ``at``."""
    day = at.astimezone(settings.business_zone()).date() if at else today()
    with _lock:
        for key in keys:
            if len(_gathered) < MOST:
                _gathered[model, (day, *key.items())] += 1
    _soon()


def _soon():
    """Tests look at what was written at once, so there soon is now."""
    global _timer
    app = current_app._get_current_object()
    if app.testing:
        flush()
        return
    with _lock:
        if _timer is None:
            _timer = threading.Timer(PAUSE, _later, [app])
            _timer.daemon = True
            _timer.start()


def _later(app):
    global _timer
    with _lock:
        _timer = None
    try:
        with app.app_context():
            flush()
    except Exception:
        log.exception("behaviour_not_written")


# Writing


def flush():
    """Write what was gathered: one statement a table, in one transaction."""
    with _lock:
        gathered = dict(_gathered)
        _gathered.clear()
    rows = {}
    for (model, (day, *key)), number in gathered.items():
        rows.setdefault(model, []).append({"day": day, **dict(key), "number": number})
    if not rows:
        return
    with transaction() as session:
        for model in sorted(rows, key=lambda model: model.__tablename__):
            kept = _within_reason(rows[model]) if model is EmptySearchCount else rows[model]
            if kept:
                session.execute(_more(model.__table__), kept)


def _more(table):
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[db.session.get_bind().dialect.name]
    insert = dialect.insert(table)
    added = {"number": table.c.number + insert.excluded.number}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=added)


def _within_reason(rows):
    """Nobody fills the table with made-up words: a day has room for so many."""
    day = rows[0]["day"]
    taken = db.session.scalar(sa.select(sa.func.count()).where(EmptySearchCount.day == day))
    return rows if taken + len(rows) <= TEXTS else [row for row in rows if db.session.get(EmptySearchCount, _key(row))]


def _key(row):
    return row["day"], row["place"], row["text"]


# Forgetting


def purge():
    """Delete what is older than owners want to keep, and words that were searched for too seldom to be shown."""
    with transaction() as session:
        before = today() - timedelta(days=settings.get(KEPT))
        for model in COUNTS:
            session.execute(sa.delete(model).where(model.day < before))
        often = sa.select(EmptySearchCount.text).group_by(EmptySearchCount.text)
        often = often.having(sa.func.sum(EmptySearchCount.number) >= ENOUGH)
        rare = EmptySearchCount.day < today() - RARE, EmptySearchCount.text.not_in(often)
        session.execute(sa.delete(EmptySearchCount).where(*rare))

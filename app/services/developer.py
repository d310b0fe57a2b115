"""What whoever looks after the program asks first: versions, queues, jobs, errors, sizes."""

import hashlib
import platform
import sys
import tomllib
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import sqlalchemy as sa

from app.constants import OutboxStatus
from app.extensions import db
from app.models.base import utcnow
from app.models.developer import ErrorGroup, JobRun
from app.models.outbox import Delivery
from app.services.transaction import insert_once, transaction

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("Flask", "Flask-Admin", "Flask-SocketIO", "SQLAlchemy", "alembic", "Werkzeug", "gunicorn", "cryptography")
GROUPS = 200  # the most that are kept
LARGEST = 300_000_000  # bytes of a SQLite file whose pages are counted: it takes a second, and reads all of it


def versions():
    """``[(name, version)]``"""
    program = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    asked = "SELECT sqlite_version()" if _is_sqlite() else "SHOW server_version"
    database = f"{'SQLite' if _is_sqlite() else 'PostgreSQL'} {db.session.scalar(sa.text(asked))}"
    rest = [(name, _version(name)) for name in PACKAGES]
    return [("Otklik", program), ("Python", platform.python_version()), ("", database), *rest]


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return "—"


def migrations():
    """``(current, newest)``; read without alembic, which would stay in the web process for good: 24 MB.

    Revisions are called as their files, and those are numbered.
    """
    current = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return current, max(path.stem for path in (ROOT / "migrations" / "versions").glob("0*.py"))


def queues():
    """``[(channel, waiting, oldest, dead)]``"""
    is_waiting = Delivery.status == OutboxStatus.PENDING
    waiting = sa.func.count().filter(is_waiting)
    oldest = sa.func.min(Delivery.created_at).filter(is_waiting)
    dead = sa.func.count().filter(Delivery.status == OutboxStatus.DEAD)
    left = sa.select(Delivery.channel, waiting, oldest, dead).group_by(Delivery.channel)
    stuck = Delivery.status.in_((OutboxStatus.PENDING, OutboxStatus.DEAD))
    return db.session.execute(left.where(stuck).order_by(Delivery.channel)).all()


def jobs():
    """The jobs of the clock by the moment of their last run."""
    return db.session.scalars(sa.select(JobRun).order_by(JobRun.last_at.desc())).all()


def note_job(name, seconds, fine):
    with transaction() as session:
        session.merge(JobRun(name=name, last_at=utcnow(), seconds=seconds, fine=fine))


def note_error(error, door):
    """Count an error where it arose. Never raises: there is one trouble already."""
    try:
        _note(error, door)
    except Exception:
        db.session.rollback()


def _note(error, door):
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if str(ROOT / "app") in frame.filename] or frames[-1:]
    place = f"{_short(ours[-1].filename)}:{ours[-1].lineno} {ours[-1].name}" if ours else "?"
    kind = type(error).__name__
    fingerprint = hashlib.sha256(f"{kind} {place}".encode()).hexdigest()
    told = "\n".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}\n    {frame.line}" for frame in frames)
    now = utcnow()
    with transaction() as session:
        first = {"fingerprint": fingerprint, "kind": kind[:120], "place": place[:200], "count": 0}
        first |= {"door": "", "traceback": "", "first_at": now, "last_at": now}
        if insert_once(ErrorGroup, first, ["fingerprint"]):
            _keep_few(session)
        mine = sa.update(ErrorGroup).where(ErrorGroup.fingerprint == fingerprint)
        more = {"count": ErrorGroup.count + 1, "last_at": now, "door": (door or "")[:120], "traceback": told[-8000:]}
        session.execute(mine.values(more).execution_options(synchronize_session=False))


def _keep_few(session):
    kept = sa.select(ErrorGroup.id).order_by(ErrorGroup.last_at.desc()).limit(GROUPS)
    session.execute(sa.delete(ErrorGroup).where(ErrorGroup.id.not_in(kept)))


def _short(filename):
    """The path inside the project, or inside the packages."""
    for base in (str(ROOT) + "/", *(f"{path}/" for path in sys.path if path)):
        if filename.startswith(base):
            return filename.removeprefix(base)
    return Path(filename).name


def errors(limit=50):
    return db.session.scalars(sa.select(ErrorGroup).order_by(ErrorGroup.last_at.desc()).limit(limit)).all()


def forget_errors():
    with transaction() as session:
        session.execute(sa.delete(ErrorGroup))


def database():
    """``(bytes in all, [(table, bytes)] of the largest or None where they are not counted)``"""
    return _sqlite() if _is_sqlite() else _postgres()


def _sqlite():
    pages, size = (db.session.scalar(sa.text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
    if pages * size > LARGEST:
        return pages * size, None
    counted = "SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 20"
    try:
        return pages * size, [tuple(row) for row in db.session.execute(sa.text(counted))]
    except sa.exc.OperationalError:  # built without it
        return pages * size, None


def _postgres():
    whole = db.session.scalar(sa.text("SELECT pg_database_size(current_database())"))
    counted = (
        "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables "
        "ORDER BY pg_total_relation_size(relid) DESC LIMIT 20"
    )
    return whole, [tuple(row) for row in db.session.execute(sa.text(counted))]


def idle_indexes():
    """``[(index, bytes)]`` that PostgreSQL has not used since it began to count; None on SQLite: it does not count."""
    if _is_sqlite():
        return None
    asked = (
        "SELECT indexrelname, pg_relation_size(s.indexrelid) FROM pg_stat_user_indexes s "
        "JOIN pg_index i ON i.indexrelid = s.indexrelid WHERE idx_scan = 0 AND NOT indisunique ORDER BY 2 DESC LIMIT 20"
    )
    return [tuple(row) for row in db.session.execute(sa.text(asked))]


def _is_sqlite():
    return db.session.get_bind().dialect.name == "sqlite"

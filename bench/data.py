"""Databases of a given size, made by the demo generator once and kept between runs in instance/bench-<size>."""

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

from app import create_app, schema
from app.config import Settings
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.services import statistics
from bench import many
from bench.scene import session_id

ROOT = Path(__file__).parent.parent
REALTORS, CITIES = 300, 40
KEY = {"SECRET_KEY": "bench"}  # of the cookies made here: whoever serves a database to them gets it too


def application(inquiries, folder=None):
    """An application on the kept database with so many inquiries; makes the database when it is missing.

    ``folder``: where a copy of it lies that may be changed.
    """
    folder = folder or ROOT / "instance" / f"bench-{inquiries}"
    done = folder / "complete"
    fresh = not done.exists()
    if fresh:
        _make(folder, inquiries)
    _flask(folder, "db", "upgrade")  # one that was kept may be older than the newest migration
    os.environ["INSTANCE_PATH"] = str(folder)
    app = create_app(Settings.from_env(folder, KEY | {"RATELIMIT_ENABLED": "0"}))
    with app.app_context():
        schema.upgrade()  # it was made by an earlier version
        if fresh and inquiries > many.STEP:
            statistics.rebuild()
        db.engine.dispose()
    done.touch()
    gc.collect()  # as gunicorn.conf.py leaves it: else every page pays for a look through all that was imported
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    return app


def _make(folder, inquiries):
    print(f"Making {inquiries:,} inquiries in {folder.relative_to(ROOT)} (once)…", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("otklik.sqlite3*"):
        old.unlink()
    if inquiries > many.STEP:
        many.make(_million(), folder / "otklik.sqlite3", inquiries)
    else:
        _tell(folder, inquiries)


def _tell(folder, inquiries):
    amounts = ("--inquiries", inquiries, "--realtors", REALTORS, "--cities", CITIES)
    for command in (("db", "upgrade"), ("places",), ("demo", *amounts)):
        _flask(folder, *command)


def _million():
    """The file of the kept million, made when it is missing."""
    application(many.STEP)
    return ROOT / "instance" / f"bench-{many.STEP}" / "otklik.sqlite3"


def _flask(folder, *command):
    line = [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, command)]
    environment = {**os.environ, "INSTANCE_PATH": str(folder)}
    subprocess.run(line, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def browser(app, email):
    """A test client signed in as the demo's person with this address."""
    client = app.test_client()
    with app.app_context():
        user = db.session.scalar(db.select(User).where(User.email == email))
        user_id = session_id(user)
        user.last_seen_at = utcnow()
        db.session.rollback()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = user_id, True
    return client


def milliseconds(client, url, runs=15):
    """Median time of the server's processor for a page, so that a busy machine does not count; the first warms up."""
    times = []
    for _ in range(runs + 1):
        begin = time.process_time()
        answer = client.get(url)
        answer.get_data()
        times.append((time.process_time() - begin) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
    return sorted(times[1:])[runs // 2]

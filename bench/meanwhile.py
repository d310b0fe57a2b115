"""How fast messages come through while the worker writes a long list: the same chat before it and during it."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from bench import scene
from bench.chat import talk
from bench.data import KEY, ROOT, application
from bench.servers import gunicorn
from bench.wire import connect_all

PATIENCE = 120  # seconds until the worker has begun


def run(large, *, pairs=100, seconds=15, rate=200):
    """Rows for bench.report, in milliseconds."""
    application(large)
    with tempfile.TemporaryDirectory(dir=ROOT / "instance") as folder:
        app = _copy(large, Path(folder))
        place = scene.join(app, pairs)
        with gunicorn("wsgi:app", folder, KEY, ("-c", "gunicorn.conf.py")) as (base, _), _worker(folder):
            quiet, busy, done = asyncio.run(_both(app, base, place, seconds, rate))
    what = f"message to the other side, {2 * pairs} people, {rate}/s, while {done:,} of {large:,} rows are written"
    return [
        (f"{what}: p50", quiet["p50"], busy["p50"], "ms"),
        (f"{what}: p99", quiet["p99"], busy["p99"], "ms", "≤ 25 ms"),
        ("messages lost or doubled", quiet["wrong"], busy["wrong"], "count"),
    ]


def _copy(large, folder):
    shutil.copytree(ROOT / "instance" / f"bench-{large}", folder, dirs_exist_ok=True)
    return application(large, folder)


@contextmanager
def _worker(folder):
    line = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    environment = os.environ | {"INSTANCE_PATH": str(folder)}
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def _both(app, base, place, seconds, rate):
    senders = await connect_all(base, cookies=place.clients)
    receivers = await connect_all(base, cookies=place.realtors)
    chat = senders, receivers, place.conversations, seconds, rate
    quiet = await talk(*chat, saturated=False)
    export = await asyncio.to_thread(_ask, app)
    busy = await talk(*chat, saturated=False)
    state, done = await asyncio.to_thread(_look, app, export)
    if state != "running":
        raise RuntimeError(f"the list was not being written all the while: {state}")
    return quiet, busy, done


def _ask(app):
    """Ask for the whole list and wait until the worker writes it."""
    from app.constants import Role
    from app.extensions import db
    from app.models.accounts import User
    from app.services import exports

    with app.app_context():
        owner = db.session.scalar(db.select(User).where(User.role == Role.SUPERVISOR))
        words = {"title": "Запросы", "filters": {}, "timezone": "Europe/Moscow"}
        export = exports.ask("inquiries_admin", "", "xlsx", **words, actor=owner).id
    until = time.monotonic() + PATIENCE
    while _look(app, export)[1] == 0 and time.monotonic() < until:
        time.sleep(0.2)
    return export


def _look(app, export):
    from app.extensions import db
    from app.models.exports import Export

    with app.app_context():
        row = db.session.get(Export, export)
        return row.state, row.done

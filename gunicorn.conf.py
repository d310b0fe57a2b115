"""The web process: `gunicorn wsgi:app` reads this file by itself.

One process with threads, because sockets talk to one another through its memory and SQLite wants one writer. With
PostgreSQL and REDIS_URL start several of these processes, one worker each, behind a proxy; `--workers` stays 1.
An open page keeps no thread (app/sockets/engine.py): THREADS is how many requests are worked on at once, and the limit
of open files (ulimit -n) how many pages can be open.
"""

import gc
import os
import re
import select
import socket
import sqlite3
import sys
import threading
import time
from contextlib import nullcontext, suppress

from flask import Flask
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import ThreadWorker

COPIED_AFTER = 2  # seconds: a busy chat fills the log in eight


def _is_readable(sock):
    waiting = select.poll()
    waiting.register(sock, select.POLLIN)
    return bool(waiting.poll(0))


_body = re.compile(rb"\n(content-length|transfer-encoding)", re.IGNORECASE).search


def _is_upgrade(conn):
    """Whether a page's first request is here, whole and without a body: then nothing of it has to be waited for."""
    if conn.parser or not conn.data_ready:
        return False
    try:
        head = conn.sock.recv(4096, socket.MSG_PEEK)
    except OSError:  # whoever serves it will see
        return False
    return head.startswith(b"GET /socket.io/") and head.endswith(b"\r\n\r\n") and not _body(head)


def _alone():
    """Pages that come back together take the processor neither from one another nor from those that ask already.

    Not for long: each of them keeps a thread that others may need.
    """
    from app.services import turns

    return turns.alone(patience=0.5)


class Worker(ThreadWorker):
    """Sees a connection off in the thread that served it.

    gunicorn waits for the other side to close in the very loop that accepts everybody: up to two seconds for each
    client that does not, during which nobody else is answered.
    """

    def handle(self, conn):
        conn.data_ready = conn.data_ready or _is_readable(conn.sock)  # else it waits for it, with five system calls
        with _alone() if _is_upgrade(conn) else nullcontext():
            stays = super().handle(conn)
        if not stays:
            with suppress(OSError):
                close_graceful(conn.sock.dup())
                conn.sock.shutdown(socket.SHUT_RDWR)  # so that there is nothing left to wait for
        return stays


bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '5000'}"
workers = 1
worker_class = Worker
threads = int(os.environ.get("THREADS") or 64)
worker_connections = 2000  # connections beyond the threads wait their turn instead of being refused
keepalive = 15
timeout = 60
# Sockets never end by themselves; their pages come back and catch up (conversation:sync), so nobody waits for them.
graceful_timeout = 2
# Slow heartbeats on a loaded disk would otherwise stall the worker's watchdog.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# The address line is not logged: it may hold tokens (DESIGN rule 12).
accesslog = None
errorlog = "-"
loglevel = "warning"


def prepare(app):
    """What the first visitor need not wait for. The log's room is made beside what is served already."""
    from babel import localedata

    from app import templating
    from app.constants import LOCALES

    templating.prepare_all(app)
    for locale in LOCALES:  # 8 ms each; of an inquiry people hear in their own language
        localedata.load(locale)
    threading.Thread(target=keep_log, args=(app,), daemon=True).start()


def keep_log(app):
    """SQLite's log gets its room, and is copied before a commit fills it: everybody would wait for that one."""
    from app.extensions import db
    from app.models import engine

    with app.app_context():
        with suppress(OSError, sqlite3.OperationalError):
            engine.make_room(db.engine)
        while db.engine.dialect.name == "sqlite":
            time.sleep(COPIED_AFTER)
            with suppress(sqlite3.OperationalError):  # somebody else copies it
                engine.copy_log(db.engine)


def post_worker_init(worker):
    """All that can be made ready before the first visitor is; the collector need not look through it later."""
    if isinstance(worker.wsgi, Flask):  # the floors of bench/ are served by this file too
        prepare(worker.wsgi)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    # A thread with a message in hand waits this long at most for one that computes; by default 5 ms. A tenth of that
    # would let a fifth more messages through a busy process, but cost its pages a quarter.
    sys.setswitchinterval(0.002)

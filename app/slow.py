"""The slowest of late, in the memory of this process: which door, which statement, how long; never any values."""

import time
from collections import deque

import sqlalchemy as sa
from flask import g, got_request_exception, request

from app.extensions import db
from app.services import developer, settings

KEPT = 100
FLOOR = 0.1  # seconds: below it nothing is even compared with the setting, which would be a question to the database
STATEMENT = 300

requests, statements = deque(maxlen=KEPT), deque(maxlen=KEPT)  # (moment, what, seconds), the latest last
begun_at = time.time()


def init_app(app):
    app.before_request(_begin)
    app.after_request(_end)
    got_request_exception.connect(_failed, app)
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", _ask)
        sa.event.listen(db.engine, "after_cursor_execute", _answered)


def _begin():
    g.begun = time.perf_counter()


def _end(response):
    took = time.perf_counter() - g.get("begun", time.perf_counter())
    if took > FLOOR and took * 1000 > settings.get("slow_request_ms"):
        requests.append((time.time(), f"{request.method} {request.endpoint}", took))
    return response


def _failed(app, exception, **_more):
    developer.note_error(exception, request.endpoint)


def _ask(connection, cursor, statement, parameters, context, executemany):
    if context is not None:
        context.begun = time.perf_counter()


def _answered(connection, cursor, statement, parameters, context, executemany):
    if context is not None:
        note_statement(statement, time.perf_counter() - context.begun)


def note_statement(statement, took):
    """What bypasses SQLAlchemy says it by itself."""
    if took > FLOOR:
        statements.append((time.time(), " ".join(statement[:STATEMENT].split()), took))

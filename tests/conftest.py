"""One application per worker, one clean database per test, browsers that check every page they get."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app import create_app, schema, wordings
from app.admin import many
from app.config import Settings
from app.extensions import db, limiter, socketio
from app.integrations import storage
from app.services import media, settings, transaction
from tests import at_ease
from tests.browsing import Browser
from tests.builders import Builder
from tests.live import LiveServer
from tests.servers import Cluster, RedisServer

SEARCHED = ("inquiries_search", "people_search", "messages_search")  # the search tables of PostgreSQL
RESTARTED = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""

at_ease.forget_the_disk()


def settings_for(folder, **changes):
    values = {
        "secret_key": "a key for tests only",
        "database_url": f"sqlite:///{folder / 'test.sqlite3'}",
        "public_url": "http://localhost",
        "mail_url": f"file:{folder / 'mail'}",
        "media_url": f"file:{folder / 'media'}",
    }
    return Settings(**values | changes)


def of_the_run(tmp_path_factory):
    """The folder that the processes of one run of the tests (pytest-xdist) have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def workplace(tmp_path_factory):
    """An instance folder with a migrated, empty database in it."""
    folder = tmp_path_factory.mktemp("instance")
    os.environ["INSTANCE_PATH"] = str(folder)
    compiled = of_the_run(tmp_path_factory) / "templates"  # by whichever process comes first
    compiled.mkdir(exist_ok=True)
    (folder / "templates").symlink_to(compiled)
    return folder


def bare_app_of(settings):
    """An application on whatever database there is, without limits: those of the process, so for every app in it."""
    app = create_app(settings)
    limiter.enabled = False  # built all the same, so that the ``limits`` fixture can turn it on
    return app


def make_app(settings):
    app = bare_app_of(settings)
    app.test_client_class = Browser
    app.config["TESTING"] = True
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def sqlite_app(workplace):
    app = make_app(settings_for(workplace))
    shutil.copy(workplace / "test.sqlite3", workplace / "empty.sqlite3")
    return app


@pytest.fixture(scope="session")
def postgres_url():
    cluster = Cluster()
    yield cluster.start()
    cluster.stop()


@pytest.fixture
def redis_server():
    """A started RedisServer; ``redis_server.start()`` gave its URL, kept in ``.url``."""
    server = RedisServer()
    server.url = server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_app(workplace, postgres_url):
    return make_app(settings_for(workplace, database_url=postgres_url))


def empty_sqlite(app, folder):
    with app.app_context():
        db.engine.dispose()
    for suffix in ("-wal", "-shm"):
        Path(f"{folder / 'test.sqlite3'}{suffix}").unlink(missing_ok=True)
    shutil.copy(folder / "empty.sqlite3", folder / "test.sqlite3")


def empty_postgres(app):
    """As TRUNCATE … RESTART IDENTITY would, which makes hundreds of files anew: most tests write to few tables."""
    names = [*(table.name for table in db.metadata.sorted_tables), *SEARCHED]
    written = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # neither triggers nor references
        for name in connection.execute(text(written)).scalars().all():
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text("UPDATE messages_search_reach SET upto = 0"))
        connection.execute(text(RESTARTED))


def pytest_generate_tests(metafunc):
    """A test marked ``every_database`` runs on SQLite and on PostgreSQL."""
    if metafunc.definition.get_closest_marker("every_database"):
        databases = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
        metafunc.parametrize("database", databases, indirect=True)


@pytest.fixture
def database(request):
    return getattr(request, "param", "sqlite")


@pytest.fixture
def app(database, workplace, request):
    """The application on an empty database. Rate limits are off; the ``limits`` fixture turns them on."""
    app = request.getfixturevalue(f"{database}_app")
    # One storage and one limiter serve a process: an application that some test made for itself has brought others.
    media.set_storage(storage.connect(f"file:{workplace / 'media'}"))
    limiter.enabled = False
    yield app
    with app.app_context():
        settings.forget()
        many.forget()
        wordings.forget()  # what the owners of the emptied database wrote
    if database == "sqlite":
        empty_sqlite(app, workplace)
    else:
        empty_postgres(app)
    for name in ("mail", "media"):
        shutil.rmtree(workplace / name, ignore_errors=True)


@pytest.fixture
def context(app):
    """An application context, for tests that call services or look at rows."""
    with app.app_context():
        yield


@pytest.fixture
def heard(monkeypatch):
    """The events published after commits, in their order, instead of being told to sockets."""
    events = []
    monkeypatch.setattr(transaction, "_publish", events.append)
    return events


@pytest.fixture
def stored(workplace):
    """``stored()``: every file in the storage, as paths."""
    return lambda: [path for path in (workplace / "media").rglob("*") if path.is_file()]


@pytest.fixture
def limits(app):
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


@pytest.fixture
def build(app):
    """Builders of people, places and inquiries: ``build.client()``, ``build.realtor(city=…)``, …"""
    with app.app_context():
        yield Builder()


@pytest.fixture
def visitor(app):
    """A browser nobody has signed in to."""
    return app.test_client()


@pytest.fixture
def browser_of(app):
    """``browser_of(user)``: a browser signed in as that person."""

    def make(user):
        browser = app.test_client()
        browser.sign_in(user)
        return browser

    return make


@pytest.fixture
def statements(app):
    """``with statements() as made:`` — the SQL statements that ran inside, whichever thread ran them."""

    @contextmanager
    def counted():
        made = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith("BEGIN"):
                made.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield made
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counted


@pytest.fixture
def driver_statements(app):
    """Every statement that SQLite runs from now on, those that bypass SQLAlchemy (models/prepared.py) included."""
    made, traced = [], set()

    def trace(connection, *_):
        connection.set_trace_callback(made.append)
        traced.add(connection)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", trace)
    engine.dispose()  # the connections kept aside for Prepared were made before anybody listened
    yield made
    event.remove(engine, "checkout", trace)
    for connection in traced:
        connection.set_trace_callback(None)


@pytest.fixture
def live_server(app, workplace):
    """The web process under gunicorn on this test's database: ``.url``, ``.kill()``, ``.start()``, ``.restart()``."""
    server = LiveServer(app.config["SETTINGS"], workplace).start()
    yield server
    server.kill()


@pytest.fixture
def socket_of(app, browser_of):
    """``socket_of(user)``: a connected Socket.IO client of that person; of None: a visitor's."""
    opened = []

    def make(user, **options):
        browser = browser_of(user) if user else app.test_client()
        client = socketio.test_client(app, flask_test_client=browser, **options)
        opened.append(client)
        return client

    yield make
    for client in opened:
        if client.is_connected():
            client.disconnect()


def received(client):
    return [(e["name"], e["args"][0] if isinstance(e["args"], list) else e["args"]) for e in client.get_received()]


@pytest.fixture
def heard_by():
    """``heard_by(client)``: (event, payload) pairs since last asked, without what rings the bell."""
    return lambda client: [pair for pair in received(client) if pair[0] != "notification"]


@pytest.fixture
def bell_of():
    """``bell_of(client)``: the payloads of the notifications since last asked."""
    return lambda client: [payload for event, payload in received(client) if event == "notification"]


@pytest.fixture
def count_queries(context):
    """``with count_queries() as seen: …`` then ``len(seen)``: the statements that the block ran."""

    @contextmanager
    def counting():
        seen = []

        def note(_connection, _cursor, statement, *_):
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting

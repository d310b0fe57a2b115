"""One inquiry to a whole city: every realtor gets a notification and a letter, beside the same rows in bare SQLite.

And live: the client's POST and the last of so many connected realtors, beside a bare echo's broadcast to as many, and
beside a loop that does nothing but ``send`` to the same listeners.
"""

import http.client
import json
import multiprocessing
import re
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import event, insert

from app import create_app, schema
from app.config import Settings
from app.constants import Deal, Digest, PropertyType, Role
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.notifications import Rhythm
from app.models.partners import Agency
from app.models.places import City, Country
from app.services import inquiries
from app.services.inquiries import InquiryDraft
from app.services.transaction import transaction
from app.sockets import frames
from bench import scene
from bench.chat import ECHO, application
from bench.data import KEY
from bench.ears import Ears
from bench.servers import gunicorn

ROUNDS = 15
LIVE_ROUNDS = 30
PAUSE = 0.7  # seconds between two live inquiries: what follows one is over before the next


def run(realtors=1000):
    """Rows for bench.report: publishing to one realtor and to ``realtors``, every third of whom wants digests."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        few, _, few_statements = _measure(folder / "few", 1)
        many, told, statements = _measure(folder / "many", realtors)
        floor = _bare(folder / "bare.sqlite3", realtors)
    return [
        (f"publish to 1 realtor ({few_statements} statements)", None, few, "ms"),
        (f"publish to {realtors:,} realtors ({statements} statements)", None, many, "ms", "POST ≤ 10 ms"),
        ("… until the rows of all of them are written", floor, told, "ms"),
    ]


def live(realtors=1_000, rounds=LIVE_ROUNDS):
    """Rows for bench.report: a signed-in client's POST, and the ``inquiry:new`` of the last connected realtor."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        place = scene.build(application(folder), rounds, realtors)
        with gunicorn("bench.echo:app", options=ECHO) as (base, _):
            floor = _broadcasts(base, realtors, rounds)
        with _bare_sends(realtors) as base:
            sends = _broadcasts(base, realtors, rounds)
        with gunicorn("wsgi:app", folder, options=("-c", "gunicorn.conf.py")) as (base, _):
            posts, first, last = _submits(base, place, rounds)
    told = [heard - answered for heard, answered in zip(last, posts, strict=True)]
    who = f"of {realtors:,} connected realtors"
    return [
        (f"one inquiry to {realtors:,} connected realtors, the POST: p50", None, _part(posts, 0.5), "ms", "≤ 10 ms"),
        (f"one inquiry to {realtors:,} connected realtors, the POST: p95", None, _part(posts, 0.95), "ms"),
        (f"the first {who} hears: p50", None, _part(first, 0.5), "ms"),
        (f"the last {who} hears: p50", _part(floor, 0.5), _part(last, 0.5), "ms", "≤ 20 ms"),
        (f"the last {who} hears: p95", _part(floor, 0.95), _part(last, 0.95), "ms", "≤ 60 ms"),
        (f"from the answer to the last {who}, against bare sends: p50", _part(sends, 0.5), _part(told, 0.5), "ms"),
    ]


def _part(times, share):
    return sorted(times)[int(len(times) * share)]


@contextmanager
def _bare_sends(people):
    """A process that takes so many listeners in, and then tells them all whenever the first one says something."""
    with socket.create_server(("127.0.0.1", 0), backlog=people) as listening:
        server = multiprocessing.Process(target=_send_for_ever, args=(listening, people), daemon=True)
        server.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.terminate()
            server.join()


def _send_for_ever(listening, people):
    listeners = [_take_in(listening.accept()[0]) for _ in range(people)]
    summary = "Снять квартиру, Прага: 2 комнаты, до 900 €, когда угодно"
    told = frames.frame(f'42["inquiry:new",{json.dumps({"id": str(uuid.uuid4()), "summary": 3 * summary})}]'.encode())
    while listeners[0].recv(4096):
        for one in listeners:
            one.send(told)


def _take_in(listener):
    """What Ears wait for while they connect."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for answer in (b'"pingInterval"', b'40{"sid"'):
        listener.recv(4096)
        listener.sendall(answer)
    return listener


def _broadcasts(base, people, rounds):
    """Milliseconds until the last has heard each of a bare server's broadcasts."""
    times = []
    with Ears(base, [f'{{"me":"x{n}","peer":""}}' for n in range(people)], sign_in="auth") as ears:
        for _ in range(rounds):
            begin = time.perf_counter()
            ears.say("broadcast", {"id": str(uuid.uuid4())})
            times.append((ears.hear("inquiry:new", 30)[-1] - begin) * 1000)
            ears.rest(PAUSE / 4)
    return times


def _submits(base, place, rounds):
    """Milliseconds of each POST, until the first realtor has heard of it, and until the last has."""
    posts, first, last = [], [], []
    with Ears(base, place.realtors, sign_in="cookie") as ears:
        for n in range(rounds):
            client = _Client(base, place.clients[n])
            form = client.form(place.city, n)
            ears.rest(PAUSE)
            sending = threading.Thread(target=client.send, args=(form,))
            begin = time.perf_counter()
            sending.start()
            heard = ears.hear("inquiry:new", 30)
            sending.join()
            posts.append((client.answered - begin) * 1000)
            first.append((heard[0] - begin) * 1000)
            last.append((heard[-1] - begin) * 1000)
    return posts, first, last


class _Client:
    """A client with the form open, on the connection that brought it."""

    def __init__(self, base, cookie):
        self.connection, self.headers = http.client.HTTPConnection(urlsplit(base).netloc), {"Cookie": cookie}

    def form(self, city, n):
        self.connection.request("GET", "/", headers=self.headers)
        page = self.connection.getresponse().read().decode()
        hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        values = {
            "deal": "rent", "country": "CZ", "city": city, "property_type": "apartment", "rooms": "2",
            "budget_max": "900", "currency": "EUR", "wishes": f"Тихо, рядом парк {n}",
        }  # fmt: skip
        return urlencode(hidden | values)

    def send(self, form):
        headers = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", "/inquiries", form, headers)
        status = self.connection.getresponse().status
        self.answered = time.perf_counter()
        if status != 303:
            raise RuntimeError(f"submit answered {status}")


def _measure(folder, realtors):
    """Medians of one submit: milliseconds, and until everybody's rows are written; and its statements."""
    folder.mkdir()
    settings = Settings.from_env(folder, KEY)
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        client, city = _people(realtors)
        with _own_statements() as statements:
            times = [_submit(client, city, n) for n in range(ROUNDS)]
        db.engine.dispose()
    stored, told = (statistics.median(part) for part in zip(*times, strict=True))
    return stored, told, round(len(statements) / ROUNDS)


@contextmanager
def _own_statements():
    """The statements of this thread: those that whoever presses the button waits for."""
    made, me = [], threading.get_ident()
    note = lambda *call: made.append(call[2]) if threading.get_ident() == me else None  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    yield made
    event.remove(db.engine, "before_cursor_execute", note)


def _submit(client, city, n):
    """Milliseconds until it is stored, and until everybody's rows are written."""
    draft = InquiryDraft(
        city=city, deal=Deal.RENT, property_type=PropertyType.APARTMENT, currency="EUR", budget_max=90_000 + n
    )
    start = time.perf_counter()
    inquiries.submit(draft, actor=client)
    stored = time.perf_counter()
    with closing(db.engine.raw_connection()) as connection:
        while connection.driver_connection.execute("SELECT 1 FROM announcements").fetchone():
            time.sleep(0.002)
    return (stored - start) * 1000, (time.perf_counter() - start) * 1000


def _people(realtors):
    with transaction() as session:
        country = Country(code="CZ", name_ru="Чехия", name_en="Czechia", currency="CZK")
        agency = Agency(name="Домус", key="домус", website="https://domus.example")
        client = User(role=Role.CLIENT, email="anna@example.com", name="Анна")
        session.add_all([country, agency, client])
        session.flush()
        city = City(country_id=country.id, name_ru="Прага", name_en="Prague", timezone="Europe/Prague", population=1)
        users = [User(role=Role.REALTOR, email=f"r{n}@example.com", name=f"Realtor {n}") for n in range(realtors)]
        session.add_all([city, *users])
        session.flush()
        session.add_all(Realtor(user_id=one.id, city_id=city.id, agency_id=agency.id) for one in users)
        session.execute(insert(Rhythm), [{"user_id": one.id, "digest": Digest.HOURLY} for one in users[::3]])
    return client, city


def _bare(path, realtors):
    """The same two kinds of rows, with the same indexes, by the driver alone."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE told (id INTEGER PRIMARY KEY, public_id TEXT UNIQUE, user_id INT, kind, params TEXT, at TEXT);"
        "CREATE INDEX told_user ON told (user_id, id);"
        "CREATE TABLE due (id INTEGER PRIMARY KEY, public_id TEXT UNIQUE, user_id INT, address, payload TEXT, at TEXT);"
        "CREATE INDEX due_at ON due (at); CREATE INDEX due_user ON due (user_id);"
    )
    payload = json.dumps({"number": 1042, "title": {"ru": "Снять квартиру, Прага", "en": "Rent an apartment, Prague"}})
    return statistics.median(_insert(connection, realtors, payload) for _ in range(ROUNDS))


def _insert(connection, realtors, payload):
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    told = [(uuid.uuid4().hex, n, "inquiry_new", payload, "2026-11-22") for n in range(realtors)]
    due = [(uuid.uuid4().hex, n, f"r{n}@example.com", payload, "2026-11-22") for n in range(realtors)]
    connection.executemany("INSERT INTO told (public_id, user_id, kind, params, at) VALUES (?, ?, ?, ?, ?)", told)
    connection.executemany("INSERT INTO due (public_id, user_id, address, payload, at) VALUES (?, ?, ?, ?, ?)", due)
    connection.execute("COMMIT")
    return (time.perf_counter() - start) * 1000

"""One inquiry to a whole city: every realtor gets a notification and a letter, beside the same rows in bare SQLite."""

import json
import sqlite3
import statistics
import tempfile
import time
import uuid
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import event, insert

from app import create_app
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

ROUNDS = 15


def run(realtors=1000):
    """Rows for bench.report: publishing to one realtor and to ``realtors``, every third of whom wants digests."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        few, few_statements = _measure(folder / "few", 1)
        many, statements = _measure(folder / "many", realtors)
        floor = _bare(folder / "bare.sqlite3", realtors)
    return [
        (f"publish to 1 realtor ({few_statements} statements)", None, few, "ms"),
        (f"publish to {realtors:,} realtors ({statements} statements)", floor, many, "ms", "POST ≤ 10 ms"),
    ]


def _measure(folder, realtors):
    """(median milliseconds, statements) of one submit."""
    folder.mkdir()
    settings = Settings.from_env(folder, {"SECRET_KEY": "bench"})
    app = create_app(settings)
    with app.app_context():
        upgrade()
        client, city = _people(realtors)
        statements = []
        event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        times = [_submit(client, city, n) for n in range(ROUNDS)]
        db.engine.dispose()
    return statistics.median(times), round(len(statements) / ROUNDS)


def _submit(client, city, n):
    draft = InquiryDraft(
        city=city, deal=Deal.RENT, property_type=PropertyType.APARTMENT, currency="EUR", budget_max=90_000 + n
    )
    start = time.perf_counter()
    inquiries.submit(draft, actor=client)
    return (time.perf_counter() - start) * 1000


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

"""The one migration set goes up, matches the models, goes down and up again, on both databases."""

from functools import cache
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect

from app import schema
from app.extensions import db
from tests.conftest import bare_app_of, settings_for
from tests.migrations.filling import contents, fill, found_tables


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare_app(request, tmp_path):
    """An application on a database without any table."""
    if request.param == "sqlite":
        app = bare_app_of(settings_for(tmp_path))
        schema.bind(app)
        yield app
        return
    server = request.getfixturevalue("postgres_url")
    admin = bare_app_of(settings_for(tmp_path, database_url=server))
    with admin.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS bare")
        connection.exec_driver_sql("CREATE DATABASE bare")
    app = bare_app_of(settings_for(tmp_path, database_url=server.rsplit("/", 1)[0] + "/bare"))
    schema.bind(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def read_once(monkeypatch):
    """Each upgrade reads every migration, which takes longer than one of them does."""
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: scripts())


@cache
def scripts():
    return ScriptDirectory(str(schema.FOLDER))


def tables():
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_check_down_up(bare_app):
    with bare_app.app_context():
        upgrade()
        assert tables() >= set(db.metadata.tables)
        check()  # exits with an error where models and migrations differ
        downgrade(revision="base")
        assert tables() == set()
        upgrade()
        assert tables() >= set(db.metadata.tables)


# What migrations took away or wrote anew on purpose: a table of figures that another one holds since, a column nothing
# asks, histograms that have finer lanes since.
GIVEN_UP = {("response_counts", None), ("tickets", "mailed_at"), ("city_moves", None), ("reindexings", "city_id")}
GIVEN_UP |= {(table, "responses") for table in ("daily_counts", "monthly_counts")}


def test_a_filled_database_of_any_age_comes_up_with_every_row(bare_app):
    """A row in each table from the revision that made it: what stood there before the newest stands there after."""
    with bare_app.app_context():
        filled, before = set(), {}
        for revision in revisions():
            upgrade(revision=revision)
            with db.engine.begin() as connection:
                fill(connection, filled, found_tables(connection, known=filled))
                for table, row in contents(connection).items():
                    before[table] = row | before.get(table, {})
        with db.engine.connect() as connection:
            after = contents(connection)
        assert set(before) >= set(db.metadata.tables)
        assert set(missing(before, after)) == GIVEN_UP


def missing(before, after):
    """(table, column) of what is no more or another; a whole table as (table, None)."""
    for table, row in before.items():
        if table not in after:
            yield table, None
        else:
            yield from ((table, name) for name, value in row.items() if after[table].get(name, missing) != value)


def test_an_answer_of_support_that_waits_leaves_after_the_upgrade_too(bare_app):
    """Until 0018 it named only its message; since then the last look asks for the conversation."""
    with bare_app.app_context():
        upgrade(revision="0017_notes")
        with db.engine.begin() as connection:
            fill(connection, set(), found_tables(connection))
            tables = {table.name: table for table in db.metadata.sorted_tables}
            told, chat = (connection.scalar(sa.select(tables[t].c.public_id)) for t in ("messages", "conversations"))
            waiting = {"kind": "support_reply", "status": "pending", "payload": {"message": str(told)}}
            connection.execute(sa.update(tables["outbox"]).values(waiting))
        upgrade()
        with db.engine.connect() as connection:
            payload = connection.scalar(sa.select(tables["outbox"].c.payload))
        assert payload == {"message": str(told), "conversation": str(chat), "after": 0}


def test_messages_written_before_they_were_counted_are_counted(bare_app):
    with bare_app.app_context():
        upgrade(revision="0052_list_walks")
        with db.engine.begin() as connection:
            fill(connection, set(), known := found_tables(connection))
            users, chats, said = (
                {table.name: table for table in known}[n] for n in ("users", "conversations", "messages")
            )
            client = dict(connection.execute(sa.select(users)).mappings().one())
            other = client | {"id": 2, "public_id": uuid4().hex, "email": "b@example.com"}
            connection.execute(sa.insert(users).values(other))
            first = dict(connection.execute(sa.select(said)).mappings().one())
            for seq, sender in enumerate((client["id"], 2, 2, None), first["seq"] + 1):
                new = {"id": seq, "public_id": uuid4().hex, "nonce": uuid4().hex, "media_id": None}
                connection.execute(sa.insert(said).values(first | new | {"seq": seq, "sender_id": sender}))
            connection.execute(sa.update(said).where(said.c.id == first["id"]).values(sender_id=client["id"]))
        upgrade()
        with db.engine.connect() as connection:
            counts = sa.select(sa.column("client_messages"), sa.column("realtor_messages")).select_from(chats)
            assert connection.execute(counts).one() == (2, 2)


def revisions():
    """All migrations, oldest first."""
    return [script.revision for script in reversed(list(scripts().walk_revisions()))]


OLD_FOOTER = (
    ("Поддержка", "Support", "/support"),
    ("О нас", "About us", "/support/about"),
    ("Условия", "Terms", "/terms"),
    ("Персональные данные", "Personal data", "/privacy"),
)
NEW_FOOTER = ["/support", "/support/about", "/blog", "/help", "/terms", "/privacy"]


def test_a_footer_that_no_owner_has_touched_leads_to_the_blog_and_the_help(bare_app):
    with bare_app.app_context():
        for touched in ("reworded", "removed", "added", ""):
            upgrade(revision="0050_city_moves")
            _write_footer(touched)
            before = _footer()
            upgrade()
            after = _footer()
            assert after == (before if touched else NEW_FOOTER), touched
            downgrade(revision="0050_city_moves")
            assert _footer() == before, touched


def _write_footer(touched):
    items = db.metadata.tables["menu_items"]
    rows = [
        {"place": "footer", "label_ru": ru, "label_en": en, "target": to, "position": at * 10, "version": 1}
        for at, (ru, en, to) in enumerate(OLD_FOOTER)
    ]
    if touched == "reworded":
        rows[0]["version"] = 2
    if touched == "added":
        rows.append(rows[0] | {"target": "/pages/rules", "position": 40})
    with db.engine.begin() as connection:
        connection.execute(sa.delete(items))
        connection.execute(sa.insert(items), rows[1:] if touched == "removed" else rows)


def _footer():
    items = db.metadata.tables["menu_items"]
    with db.engine.connect() as connection:
        footer = sa.select(items.c.target).where(items.c.place == "footer").order_by(items.c.position)
        return connection.execute(footer).scalars().all()

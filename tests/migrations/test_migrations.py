"""The one migration set goes up, matches the models, goes down and up again, on both databases."""

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect

from app import create_app
from app.extensions import db
from tests.conftest import settings_for


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare_app(request, tmp_path):
    """An application on a database without any table."""
    if request.param == "sqlite":
        yield create_app(settings_for(tmp_path))
        return
    server = request.getfixturevalue("postgres_url")
    admin = create_app(settings_for(tmp_path, database_url=server))
    with admin.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS bare")
        connection.exec_driver_sql("CREATE DATABASE bare")
    app = create_app(settings_for(tmp_path, database_url=server.rsplit("/", 1)[0] + "/bare"))
    yield app
    with app.app_context():
        db.engine.dispose()


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

"""The door to the migrations. What brings them is 24 MB, which whoever serves pages or works the queue never needs."""

from pathlib import Path

import click
from flask import current_app

from app.extensions import db

FOLDER = Path(__file__).parent.parent / "migrations"


def upgrade():
    """To the newest revision."""
    bind(current_app).upgrade()


def bind(app):
    """Flask-Migrate, ready for this application."""
    import flask_migrate

    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, db, directory=str(FOLDER), render_as_batch=True, command="")
    return flask_migrate


class Commands(click.Command):
    """``flask db …``: Flask-Migrate's own, loaded when one of them is asked for."""

    def __init__(self, app):
        super().__init__("db", help="Perform database migrations.")
        self.app = app

    def make_context(self, info_name, args, parent=None, **extra):
        return bind(self.app).cli.db.make_context(info_name, args, parent, **extra)

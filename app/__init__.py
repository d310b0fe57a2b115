"""Otklik: one request for a home, answered by every realtor of the city."""

import os
from pathlib import Path

from dotenv import load_dotenv

from app import assets, cli, doors, error_pages, formatting, languages, logs, navigation, security, sessions, templating
from app.config import Settings
from app.extensions import db, limiter, socketio
from app.models import engine
from app.services import exports, transaction
from app.site import Site


def create_app(settings=None):
    """The application. ``settings`` (config.Settings) defaults to the environment's."""
    instance = Path(os.environ.get("INSTANCE_PATH") or Path(__file__).parent.parent / "instance")
    app = Site(__name__, instance_path=str(instance))
    if settings is None:
        load_dotenv(instance.parent / ".env")
        settings = Settings.from_env(instance)
    for init in STEPS:
        init(app, settings)
    return app


def _configure(app, settings):
    app.config.update(security.flask_config(settings), SETTINGS=settings)


def _database(app, settings):
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)


def _uploads(app, settings):
    from app import uploads

    uploads.init_app(app, settings)


def _limits(app, settings):
    security.protect_forms(app)
    limiter.init_app(app)


def _doors(app, settings):
    from app import admin, late_rules, sockets, views

    app.url_rule_class = late_rules.LateRule
    app.before_request(doors.guard)
    views.init_app(app)
    admin.init_app(app)
    sockets.init_app(app, socketio, settings)
    transaction.set_publisher(sockets.publish)
    exports.set_maker(admin.export.make)


# In this order: each step may rely on those before it.
STEPS = (
    _configure,
    logs.init_app,
    _database,
    languages.init_app,
    formatting.init_app,
    templating.init_app,
    _uploads,
    security.init_app,
    _limits,
    sessions.init_app,
    assets.init_app,
    navigation.init_app,
    error_pages.init_app,
    _doors,
    cli.init_app,
)

"""Templates are compiled before anybody waits for them, and once for every process of one installation."""

import errno

import jinja2
from flask_babel import force_locale

from app import templating
from app.constants import LOCALES
from tests.conftest import bare_app_of

PAGES = ("layouts/base.html", "accounts/login.html", "conversations/_actions.html")


def read(app):
    return [app.jinja_env.of(language).get_template(name) for language in LOCALES for name in PAGES]


def never(_self, *arguments):
    raise AssertionError(f"once more: {arguments}")


def test_what_one_process_compiled_the_next_one_reads(app, monkeypatch, tmp_path):
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))  # where nobody else compiles
    read(bare_app_of(app.config["SETTINGS"]))
    monkeypatch.setattr(jinja2.Environment, "compile", never)
    assert read(bare_app_of(app.config["SETTINGS"]))


def test_every_template_is_there_before_anybody_waits_for_it(app, monkeypatch):
    templating.prepare_all(app)
    monkeypatch.setattr(jinja2.BaseLoader, "load", never)
    for language in LOCALES:
        with app.app_context(), force_locale(language):
            assert all(map(app.jinja_env.get_template, app.jinja_env.list_templates()))


def test_a_folder_nobody_may_write_to_stops_nothing(app, monkeypatch):
    def refused(*_args):
        raise PermissionError("read-only")

    monkeypatch.setattr(jinja2.FileSystemBytecodeCache, "__init__", refused)
    following = bare_app_of(app.config["SETTINGS"])
    assert following.jinja_env.bytecode_cache is None
    assert following.jinja_env.get_template("accounts/login.html")


def test_a_disk_without_room_stops_nothing(app, monkeypatch, tmp_path):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))  # nothing is kept there yet
    fresh = bare_app_of(app.config["SETTINGS"])
    monkeypatch.setattr(jinja2.bccache.tempfile, "NamedTemporaryFile", full)
    assert fresh.jinja_env.get_template("accounts/login.html")

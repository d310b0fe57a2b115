"""Templates are compiled before anybody waits for them, and once for every process of one installation."""

import errno

import jinja2
import pytest

from app import templating
from tests.conftest import bare_app_of


@pytest.fixture
def prepared(app):
    templating.prepare_all(app)
    return app


def test_what_one_process_compiled_the_next_one_reads(prepared, monkeypatch):
    def compile_again(*_args, **_kwargs):
        raise AssertionError("compiled once more")

    following = bare_app_of(prepared.config["SETTINGS"])
    monkeypatch.setattr(jinja2.Environment, "compile", compile_again)
    templating.prepare_all(following)
    assert following.jinja_env.of("en").get_template("layouts/base.html")


def test_a_folder_nobody_may_write_to_stops_nothing(prepared, monkeypatch):
    def refused(*_args):
        raise PermissionError("read-only")

    monkeypatch.setattr(jinja2.FileSystemBytecodeCache, "__init__", refused)
    following = bare_app_of(prepared.config["SETTINGS"])
    assert following.jinja_env.bytecode_cache is None
    assert following.jinja_env.get_template("accounts/login.html")


def test_a_disk_without_room_stops_nothing(app, monkeypatch, tmp_path):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))  # nothing is kept there yet
    fresh = bare_app_of(app.config["SETTINGS"])
    monkeypatch.setattr(jinja2.bccache.tempfile, "NamedTemporaryFile", full)
    assert fresh.jinja_env.get_template("accounts/login.html")

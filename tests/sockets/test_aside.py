"""Whoever pressed the button has the answer before this process begins to speak to a crowd."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.sockets import aside


@pytest.fixture
def one(monkeypatch):
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(aside, "_one", pool)
        yield pool


@pytest.fixture
def site():
    """An application that is no test, with one door; ``site.told`` is what the crowd has heard."""
    site = Flask(__name__)
    site.told = []

    @site.post("/")
    def submit():
        aside.later(site.told.append, "first")
        aside.later(site.told.append, "second")
        return "done"

    @site.post("/broken")
    def broken():
        aside.later(site.told.append, "stored all the same")
        raise RuntimeError("after the commit")

    return site


def answer(site, path):
    body, status, _headers = run_wsgi_app(site, EnvironBuilder(path=path, method="POST").get_environ())
    return body, status


def test_the_crowd_hears_in_turn_and_after_the_answer(site, one):
    body, _status = answer(site, "/")
    assert next(iter(body)) == b"done"
    one.submit(int).result()
    assert site.told == []
    body.close()
    one.submit(int).result()
    assert site.told == ["first", "second"]


def test_what_is_committed_is_told_even_when_the_answer_is_an_error(site, one):
    body, status = answer(site, "/broken")
    body.close()
    one.submit(int).result()
    assert (status, site.told) == ("500 INTERNAL SERVER ERROR", ["stored all the same"])


def test_outside_of_a_request_it_begins_at_once(site, one):
    with site.app_context():
        aside.later(site.told.append, "now")
    one.submit(int).result()
    assert site.told == ["now"]

"""Whoever pressed the button has the answer before this process begins to speak to a crowd."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, get_ident

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

    @site.post("/urgent")
    def urgent():
        aside.later(site.told.append, "bells")
        aside.first(lambda: site.told.append(get_ident()))
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


def test_what_cannot_wait_is_said_by_whoever_answered_before_anything_else_begins(site, one):
    body, _status = answer(site, "/urgent")
    assert next(iter(body)) == b"done"
    assert site.told == []
    one.submit(int).result()
    with busy(one):
        body.close()
        assert site.told == [get_ident()]
    one.submit(int).result()
    assert site.told == [get_ident(), "bells"]


def test_two_do_not_speak_at_once(site, one):
    """Each would make the other slower: the second is said in its turn, and nobody waits for it."""
    site.told = Held()
    first, site.told.other = (answer(site, "/urgent")[0] for _ in range(2))
    with busy(one):
        first.close()
        assert site.told == [get_ident()]
    one.submit(int).result()
    assert len(site.told) == 4 and site.told.count(get_ident()) == 1 and site.told.count("bells") == 2


class Held(list):
    """Whose first entry is being made while ``other``, an answer, ends."""

    def append(self, said):
        other, self.other = self.other, None
        if other:
            other.close()
        super().append(said)


@contextmanager
def busy(pool):
    """The one thread has something to do."""
    done = Event()
    pool.submit(done.wait)
    yield
    done.set()


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

"""Settings as the program reads them: at once after a change, soon in other processes, for no query per request."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import InvalidInput
from app.extensions import db
from app.models import kept
from app.models.accounts import User
from app.models.settings import Setting
from app.services import settings
from app.services.settings import store
from app.services.transaction import transaction

pytestmark = pytest.mark.usefixtures("context")


def test_they_are_read_once_for_many_requests(build, driver_statements):
    settings.get("bin_days")
    driver_statements.clear()
    for _ in range(100):
        settings.get("bin_days")
    assert driver_statements == []


def test_what_another_process_changed_is_seen_without_a_restart(build, monkeypatch):
    assert settings.get("bin_days") == 30
    with transaction() as session:
        session.add(Setting(key="bin_days", value=90))  # as somebody else's transaction: this process is not told
    db.session.remove()
    assert settings.get("bin_days") == 30
    monkeypatch.setattr(kept, "monotonic", lambda now=kept.monotonic: now() + store.FRESH)
    assert settings.get("bin_days") == 90


def test_inside_a_transaction_the_database_is_asked(build):
    settings.get("bin_days")
    with transaction() as session:
        session.add(Setting(key="bin_days", value=90))
        session.flush()
        assert settings.get("bin_days") == 90


def test_a_change_that_is_rolled_back_never_was(build):
    with pytest.raises(ZeroDivisionError), transaction():
        settings.change("bin_days", 90, actor=build.supervisor())
        raise ZeroDivisionError
    assert settings.get("bin_days") == 30


def test_what_follows_a_change_is_done_when_nobody_waits_for_its_lock(build, monkeypatch):
    """Another time zone counts a million inquiries anew: writers go on meanwhile."""
    seen = []
    monkeypatch.setitem(store._followers, "bin_days", [lambda: seen.append("events" in db.session().info)])
    with transaction():
        settings.change("bin_days", 90, actor=build.supervisor())
        assert seen == []
    assert seen == [False]


@pytest.mark.every_database
def test_two_who_change_it_first_at_once_both_did(app, build):
    owner_id, both = build.supervisor().id, threading.Barrier(2)
    db.session.remove()

    def change(days):
        with app.app_context():
            owner = db.session.get(User, owner_id)
            both.wait()
            settings.change("bin_days", days, actor=owner)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, (60, 90)))
    settings.forget()
    assert settings.get("bin_days") in (60, 90)
    assert len(settings.past.of("bin_days")) == 3


def test_a_default_that_is_set_again_is_not_written_down(build):
    settings.reset("bin_days", actor=build.supervisor())
    assert db.session.get(Setting, "bin_days") is None


def test_a_reader_that_began_before_a_change_keeps_nothing_old(build, monkeypatch):
    owner, read_all = build.supervisor(), store._all.read_all

    def slow():
        found = read_all()
        monkeypatch.undo()
        settings.change("bin_days", 90, actor=owner)
        return found

    settings.forget()
    monkeypatch.setattr(store._all, "read_all", slow)
    settings.get("inquiry_days")
    assert settings.get("bin_days") == 90


def test_every_default_is_a_value_of_its_kind():
    for key, declared in settings.REGISTRY.items():
        assert settings.read(key, declared.default) == declared.default, key
        assert settings.read(key, declared.kind.write(declared.default)) == declared.default, key
        assert len(key) <= 40, "the journal's column for it"


@pytest.mark.parametrize(
    "key, least",
    [("sign_in_tries", 3), ("code_tries", 3), ("registrations_per_hour", 3), ("inquiries_per_day", 3)],
)
def test_no_limit_shuts_everybody_out(key, least):
    assert settings.REGISTRY[key].kind.minimum >= least
    with pytest.raises(InvalidInput):
        settings.read(key, least - 1)

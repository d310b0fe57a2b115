import threading
import time

import pytest

from app.extensions import db
from app.models.settings import Setting
from app.services import transaction as t


def test_events_leave_only_after_the_commit(context, heard):
    with t.transaction() as session:
        session.add(Setting(key="a", value=1))
        t.after_commit("thing", id=1)
        assert heard == []
    assert heard == [t.Event("thing", {"id": 1})]


def test_a_failed_transaction_stores_nothing_and_tells_nobody(context, heard):
    with pytest.raises(ZeroDivisionError), t.transaction() as session:
        session.add(Setting(key="a", value=1))
        t.after_commit("thing", id=1)
        1 / 0  # noqa: B018
    assert db.session.get(Setting, "a") is None
    assert heard == []


def test_an_inner_transaction_belongs_to_the_outer_one(context):
    with pytest.raises(ZeroDivisionError), t.transaction():
        with t.transaction() as session:
            session.add(Setting(key="a", value=1))
        1 / 0  # noqa: B018
    assert db.session.get(Setting, "a") is None


def test_rows_changed_outside_a_transaction_are_refused(context):
    db.session.add(Setting(key="a", value=1))
    with pytest.raises(RuntimeError), t.transaction():
        pass
    db.session.rollback()


@pytest.mark.every_database
def test_concurrent_updates_lose_nothing(app):
    def add(n):
        for _ in range(n):
            with app.app_context(), t.transaction() as session:
                row = session.get_one(Setting, "n", with_for_update=True)
                row.value = row.value + 1

    with app.app_context(), t.transaction() as session:
        session.add(Setting(key="n", value=0))
    threads = [threading.Thread(target=add, args=(25,)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with app.app_context():
        assert db.session.get(Setting, "n").value == 100


@pytest.mark.every_database
def test_insert_once_is_once(context):
    with t.transaction():
        assert t.insert_once(Setting, {"key": "a", "value": 1}, ["key"])
        assert not t.insert_once(Setting, {"key": "a", "value": 2}, ["key"])
    assert db.session.get(Setting, "a").value == 1


def gather(app, threads):
    """Start them and return once all wait for whoever writes now; on PostgreSQL nobody does."""
    [thread.start() for thread in threads]
    with app.app_context():
        wait = db.engine.dialect.name == "sqlite"
    end = time.monotonic() + 60
    while wait and len(t._shares) < len(threads):
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.every_database
def test_of_those_who_write_together_one_may_fail_alone_and_each_is_told_once(app, heard):
    def store(n):
        def work(session):
            session.add(Setting(key=f"k{n}", value=n))
            session.flush()
            t.after_commit("thing", id=n)
            if n % 3 == 0:
                raise ValueError(n)
            return n

        with app.app_context():
            try:
                results[n] = t.together(work)
            except ValueError as error:
                results[n] = error

    results = {}
    threads = [threading.Thread(target=store, args=(n,)) for n in range(12)]
    with t._one_writer:  # they gather behind whoever writes now
        gather(app, threads)
    [thread.join() for thread in threads]
    fine = [n for n in range(12) if n % 3]
    with app.app_context():
        assert sorted(db.session.scalars(db.select(Setting.value).where(Setting.key.startswith("k")))) == fine
    assert sorted(event.data["id"] for event in heard) == fine
    assert [results[n] for n in fine] == fine
    assert all(isinstance(results[n], ValueError) and results[n].args == (n,) for n in range(0, 12, 3))


def test_those_who_wait_to_write_share_one_commit(app, driver_statements):
    def count(n):
        with app.app_context():
            t.together(lambda session: session.add(Setting(key=f"k{n}", value=n)))

    threads = [threading.Thread(target=count, args=(n,)) for n in range(8)]
    with t._one_writer:
        gather(app, threads)
    [thread.join() for thread in threads]
    assert sum("COMMIT" in statement for statement in driver_statements) == 1
    with app.app_context():
        assert len(db.session.scalars(db.select(Setting).where(Setting.key.startswith("k"))).all()) == 8

"""What is counted in a process without Redis: exactly, and without a thread for each count."""

import time

import pytest
from limits import parse

from app.extensions import limiter
from app.services.limits import Memory


@pytest.fixture
def counts(monkeypatch):
    monkeypatch.setattr(Memory, "FORGET", 0.2)
    counts = Memory()
    counts.timer.join()  # the library's own first look
    return counts


def test_a_count_is_over_in_its_time_whoever_looks_or_not(counts):
    assert [counts.incr("somebody", 0.5) for _ in range(3)] == [1, 2, 3]
    time.sleep(0.51)
    assert counts.get("somebody") == 0 and counts.incr("somebody", 60) == 1
    counts.incr("gone", 0.01)
    counts.timer.join()
    assert "gone" not in counts.storage and counts.get("somebody") == 1


def test_many_counts_are_looked_through_once(counts, monkeypatch):
    monkeypatch.setattr(Memory, "FORGET", 60)
    counts.incr("somebody", 60)
    looking = counts.timer
    for _ in range(5):
        time.sleep(0.02)
        counts.incr("somebody", 60)
    assert counts.timer is looking and looking.daemon
    looking.cancel()


def test_beyond_its_limit_one_waits_for_the_rest_of_the_time_and_each_limit_counts_by_itself(counts):
    few, more = parse("2 per 10 seconds"), parse("3 per 10 seconds")
    assert [counts.wait("somebody", few) for _ in range(2)] == [0, 0]
    assert 1 <= counts.wait("somebody", few) <= 10
    assert counts.wait("somebody", more) == counts.wait("somebody else", few) == 0


def test_the_site_without_redis_counts_so(app):
    assert isinstance(limiter.storage, Memory)

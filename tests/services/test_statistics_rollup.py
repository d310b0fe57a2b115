"""The rollup against a recount over the raw rows, after any history."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.constants import Deal
from app.extensions import db
from app.models.inquiries import Inquiry
from app.models.statistics import DailyCount, MonthlyCount, YearlyCount
from app.services import integrity, statistics
from app.services import settings as service_settings
from app.services.statistics import histogram
from app.services.transaction import transaction

CITIES = ("Прага", "Брно", "Берлин")
FACTS = [
    getattr(Inquiry, name)
    for name in ("published_day", "city_id", "deal", "source", "acceptances", "first_response_seconds")
]


def rollup():
    """What is kept, as {(table, day, city, deal, source): (counts…, {lane: inquiries})}."""
    return {
        (table.name, *key): (*counts, lanes(responses))
        for table in (DailyCount.__table__, MonthlyCount.__table__, YearlyCount.__table__)
        for *key, inquiries, accepted, acceptances, responses in db.session.execute(sa.select(table))
        if any(counts := (inquiries, accepted, acceptances)) or responses
    }


@cache  # a long history asks for the same again and again
def lanes(stored):
    counts = histogram.counts(histogram.load(stored))
    return {lane: count for lane, count in enumerate(counts) if count}


lane_of = cache(histogram.lane)


def recount():
    kept = {}
    for i in db.session.execute(sa.select(*FACTS).where(Inquiry.published_day.is_not(None))):
        month = i.published_day.replace(day=1)
        firsts = ("daily_counts", i.published_day), ("monthly_counts", month), ("yearly_counts", month.replace(month=1))
        for name, day in firsts:
            one = kept.setdefault((name, day, i.city_id, i.deal, i.source), [0, 0, 0, {}])
            one[0] += 1
            one[1] += i.acceptances > 0
            one[2] += i.acceptances
            if i.first_response_seconds is not None:
                at = lane_of(i.first_response_seconds)
                one[3][at] = one[3].get(at, 0) + 1
    return {key: tuple(one) for key, one in kept.items()}


def test_lanes_leave_no_second_out():
    edges = [histogram.begin(lane) for lane in range(2_000)]
    assert edges[:258] == [*range(257), 258]
    for lane, (first, after) in enumerate(pairwise(edges)):
        assert first < after
        assert histogram.lane(first) == histogram.lane(after - 1) == lane


STEPS = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 6), st.sampled_from(CITIES)),
    st.tuples(st.just("accept"), st.integers(0, 9), st.integers(0, 1_000_000)),
    st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from(CITIES)),
    st.tuples(st.just("deal"), st.integers(0, 9), st.sampled_from(list(Deal))),
    st.tuples(st.just("merge"), st.sampled_from(CITIES), st.sampled_from(CITIES)),
    st.tuples(st.just("withdraw"), st.integers(0, 9), st.none()),
)


def play(step, build, inquiries):
    kind, first, second = step
    if kind == "publish":
        day = date(2026, 10, 28) + timedelta(days=first)
        values = {"published_day": day, "published_at": datetime.combine(day, time(9), UTC)}
        inquiries.append(build.inquiry(build.someone, build.city(second), **values).id)
    elif kind == "merge":
        merge(build.city(first).id, build.city(second).id)
    elif inquiries:
        change(inquiries[first % len(inquiries)], kind, second, build)


def merge(loser, winner):
    if loser != winner:
        with transaction() as session:
            ids = session.scalars(sa.select(Inquiry.id).where(Inquiry.city_id == loser)).all()
            statistics.move_inquiries(ids, winner)
            statistics.sweep(loser)


def change(inquiry_id, kind, value, build):
    city_id = build.city(value).id if kind == "move" else None
    with transaction() as session:
        inquiry = session.get_one(Inquiry, inquiry_id)
        with statistics.tracked(inquiry), statistics.tracked(inquiry):
            if kind == "accept":
                inquiry.acceptances += 1
                if inquiry.first_response_seconds is None:
                    inquiry.first_response_seconds = value
            elif kind == "move":
                inquiry.city_id = city_id
            elif kind == "deal":
                inquiry.deal = value
            elif kind == "withdraw":
                inquiry.published_at = inquiry.published_day = None


@pytest.mark.every_database
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=12))
def test_any_history_leaves_the_rollup_equal_to_a_recount(build, history):
    build.someone = getattr(build, "someone", None) or build.client()
    inquiries = []
    for step in history:
        play(step, build, inquiries)
    kept = rollup()
    assert kept == recount()
    statistics.rebuild()
    assert rollup() == kept


def test_a_refused_change_counts_nothing(build):
    inquiry = build.inquiry()
    before = rollup()
    try:
        with transaction(), statistics.tracked(inquiry):
            inquiry.acceptances = 5
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert rollup() == before == recount()


@pytest.mark.every_database
def test_another_business_zone_moves_the_inquiries_around_midnight(build):
    late, early = (datetime(2026, 11, 3, hour, 30, tzinfo=UTC) for hour in (20, 2))  # 23:30 and 5:30 in Moscow
    for moment in (late, early):
        values = {"published_day": date(2026, 11, 3), "first_response_seconds": 90, "acceptances": 1}
        build.conversation(build.inquiry(published_at=moment, **values))
    boss = build.supervisor()
    service_settings.change("business_timezone", "Asia/Tokyo", actor=boss)
    assert [row.day for row in db.session.scalars(sa.select(DailyCount).where(DailyCount.inquiries > 0))] == [
        date(2026, 11, 3),
        date(2026, 11, 4),
    ]
    assert rollup() == recount()
    assert integrity.check() == []

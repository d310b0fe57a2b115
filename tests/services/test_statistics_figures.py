"""The figures against a recount over the raw rows, for any filter; and the arithmetic of periods."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.admin.figures import Words
from app.constants import Deal, InquirySource, Period
from app.errors import InvalidInput
from app.extensions import db
from app.models.inquiries import Inquiry
from app.services import settings as service_settings
from app.services import statistics
from app.services.statistics.periods import containing, parse_span
from app.services.transaction import transaction

CITIES = ("Прага", "Брно", "Берлин")
SOURCES = list(InquirySource)
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("app.services.statistics.filters.today", lambda: TODAY)


def publish(build, city, deal, day, seconds, source=InquirySource.SITE):
    values = {"first_response_seconds": seconds, "acceptances": 0 if seconds is None else 1 + seconds % 3}
    return build.inquiry(
        build.someone,
        build.city(city),
        deal=deal,
        source=source,
        published_day=day,
        published_at=datetime.combine(day, time(9), UTC),
        **values,
    )


def recount(filters):
    """The definition, said again over the rows themselves."""
    rows = [
        i
        for i in db.session.scalars(db.select(Inquiry))
        if filters.span.first <= i.published_day <= filters.span.last
        and filters.city in (None, i.city)
        and filters.country in (None, i.city.country)
        and filters.deal in (None, i.deal)
        and filters.source in (None, i.source)
    ]
    seconds = [i.first_response_seconds for i in rows if i.first_response_seconds is not None]
    return (
        len(rows),
        sum(i.acceptances > 0 for i in rows),
        sum(i.acceptances for i in rows),
        median(seconds) if seconds else None,
        sorted(seconds)[ceil(len(seconds) * 0.9) - 1] if seconds else None,
    )


def told(counts):
    return counts.inquiries, counts.accepted, counts.acceptances, counts.response_seconds, counts.ninth_seconds


INQUIRY = st.tuples(
    st.sampled_from(CITIES),
    st.sampled_from(list(Deal)),
    st.dates(date(2026, 9, 20), date(2026, 11, 22)),
    st.none() | st.integers(0, 5_000) | st.integers(0, 500_000),
    st.sampled_from(SOURCES),
)
ASKED = st.fixed_dictionaries(
    {
        "period": st.sampled_from(["day", "week", "month", "year"]),
        "day": st.dates(date(2026, 9, 20), date(2026, 11, 30)).map(str),
    },
    optional={
        "country": st.sampled_from(["CZ", "DE"]),
        "deal": st.sampled_from(list(Deal)),
        "source": st.sampled_from(["site", "quick"]),
    },
) | st.fixed_dictionaries(
    {
        "period": st.just("range"),
        "from": st.dates(date(2026, 9, 20), date(2026, 10, 20)).map(str),
        "to": st.dates(date(2026, 10, 20), date(2026, 11, 22)).map(str),
    }
)


@pytest.mark.every_database
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(INQUIRY, max_size=6), ASKED)
def test_figures_equal_a_recount_and_every_breakdown_adds_up(build, inquiries, asked):
    build.someone = getattr(build, "someone", None) or build.client()
    build.boss = getattr(build, "boss", None) or build.supervisor()
    [build.country(code) for code in ("CZ", "DE")]
    for inquiry in inquiries:
        publish(build, *inquiry)
    filters = statistics.parse(asked)
    figures = statistics.figures(filters, actor=build.boss)
    assert told(figures.total) == recount(filters)
    for rows in (figures.countries, figures.cities, figures.deals, figures.sources, figures.days, figures.months):
        for name in ("inquiries", "accepted", "acceptances"):
            assert sum(getattr(row.counts, name) for row in rows) == getattr(figures.total, name)
    assert told(figures.previous) == recount(replace(filters, span=figures.compared))
    by = {"country": figures.countries, "city": figures.cities, "deal": figures.deals, "source": figures.sources}
    for name, rows in by.items():
        for row in rows:
            assert told(row.counts) == recount(replace(filters, **{name: row.subject}))
    words = Words()
    page = statistics.figures(filters, actor=build.boss, written=words.written)
    assert list(said(page, words)) == list(said(figures, words))


def said(figures, words):
    """What a page writes of every row."""
    rows = [*figures.countries, *figures.cities, *figures.deals, *figures.sources]
    for counts in (figures.total, figures.previous, *(row.counts for row in rows)):
        yield list(words.cells(replace(counts, deals=Counter(counts.deals)), True, True, True))


@pytest.mark.every_database
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Moscow", "Pacific/Auckland"])
def test_figures_of_any_range_follow_the_business_zone(build, zone):
    """Some inquiries a day for three months, around midnight too; ranges that begin and end inside months."""
    client, boss, cities = build.client(), build.supervisor(), [build.city(name) for name in CITIES]
    service_settings.change("business_timezone", zone, actor=boss)
    template = build.inquiry(client, cities[0])
    values = {c.name: getattr(template, c.name) for c in Inquiry.__table__.c if c.name not in ("id", "public_id")}
    with transaction() as session:
        for n in range(300):
            at = datetime(2026, 9, 1, 1, 30, tzinfo=UTC) + timedelta(hours=7 * n)
            day = at.astimezone(service_settings.business_zone()).date()
            seconds = None if n % 5 == 0 else n * n * 37 % 40_000
            counts = {
                "number": 5_000 + n,
                "first_response_seconds": seconds,
                "acceptances": 0 if seconds is None else 1,
            }
            where = {"city_id": cities[n % 3].id, "deal": list(Deal)[n % 2], "published_at": at, "published_day": day}
            where |= {"source": SOURCES[n % len(SOURCES)]}
            session.add(Inquiry(**values | counts | where))
    statistics.rebuild()
    for first, last in (("2026-09-17", "2026-11-13"), ("2026-10-01", "2026-10-31"), ("2026-08-20", "2026-12-03")):
        filters = statistics.parse({"period": "range", "from": first, "to": last})
        figures = statistics.figures(filters, actor=boss)
        assert told(figures.total) == recount(filters)
        for row in figures.cities:
            assert told(row.counts) == recount(replace(filters, city=row.subject))
        for row in figures.sources:
            assert told(row.counts) == recount(replace(filters, source=row.subject))
        months = Counter()
        for row in figures.days:
            months[row.subject.replace(day=1)] += row.counts.inquiries
        assert [(row.subject, row.counts.inquiries) for row in figures.months] == list(months.items())
        assert sum(row.counts.inquiries for row in figures.days) == figures.total.inquiries


def test_a_page_looks_for_a_response_only_where_its_text_is_in_doubt(build, count_queries):
    boss, build.someone = build.supervisor(), build.client()
    year = statistics.parse({"period": "year"})
    publish(build, "Прага", Deal.RENT, TODAY, 20 * 60 + 3)  # within its lane all are told as 20 minutes
    with count_queries() as statements:
        figures = statistics.figures(year, actor=boss, written=Words().written)
    assert Words().minutes(figures.total.first_response) == Words().minutes(20)
    assert not [each for each in statements if "first_response_seconds" in str(each)]
    publish(build, "Прага", Deal.RENT, TODAY, 80 * 60 + 29)  # its lane goes on into the minute after
    with count_queries() as statements:
        figures = statistics.figures(year, actor=boss, written=Words().written)
    assert Words().minutes(figures.total.slow_response) == Words().minutes(80)
    assert [each for each in statements if "first_response_seconds" in str(each)]


def test_figures_take_a_handful_of_statements_however_many_places_there_are(build, count_queries):
    boss, build.someone = build.supervisor(), build.client()
    for n in range(30):
        publish(build, f"Город {n}", Deal.RENT, TODAY - timedelta(days=n), 60 + n)
    with count_queries() as statements:
        statistics.figures(statistics.parse({"period": "year"}), actor=boss)
    assert len(statements) <= 12


def test_a_realtor_sees_the_own_city_only(build):
    build.someone = build.client()
    for city in CITIES:
        publish(build, city, Deal.RENT, TODAY, 60)
    figures = statistics.figures(statistics.parse({}), actor=build.realtor(city=build.city("Брно")))
    assert [row.subject.name_ru for row in figures.cities] == ["Брно"]
    assert figures.total.inquiries == 1
    assert statistics.figures(statistics.parse({}), actor=build.someone).total.inquiries == 0


@pytest.mark.parametrize(
    "period, day, first, last, before",
    [
        ("day", "2026-03-01", "2026-03-01", "2026-03-01", ("2026-02-28", "2026-02-28")),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03", ("2026-12-21", "2026-12-27")),
        ("month", "2026-03-31", "2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        (
            "month",
            "2026-11-05",
            "2026-11-01",
            "2026-11-30",
            ("2026-10-01", "2026-10-22"),
        ),  # not over yet: like with like
        ("year", "2024-02-29", "2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31")),
    ],
)
def test_periods_contain_the_day_and_know_the_one_before(period, day, first, last, before):
    span = containing(Period(period), date.fromisoformat(day))
    assert (str(span.first), str(span.last)) == (first, last)
    previous = span.before(TODAY)
    assert (str(previous.first), str(previous.last)) == before
    assert span.shifted(1).shifted(-1) == span


def test_a_range_is_compared_with_as_many_days_before_it():
    span = parse_span({"period": "range", "from": "2026-11-01", "to": "2026-11-10"}, today=TODAY)
    previous = span.before(TODAY)
    assert previous.last == span.first - timedelta(days=1)
    assert previous.length == span.length


@pytest.mark.parametrize(
    "args, field",
    [
        ({"period": "decade"}, "period"),
        ({"day": "22.11.2026"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"period": "range", "from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"period": "range", "from": "2000-01-01", "to": "2026-11-01"}, "to"),
        ({"country": "XX"}, "country"),
        ({"city": "not-an-id"}, "city"),
        ({"deal": "steal"}, "deal"),
        ({"source": "rumour"}, "source"),
    ],
)
def test_bad_filters_name_their_field(context, args, field):
    with pytest.raises(InvalidInput) as refused:
        statistics.parse(args)
    assert refused.value.field == field


def test_a_city_of_another_country_is_refused(build):
    build.country("DE")
    with pytest.raises(InvalidInput) as refused:
        statistics.parse({"country": "DE", "city": str(build.city("Брно").public_id)})
    assert refused.value.field == "city"

"""Reports against a recount over the rows themselves; who may see them; and the mail that goes out once."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from math import ceil
from random import Random
from statistics import median
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.constants import AuditTag as Tag
from app.constants import Channel, Deal, Every, InquirySource, InquiryStatus, PropertyType, Role
from app.errors import EditConflict, Forbidden, InvalidInput
from app.extensions import db
from app.models.accounts import Realtor
from app.models.audit import AuditEvent, BinItem
from app.models.base import utcnow
from app.models.inquiries import Inquiry, Match
from app.models.outbox import Delivery
from app.models.reports import SavedReport
from app.services import accounts, bin, conversations, matches, reports, statistics, undoing
from app.services import settings as service_settings
from app.services.merging import agencies as merging
from app.services.reports import ALL, TooMuch, bounds, calendar, running, schedule, sending, statements
from app.services.reports import words as in_words
from app.services.reports.subjects import SUBJECTS
from app.services.transaction import transaction
from app.tasks import dispatcher

TODAY = date(2026, 11, 22)
CITIES = ("Прага", "Брно", "Берлин")
FAR = {"when": "range", "from": "2026-09-01", "to": "2026-11-30"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("app.services.statistics.filters.today", lambda: TODAY)
    monkeypatch.setattr("app.services.statistics.today", lambda: TODAY)


def publish(build, city, deal, at, seconds, source=InquirySource.SITE):
    zone = service_settings.business_zone()
    return build.inquiry(
        build.someone,
        build.city(city),
        deal=deal,
        source=source,
        property_type=list(PropertyType)[at.minute % 5],
        published_at=at,
        published_day=at.astimezone(zone).date(),
        first_response_seconds=seconds,
        acceptances=0 if seconds is None else 1 + seconds % 3,
    )


def ask(build, **words):
    return reports.run(reports.parse(words), actor=build.boss)


def key_of(dimension, inquiry, zone):
    day, at = inquiry.published_day, inquiry.published_at.astimezone(zone)
    return {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "weekday": day.weekday(),
        "hour": at.hour,
        "country": inquiry.city.country_id,
        "city": inquiry.city_id,
        "deal": inquiry.deal,
        "source": inquiry.source,
        "property": inquiry.property_type,
        "status": inquiry.status,
        "agency": None,
    }[dimension]


def measured(rows):
    seconds = sorted(i.first_response_seconds for i in rows if i.first_response_seconds is not None)
    return {
        "inquiries": len(rows),
        "accepted": sum(i.acceptances > 0 for i in rows),
        "acceptances": sum(i.acceptances for i in rows),
        "acceptance_rate": sum(i.acceptances > 0 for i in rows) / len(rows) if rows else None,
        "first_response": median(seconds) / 60 if seconds else None,
        "slow_response": seconds[ceil(len(seconds) * 0.9) - 1] / 60 if seconds else None,
    }


def told(result, row=ALL, column=ALL):
    return {word: result.value(word, row, column) for word in result.spec.measures}


DIMENSIONS, MEASURES = SUBJECTS["inquiries"].dimensions, tuple(SUBJECTS["inquiries"].measures)
INQUIRY = st.tuples(
    st.sampled_from(CITIES),
    st.sampled_from(list(Deal)),
    st.datetimes(datetime(2026, 9, 20), datetime(2026, 11, 22), timezones=st.just(UTC)),
    st.none() | st.integers(0, 500_000),
    st.sampled_from(list(InquirySource)),
)


@pytest.mark.every_database
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(INQUIRY, max_size=8),
    st.lists(st.sampled_from(DIMENSIONS), min_size=2, max_size=2),
    st.sets(st.sampled_from(MEASURES), min_size=1),
    st.fixed_dictionaries({}, optional={"country": st.sampled_from(["CZ", "DE"]), "deal": st.sampled_from(list(Deal))}),
)
def test_every_cell_and_total_equals_a_recount(build, inquiries, dimensions, measures, only):
    build.someone = getattr(build, "someone", None) or build.client()
    build.boss = getattr(build, "boss", None) or build.supervisor()
    [build.country(code) for code in ("CZ", "DE")]
    for inquiry in inquiries:
        publish(build, *inquiry)
    result = ask(build, rows=dimensions[0], columns=dimensions[1], measure=sorted(measures), **FAR, **only)
    zone, groups = service_settings.business_zone(), defaultdict(list)
    rows = [
        i
        for i in db.session.scalars(sa.select(Inquiry).where(Inquiry.published_day >= date(2026, 9, 1)))
        if only.get("country") in (None, i.city.country.code) and only.get("deal") in (None, i.deal)
    ]
    for i in rows:
        keys = [key_of(name, i, zone) for name in dimensions]
        column = keys[1] if result.spec.columns else ALL
        for place in {(keys[0], column), (keys[0], ALL), (ALL, column), (ALL, ALL)}:
            groups[place].append(i)
    asked = result.spec.measures
    for (row, column), group in groups.items():
        assert told(result, row, column) == pytest.approx({word: measured(group)[word] for word in asked}, nan_ok=True)
    assert {row for row, _ in groups if row is not ALL} <= set(result.rows)
    assert told(result) == {word: measured(rows)[word] for word in asked}


@pytest.mark.every_database
@pytest.mark.parametrize("when", ["month", "last_month", "months_12", "days_28", "last_week", "year", "yesterday"])
def test_totals_are_those_of_the_statistics_page(build, when):
    """Whichever way they are counted: from the rollup, from the rows, with a median or without."""
    build.someone, build.boss = build.client(), build.supervisor()
    for n in range(60):
        at = datetime(2026, 9, 1, 1, 30, tzinfo=UTC) + timedelta(hours=33 * n)
        publish(build, CITIES[n % 3], list(Deal)[n % 2], at, None if n % 4 == 0 else n * 77)
    spec = reports.parse({"when": when, "measure": list(MEASURES)})
    figures = statistics.figures(statistics.Filters(spec.span(TODAY)), actor=build.boss).total
    expected = {
        "inquiries": figures.inquiries,
        "accepted": figures.accepted,
        "acceptances": figures.acceptances,
        "acceptance_rate": figures.acceptance_rate,
        "first_response": figures.first_response,
        "slow_response": figures.slow_response,
    }
    for rows, columns in (("city", None), ("city", "month"), ("month", "deal"), ("hour", "weekday"), ("source", "day")):
        whole = ask(build, rows=rows, columns=columns, when=when, measure=list(MEASURES))
        assert told(whole) == pytest.approx(expected)
        for word in ("inquiries", "accepted", "acceptances"):
            light = ask(build, rows=rows, columns=columns, when=when, measure=[word])
            assert told(light) == {word: expected[word]}
            assert sum(light.value(word, row) or 0 for row in light.rows) == expected[word]


@pytest.mark.every_database
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Europe/Prague"])
def test_hours_are_those_of_the_business_zone_even_when_its_clocks_change(build, zone):
    build.someone, build.boss = build.client(), build.supervisor()
    service_settings.change("business_timezone", zone, actor=build.boss)
    for n in range(120):
        publish(build, "Прага", Deal.RENT, datetime(2026, 10, 20, 0, 10, tzinfo=UTC) + timedelta(hours=4 * n), None)
    result = ask(build, rows="weekday", columns="hour", **FAR)
    counts = defaultdict(int)
    for at in db.session.scalars(sa.select(Inquiry.published_at)):
        counts[at.astimezone(ZoneInfo(zone)).weekday(), at.astimezone(ZoneInfo(zone)).hour] += 1
    assert {(d, h): result.value("inquiries", d, h) or 0 for d in range(7) for h in range(24)} == {
        (d, h): counts[d, h] for d in range(7) for h in range(24)
    }


@pytest.mark.every_database
def test_realtors_and_conversations(build):
    build.boss = build.supervisor()
    domus, orbis = build.agency("Домус"), build.agency("Орбис")
    quick, slow, idle = (
        build.realtor(name, agency=agency) for name, agency in (("А", domus), ("Б", orbis), ("В", orbis))
    )
    with transaction() as session:
        session.execute(sa.update(Realtor).values(created_at=utcnow() - timedelta(days=2)))
    inquiries = [build.inquiry() for _ in range(3)]
    for inquiry, realtor, seconds in ((0, quick, 60), (1, quick, 180), (1, slow, 7200)):
        conversation = build.conversation(inquiries[inquiry], realtor)
        with transaction() as session:
            session.execute(
                sa.update(Match)
                .where(Match.realtor_id == realtor.id, Match.response_seconds == 0)
                .values(response_seconds=seconds)
            )
        for sender in (conversation.client, realtor):
            conversations.send(conversation, nonce=uuid4(), body="…", actor=sender)
        conversations.close(conversation, actor=conversation.client)  # the system's own words are nobody's
    refused = build.add(
        Match(
            inquiry_id=inquiries[2].id, realtor_id=idle.id, published_day=inquiries[2].published_day, seen_at=utcnow()
        )
    )
    wide = {"when": "range", "from": "2026-01-01", "to": (utcnow() + timedelta(days=1)).date().isoformat()}
    result = ask(
        build,
        subject="answers",
        rows="realtor",
        measure=["received", "seen", "accepted", "response"],
        sort="response",
        **wide,
    )
    assert [result.row_name(row) for row in result.rows] == [
        "Б",
        "А",
        "В",
    ]  # the slowest first; no answer at all is last
    assert [told(result, person.id) for person in (quick, slow, idle)] == [
        {"received": 3, "seen": 2, "accepted": 2, "response": 2},
        {"received": 3, "seen": 1, "accepted": 1, "response": 120},
        {"received": 3, "seen": 1, "accepted": 0, "response": None},
    ]
    with transaction() as session:
        session.get_one(Match, refused.id).declined_at = utcnow()
    result = ask(build, subject="answers", rows="realtor", measure=["seen", "declined"], **wide)
    assert [told(result, person.id)["declined"] for person in (quick, slow, idle)] == [0, 0, 1]
    result = ask(
        build, subject="conversations", rows="agency", measure=["conversations", "messages", "answered_share"], **wide
    )
    assert told(result) == {"conversations": 3, "messages": 6, "answered_share": 1}
    assert told(result, domus.id) == {"conversations": 2, "messages": 4, "answered_share": 1}


@pytest.fixture
def answered(build):
    """Three inquiries: of the first nobody thinks, the second both agencies accept, Домус first, the third Орбис."""
    build.boss = build.supervisor()
    build.domus, build.orbis = build.agency("Домус"), build.agency("Орбис")
    build.anna, build.boris = build.realtor("Анна", agency=build.domus), build.realtor("Борис", agency=build.orbis)
    _nobody, both, last = (build.inquiry() for _ in range(3))
    for inquiry, realtor in ((both, build.anna), (both, build.boris), (last, build.boris)):
        build.conversation(inquiry, realtor)
    return {"when": "range", "from": "2026-01-01", "to": (utcnow() + timedelta(days=1)).date().isoformat()}


@pytest.mark.every_database
@pytest.mark.parametrize(
    ("subject", "measure", "everybody", "domus", "orbis"),
    [("inquiries", "inquiries", 3, 1, 2), ("answers", "seen", 3, 1, 2), ("conversations", "conversations", 3, 1, 2)],
)
def test_a_report_of_one_agency_or_one_realtor(build, answered, subject, measure, everybody, domus, orbis):
    def counted(**filters):
        return ask(build, subject=subject, rows="city", measure=measure, **filters, **answered).value(measure)

    agencies = [str(agency.public_id) for agency in (build.domus, build.orbis)]
    assert [counted(), *(counted(agency=each) for each in agencies)] == [everybody, domus, orbis]
    assert [counted(realtor=str(each.public_id)) for each in (build.anna, build.boris)] == [domus, orbis]
    assert not counted(agency=agencies[0], realtor=str(build.boris.public_id))


def test_received_is_counted_of_the_agency_asked_for(build, answered):
    with transaction() as session:
        session.execute(sa.update(Realtor).values(created_at=utcnow() - timedelta(days=2)))
    agency = {"subject": "answers", "rows": "realtor", "agency": str(build.domus.public_id)}
    result = ask(build, measure=["received", "seen"], **agency, **answered)
    assert (told(result), [result.row_name(row) for row in result.rows]) == ({"received": 3, "seen": 1}, ["Анна"])


def test_who_is_no_realtor_is_not_named_by_a_report(build, answered):
    """Whoever builds reports knows realtors; the id of a client must not tell the client's name."""
    for wrong in (str(build.client("Тайный клиент").public_id), "никто"):
        with pytest.raises(InvalidInput) as refused:
            reports.parse({"realtor": wrong})
        assert refused.value.field == "realtor"
        assert "Тайный" not in in_words.describe({"realtor": wrong})


def test_a_report_of_an_agency_that_was_merged_is_about_what_it_became(build, answered):
    asked = {"subject": "answers", "rows": "realtor", "agency": str(build.domus.public_id), **answered}
    report = reports.save("Домус", asked, actor=build.boss)
    merging.merge(build.orbis, build.domus, {}, actor=build.boss)
    result = reports.show(report)
    assert {result.row_name(row) for row in result.rows} == {"Анна", "Борис"}
    assert in_words.describe(report.spec).endswith("агентство: Орбис")


@pytest.mark.every_database
@pytest.mark.parametrize(
    "words", [{"rows": "status", "columns": "property"}, {"rows": "property"}, {"rows": "property", "status": "done"}]
)
def test_states_and_kinds_of_a_long_time_are_counted_off_their_index(build, words):
    build.boss = build.supervisor()
    kinds = [PropertyType.HOUSE, PropertyType.ROOM]
    states = [InquiryStatus.NEW, InquiryStatus.DONE, InquiryStatus.CANCELLED]
    for n in range(9):
        build.inquiry(status=states[n % 3], property_type=kinds[n % 2], acceptances=n % 4, published_day=TODAY)
    build.inquiry(status=states[1], property_type=kinds[0], published_day=date(2020, 1, 1))
    year = {"when": "range", "from": "2026-01-01", "to": "2026-11-30"}
    result = ask(build, measure=["inquiries", "accepted", "acceptances"], **words, **year)
    expected = Counter()
    for i in db.session.scalars(sa.select(Inquiry).where(Inquiry.published_day == TODAY)):
        if words.get("status") in (None, i.status):
            column = i.property_type if "columns" in words else ALL
            for row in (i.status if "columns" in words else i.property_type, ALL):
                for name, more in (("inquiries", 1), ("accepted", i.acceptances > 0), ("acceptances", i.acceptances)):
                    expected[row, column, name] += more
    for (row, column, name), number in expected.items():
        assert result.value(name, row, column) == number
    if calendar.is_sqlite():
        assert "COVERING INDEX ix_inquiries_states" in plan(result, build.boss)


@pytest.mark.every_database
@pytest.mark.parametrize("columns", ["", "month", "weekday", "country", "city", "deal", "source", "property"])
def test_a_long_time_by_agency_is_counted_off_its_index_and_equals_a_recount(build, columns):
    build.boss, chance = build.supervisor(), Random(7)
    agencies = [build.agency(name) for name in ("Домус", "Орбис", "Норд")]
    cities = [build.city("Прага"), build.city("Берлин")]
    realtors = [build.realtor(city=cities[n % 2], agency=agencies[n % 3]) for n in range(6)]
    for n in range(24):
        day = TODAY - timedelta(days=n * 5)
        at = datetime.combine(day, time(12), UTC)
        values = {"deal": chance.choice(list(Deal)), "source": chance.choice(list(InquirySource))}
        values |= {"property_type": list(PropertyType)[n % 3], "published_at": at, "published_day": day}
        inquiry = build.inquiry(build.client(), cities[n % 2], **values)
        for realtor in chance.sample(realtors[n % 2 :: 2], chance.randrange(4)):
            matches.accept(inquiry, actor=realtor)
    accounts.change_agency(realtors[0], agencies[1], actor=build.boss)
    words = {"rows": "agency", "columns": columns, "measure": list(MEASURES)}
    result = ask(build, **words, **FAR | {"from": "2026-01-01"})
    expected = defaultdict(list)
    for inquiry in db.session.scalars(sa.select(Inquiry)):
        accepted = sorted((m for m in inquiry.matches if m.accepted_at), key=lambda m: (m.accepted_at, m.id))
        agency = accepted[0].realtor.realtor.agency_id if accepted else None
        column = key_of(columns, inquiry, service_settings.business_zone()) if columns else ALL
        for key in {(agency, column), (agency, ALL), (ALL, column), (ALL, ALL)}:
            expected[key].append(inquiry)
    for key, group in expected.items():
        assert told(result, *key) == pytest.approx(measured(group), nan_ok=True)
    assert len(result.rows) == 4
    if calendar.is_sqlite():
        assert "COVERING INDEX ix_inquiries_answered" in plan(result, build.boss)


@pytest.mark.parametrize(
    "words", [{"rows": "property", "measure": "first_response"}, {"rows": "weekday", "columns": "hour"}]
)
def test_other_reports_of_inquiries_read_no_row_either(build, words):
    build.boss = build.supervisor()
    result = ask(build, **{"measure": ["inquiries", "accepted"], **FAR} | words)
    assert "COVERING INDEX ix_inquiries_published" in plan(result, build.boss)


def test_a_report_of_conversations_reads_neither_messages_nor_what_it_does_not_ask_of(build):
    build.boss = build.supervisor()
    result = ask(build, subject="conversations", rows="week", measure=["messages"], **FAR)
    steps = [step for step in plan(result, build.boss).splitlines() if step.startswith(("SCAN", "SEARCH"))]
    assert [" ".join(step.split()[:5]) for step in steps] == [
        "SEARCH conversations USING INDEX ix_conversations_created"
    ]


def plan(result, actor):
    """How SQLite goes about the first statement of a report."""
    [statement, *_] = statements.of(result.spec, result.span, actor, 10)
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    return "\n".join(
        row[3] for row in db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", "\\:")))
    )


def test_what_does_not_suit_the_subject_gives_way(build):
    kept = reports.parse(
        {"subject": "answers", "rows": "hour", "columns": "source", "measure": "inquiries", "deal": "rent"}
    )
    assert (kept.rows, kept.columns, kept.measures, kept.filters) == ("day", None, ("received",), {})
    assert reports.parse(kept.words) == kept
    build.city()
    whole = reports.parse({"rows": "city", "status": ["new", "done"], "country": "CZ", "sort": "-inquiries", **FAR})
    assert reports.parse(whole.words) == whole
    for wrong, field in (({"when": "range", "from": "yesterday"}, "from"), ({"city": "nowhere"}, "city")):
        with pytest.raises(InvalidInput) as refused:
            reports.parse(wrong)
        assert refused.value.field == field


def test_too_much_is_refused_in_words(build, monkeypatch):
    build.someone, build.boss = build.client(), build.supervisor()
    for n in range(4):
        publish(build, "Прага", Deal.RENT, datetime(2026, 11, 1 + n, 9, tzinfo=UTC), None)
    monkeypatch.setattr(running, "CELLS", 3)
    with pytest.raises(TooMuch):
        ask(build, rows="day", **FAR)


@pytest.mark.every_database
def test_a_statement_that_takes_too_long_is_ended(build, monkeypatch):
    monkeypatch.setattr(bounds, "SECONDS", 0.2)
    slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000000) SELECT count(*) FROM n"
    with pytest.raises(TooMuch), bounds.bounded():
        db.session.execute(sa.text(slow))
    assert db.session.scalar(sa.text("SELECT 1")) == 1


# Kept reports


@pytest.fixture
def owner(build):
    return build.supervisor(name="Ольга")


@pytest.fixture
def report(owner):
    return reports.save("Города", {"rows": "city", "when": "months_12"}, actor=owner)


def last_event():
    return db.session.scalar(
        sa.select(AuditEvent).where(AuditEvent.tag == Tag.REPORT_CHANGED).order_by(AuditEvent.id.desc())
    )


def test_a_report_is_its_owners_until_it_is_shared(build, owner, report):
    agent, other, realtor = build.agent(), build.supervisor(), build.realtor()
    build.inquiry()
    assert [reports.of(actor=who) for who in (owner, agent, other, realtor)] == [[report], [], [], []]
    reports.change(report, {"role": Role.AGENT}, actor=owner)
    assert [reports.of(actor=who) for who in (owner, agent, other, realtor)] == [[report], [report], [report], []]
    with pytest.raises(Forbidden):
        reports.change(report, {"title": "Чужое"}, actor=agent)
    assert reports.show(report).value("inquiries") == 1  # what its owner sees, and no more
    reports.change(report, {"title": "Наше"}, actor=other)  # owners look after what is shared
    accounts.block(owner, "Ушла", actor=other)
    assert reports.of(actor=agent) == []
    with pytest.raises(Forbidden):
        reports.show(report)


def test_every_change_of_a_report_is_taken_back(build, owner, report):
    for values in ({"title": "Иначе"}, {"spec": {"rows": "deal"}}, {"pinned": True}, {"role": Role.SUPERVISOR}):
        before = {name: getattr(report, name) for name in values}
        reports.change(report, values, actor=owner)
        undoing.undo(last_event(), actor=owner)
        assert {name: getattr(report, name) for name in values} == before
    me = [str(owner.public_id)]
    reports.change(report, {"schedule": Every.WEEK, "hour": 9, "receivers": me}, actor=owner)
    public_id, words = report.public_id, report.spec
    reports.remove(report, actor=owner)
    bin.restore(db.session.scalar(sa.select(BinItem)), actor=owner)
    back = db.session.scalar(sa.select(SavedReport).where(SavedReport.public_id == public_id))
    assert (back.spec, back.schedule, back.hour, back.receivers) == (words, Every.WEEK, 9, me)


def test_the_second_to_save_is_told(owner, report):
    reports.change(report, {"title": "Первая"}, version=1, actor=owner)
    with pytest.raises(EditConflict):
        reports.change(report, {"title": "Вторая"}, version=1, actor=owner)


# By mail


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("every", "now", "day"),
    [
        (Every.DAY, "2026-11-20 07:59", "2026-11-19"),
        (Every.DAY, "2026-11-20 08:00", "2026-11-20"),
        (Every.WEEK, "2026-11-23 07:59", "2026-11-16"),
        (Every.WEEK, "2026-11-29 12:00", "2026-11-23"),
        (Every.MONTH, "2026-12-01 07:00", "2026-11-01"),
        (Every.MONTH, "2026-12-01 08:00", "2026-12-01"),
    ],
)
def test_when_a_report_is_due(context, every, now, day):
    assert schedule.latest(every, 8, at(now)) == date.fromisoformat(day)


@pytest.fixture
def weekly(build, owner, report):
    """Due on Monday the 23rd at eight, to its owner and an operator."""
    agent = build.agent(email="operator@example.com")
    reports.change(report, {"role": Role.AGENT}, actor=owner)
    people = [str(owner.public_id), str(agent.public_id)]
    reports.change(report, {"schedule": Every.WEEK, "hour": 8, "receivers": people}, actor=owner)
    with transaction():
        report.sent_for = date(2026, 11, 16)
    report.agent = agent
    return report


def letters():
    return db.session.scalars(sa.select(Delivery).where(Delivery.channel == Channel.EMAIL)).all()


def test_a_report_goes_out_once_whoever_asks_and_however_often(build, weekly, monkeypatch):
    assert sending.send_due(at("2026-11-23 07:59")) == 0
    monkeypatch.setattr(sending, "notify", _dies)
    with pytest.raises(RuntimeError):
        sending.send_due(at("2026-11-23 08:01"))
    monkeypatch.undo()
    assert letters() == []  # nothing is half done: the next minute makes it good
    assert [sending.send_due(at(f"2026-11-{now}")) for now in ("23 08:02", "23 08:03", "29 23:00")] == [1, 0, 0]
    assert {letter.address for letter in letters()} == {weekly.owner.email, weekly.agent.email}
    assert sending.send_due(at("2026-12-14 08:00")) == 1  # three Mondays later: the last of them only
    assert len(letters()) == 4


def _dies(*args, **kwargs):
    raise RuntimeError("the worker is gone")


def test_the_letter_carries_the_workbook_of_its_day(build, weekly, workplace):
    build.inquiry(published_at=datetime.combine(date(2026, 11, 20), time(9), UTC), published_day=date(2026, 11, 20))
    sending.send_due(at("2026-11-23 08:00"))
    dispatcher.deliver_batch()
    files = [message_from_bytes(path.read_bytes(), policy=default) for path in (workplace / "mail").iterdir()]
    assert [mail["Subject"] for mail in files] == ["Города"] * 2
    [attached] = files[0].iter_attachments()
    assert attached.get_filename().startswith("Города, ")
    sheet = load_workbook(BytesIO(attached.get_content()))["Таблица"]
    assert list(sheet.iter_rows(values_only=True)) == [("По городам", "Запросы"), ("Прага", 1), ("Всего", 1)]
    assert "Запросы" in files[0].get_body(("plain",)).get_content()


def test_who_may_not_open_it_any_more_gets_no_letter(build, owner, weekly, workplace):
    sending.send_due(at("2026-11-23 08:00"))
    reports.change(weekly, {"role": None}, actor=owner)
    dispatcher.deliver_batch()
    assert len(list((workplace / "mail").iterdir())) == 1
    assert sorted(letter.status for letter in letters()) == ["dropped", "sent"]


def test_only_readers_receive_and_a_new_schedule_waits_for_its_time(build, owner, report):
    with pytest.raises(InvalidInput):
        reports.change(report, {"schedule": Every.DAY, "receivers": [str(build.client().public_id)]}, actor=owner)
    reports.change(report, {"schedule": Every.DAY, "receivers": [str(owner.public_id)]}, actor=owner)
    assert sending.send_due() == 0
    assert sending.send_due(utcnow() + timedelta(days=1)) == 1

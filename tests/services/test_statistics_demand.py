"""Demand against a recount over the raw rows: the funnel, the hours of any zone, where realtors lack, who answers."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from app.constants import Deal, InquiryStatus, MessageKind
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, Match
from app.services import settings, statistics
from app.services.statistics import demand
from app.services.statistics.hours import DAYS, hours


@pytest.fixture
def boss(build):
    return build.supervisor()


def everywhere(**narrower):
    return replace(statistics.parse({}), **narrower)


def published(build, client, city, at, **values):
    day = at.astimezone(settings.business_zone()).date()
    return build.inquiry(client, city, published_at=at, published_day=day, **values)


@pytest.mark.every_database
@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_hours_equal_a_recount_in_any_zone(build, boss, zone):
    settings.change("business_timezone", zone, actor=boss)
    client, cities = build.client(), [build.city(name) for name in ("Прага", "Брно")]
    today = statistics.today()
    newest = datetime.combine(today + timedelta(days=1), time(1), UTC)
    for n in range(80):
        at = newest - timedelta(minutes=587 * n)
        published(build, client, cities[n % 2], at, deal=list(Deal)[n % 3 == 0])
    build.inquiry(client, cities[0], status=InquiryStatus.DRAFT, published_at=None, published_day=None)
    for filters in (everywhere(), everywhere(city=cities[0]), everywhere(deal=Deal.BUY, country=cities[0].country)):
        expected = Counter()
        for row in db.session.scalars(db.select(Inquiry).where(Inquiry.published_at.is_not(None))):
            at = row.published_at.astimezone(settings.business_zone())
            if filters.city in (None, row.city) and filters.deal in (None, row.deal):
                expected[at.weekday(), at.hour] += today - timedelta(days=DAYS - 1) <= at.date() <= today
        found = hours(filters, actor=boss, today=today)
        told = {(day, hour): number for day, row in enumerate(found.counts) for hour, number in enumerate(row)}
        assert told == {key: expected[key] for key in told}
        assert found.total == sum(expected.values()) > 20
        assert told[found.busiest] == found.most


def test_a_realtor_sees_the_hours_of_the_own_city_only(build):
    client, brno = build.client(), build.city("Брно")
    for city in (brno, build.city("Прага"), build.city("Прага")):
        published(build, client, city, utcnow())
    realtor = build.realtor(city=brno)
    assert hours(everywhere(), actor=realtor, today=statistics.today()).total == 1
    assert hours(everywhere(), actor=client, today=statistics.today()).total == 3  # their own
    assert hours(everywhere(), actor=build.client(), today=statistics.today()).total == 0


def say(conversation, sender, seq):
    """A line, as the conversation itself keeps it too."""
    db.session.add(Message(conversation_id=conversation.id, seq=seq, nonce=uuid4(), sender_id=sender.id,
                           kind=MessageKind.TEXT, body="Здравствуйте"))  # fmt: skip
    conversation.last_seq, conversation.last_sender_id = seq, sender.id
    conversation.client_messages += sender.id == conversation.client_id
    db.session.commit()


@pytest.mark.every_database
def test_the_funnel_equals_a_recount(build, boss):
    client, city = build.client(), build.city("Брно")
    realtors = [build.realtor(city=city) for _ in range(2)]
    now = utcnow()
    for n in range(24):
        done = InquiryStatus.DONE if n % 5 == 0 else InquiryStatus.NEW
        inquiry = published(
            build, client, city, now - timedelta(hours=11 * n), acceptances=int(n % 3 == 0) * 2, status=done
        )
        if n % 3 == 0:
            talks = [build.conversation(inquiry, realtor) for realtor in realtors]
            speakers = [realtors[0], client, realtors[0]][: n % 4]
            for seq, sender in enumerate(speakers, start=1):
                say(talks[0], sender, seq)
        elif n % 3 == 1:
            pair = {"inquiry_id": inquiry.id, "realtor_id": realtors[0].id, "published_day": inquiry.published_day}
            build.add(Match(**pair, seen_at=now if n % 2 else None))
    for back in (0, 1):
        span = demand.week(back)
        rows = db.session.scalars(db.select(Inquiry).where(Inquiry.published_day.between(span.first, span.last))).all()
        ids = [row.id for row in rows]
        seen = set(db.session.scalars(db.select(Match.inquiry_id).where(Match.seen_at.is_not(None))))
        talks = db.session.execute(
            db.select(Conversation.inquiry_id).join(Message).where(Message.sender_id == client.id).distinct()
        )
        spoken = set(talks.scalars())
        told = demand.funnel(everywhere(city=city), span, actor=boss)
        assert (told.published, told.opened, told.accepted) == (
            len(ids),
            sum(id in seen for id in ids),
            sum(row.acceptances > 0 for row in rows),
        )
        assert told.wrote == sum(id in spoken for id in ids)
        assert told.found == sum(row.status == InquiryStatus.DONE and row.acceptances > 0 for row in rows)
        assert told.published >= told.opened >= told.accepted >= told.wrote > 0
    assert demand.funnel(everywhere(city=build.city("Прага")), demand.week(), actor=boss).published == 0


def test_cities_that_answer_too_little_or_with_too_few_are_named_the_worst_first(build, boss):
    client = build.client()
    for name, inquiries, accepted, realtors in (
        ("Брно", 14, 14, 1),  # all answered, by one person alone
        ("Берлин", 6, 1, 3),  # enough people who do not answer
        ("Прага", 6, 6, 1),  # fine
        ("Тбилиси", 4, 0, 0),  # too few to judge by
    ):
        city = build.city(name)
        [build.realtor(city=city) for _ in range(realtors)]
        for n in range(inquiries):
            answered = {"acceptances": 1, "first_response_seconds": 60} if n < accepted else {}
            build.inquiry(client, city, **answered)
    figures = statistics.figures(everywhere(span=demand.week()), actor=boss)
    told = [(row.subject.name_ru, row.counts.inquiries, row.realtors) for row in demand.wanting(figures)]
    assert told == [("Берлин", 6, 3), ("Брно", 14, 1)]


def test_who_answers_and_who_is_silent(build, boss):
    brno, praha, long_ago = build.city("Брно"), build.city("Прага"), utcnow() - timedelta(days=20)
    busy, away = build.realtor(city=brno, last_seen_at=utcnow()), build.realtor(city=brno, last_seen_at=long_ago)
    other = build.realtor(city=praha, last_seen_at=utcnow())
    for realtor, times in ((busy, 3), (other, 1)):
        for _ in range(times):
            build.conversation(build.inquiry(city=realtor.realtor.city), realtor)
    old = build.conversation(build.inquiry(city=brno), away)
    db.session.execute(db.update(Match).where(Match.realtor_id == old.realtor_id).values(accepted_at=long_ago))
    db.session.commit()
    assert [tuple(row) for row in demand.most_active(everywhere(), actor=boss)] == [(busy.id, 3), (other.id, 1)]
    assert [tuple(row) for row in demand.most_active(everywhere(city=praha), actor=boss)] == [(other.id, 1)]
    assert demand.silent(everywhere(), 5, actor=boss) == (1, [away])
    assert demand.silent(everywhere(city=praha), 5, actor=boss) == (0, [])

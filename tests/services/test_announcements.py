import sqlite3
from contextlib import closing

import pytest

from app.constants import Channel, Deal, Digest, PropertyType, Role, Topic
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.base import utcnow
from app.models.notifications import Announcement, Notification, Preference, Rhythm
from app.models.outbox import Delivery
from app.services import announcements, inquiries, matches, notifications, settings
from app.services.inquiries import InquiryDraft
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database


def crowd_of_realtors(build, city, n):
    """Some by digest, some without mail."""
    agency = build.agency()
    with transaction() as session:
        people = [User(role=Role.REALTOR, email=f"{city.id}-{i}@example.com", name=f"Realtor {i}") for i in range(n)]
        session.add_all(people)
        session.flush()
        session.add_all(Realtor(user_id=one.id, city_id=city.id, agency_id=agency.id) for one in people)
        ids = [one.id for one in people]
        session.execute(db.insert(Rhythm), [{"user_id": one, "digest": Digest.HOURLY} for one in ids[::3]])
        no_mail = {"topic": Topic.NEW_INQUIRIES, "channel": Channel.EMAIL, "on": False}
        session.execute(db.insert(Preference), [{"user_id": one} | no_mail for one in ids[1::10]])
    return ids


def submit(build, city):
    values = {"deal": Deal.RENT, "property_type": PropertyType.APARTMENT, "currency": "EUR"}
    return inquiries.submit(InquiryDraft(city=city, **values), actor=build.client())


def waiting():
    db.session.rollback()
    return db.session.scalar(db.select(Announcement.id))


def told(model=Notification):
    db.session.rollback()
    return db.session.scalars(db.select(model.user_id).order_by(model.user_id)).all()


def test_the_client_waits_no_longer_for_a_thousand_realtors_than_for_ten(build, statements, heard):
    submit(build, build.city("Берлин"))  # the very first one starts the numbers,
    settings.business_zone()  # and settings are read once
    made = {}
    for name, people in {"Брно": 10, "Прага": 1000}.items():
        realtors, client = crowd_of_realtors(build, build.city(name), people), build.client()
        draft = InquiryDraft(
            city=build.city(name), deal=Deal.RENT, property_type=PropertyType.APARTMENT, currency="EUR"
        )
        with statements() as made[people]:
            inquiry = inquiries.submit(draft, actor=client)
        assert inquiry.recipients == people
    assert len(made[10]) == len(made[1000]) <= 12, made[1000]  # besides those that are made once

    inquiries_heard = [event.name for event in heard if event.name in ("inquiry:new", "announcement")]
    assert inquiries_heard == ["inquiry:new", "announcement"] * 2  # the lists first
    with statements() as batch:
        assert announcements.tell_some(waiting()) is False
    with statements() as large:
        assert announcements.tell_some(waiting()) is True
    assert len(large) <= len(batch) <= 14, large  # no statement per person
    while announcements.tell_some(waiting()):
        pass
    assert told()[10:] == realtors
    mails = dict(db.session.execute(db.select(Delivery.kind, db.func.count()).group_by(Delivery.kind)).all())
    digests = len(set(realtors[::3]) - set(realtors[1::10])) + 4
    assert mails == {"inquiry_digest": digests, "inquiry_new": 1010 - 101 - digests}


def test_killed_in_the_middle_everybody_is_told_once(build, heard, monkeypatch):
    realtors = crowd_of_realtors(build, build.city(), 450)
    submit(build, build.city())
    assert told() == []  # killed before the first word
    assert announcements.tell_some(waiting())
    with pytest.raises(KeyboardInterrupt), transaction():
        announcements.tell_some(waiting())
        raise KeyboardInterrupt  # … and within the second batch
    assert told() == realtors[:200]
    assert announcements.tell_forgotten() == 0  # whoever caused it may still be at it
    monkeypatch.setattr(announcements, "PATIENCE", announcements.PATIENCE * 0)
    assert announcements.tell_forgotten() == 1
    assert told() == realtors
    assert len(set(told(Delivery))) == len(told(Delivery)) == 450 - 45
    assert waiting() is None


def test_what_a_crowd_was_told_is_copied_into_the_database_before_somebody_has_to_wait_for_that(build, heard):
    realtors = crowd_of_realtors(build, build.city(), announcements.BATCH)
    submit(build, build.city())
    announcements.tell_some(waiting())
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(f"file:{db.engine.url.database}?immutable=1", uri=True)) as without_log:
            assert without_log.execute("SELECT count(*) FROM notifications").fetchone() == (len(realtors),)


def test_receivers_are_those_of_the_moment_it_was_published(build, heard):
    there, leaving = build.realtor(), build.realtor()
    inquiry = submit(build, build.city())
    build.realtor()
    with transaction():
        leaving.realtor.active = False
    announcements.tell_some(waiting())
    assert told() == [there.id, leaving.id]
    assert inquiry.recipients == 2


def test_what_was_opened_or_accepted_before_the_bell_rang_is_no_news(build, heard):
    opened, accepted, gone, away = [build.realtor() for _ in range(4)]
    inquiry = submit(build, build.city())
    matches.mark_seen([inquiry], actor=opened)
    matches.accept(inquiry, actor=accepted)
    with transaction():
        gone.deleted_at = utcnow()
    announcements.tell_some(waiting())
    assert [notifications.unread_count(one) for one in (opened, accepted, away)] == [0, 0, 1]
    news = [one for one in heard if one.name == "notification" and one.data["user_ids"] == [away.id]]
    assert len(news) == 1
    assert [len(notifications.latest(one, limit=5)) for one in (opened, gone)] == [1, 0]

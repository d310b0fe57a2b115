import threading
from datetime import timedelta

import pytest

from app.constants import DeclineReason, NotificationKind
from app.constants import InquiryStatus as S
from app.errors import Forbidden, NotFound, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.statistics import DailyCount
from app.services import inquiries, matches


def count(model):
    return db.session.scalar(db.select(db.func.count()).select_from(model))


def test_accepting_opens_the_conversation_and_tells_the_client(build):
    inquiry = build.inquiry(published_at=utcnow() - timedelta(minutes=7))
    realtor = build.realtor(city=inquiry.city)
    conversation = matches.accept(inquiry, actor=realtor)
    assert (conversation.client_id, conversation.realtor_id, conversation.open) == (inquiry.client_id, realtor.id, True)
    assert (inquiry.status, inquiry.acceptances) == (S.IN_WORK, 1)
    assert 420 <= inquiry.first_response_seconds < 430
    match = db.session.scalar(db.select(Match))
    assert (match.published_day, match.response_seconds) == (inquiry.published_day, inquiry.first_response_seconds)
    told = db.session.scalar(db.select(Notification).where(Notification.user_id == inquiry.client_id))
    assert (told.kind, told.url) == (NotificationKind.INQUIRY_ACCEPTED, f"/my/conversations/{conversation.public_id}")
    assert db.session.scalar(db.select(Delivery.kind)) == "inquiry_accepted"


def test_accepting_twice_is_once(build):
    inquiry = build.inquiry()
    realtor = build.realtor(city=inquiry.city)
    first = matches.accept(inquiry, actor=realtor)
    assert matches.accept(inquiry, actor=realtor) is first
    assert (inquiry.acceptances, count(Match), count(Conversation), count(Notification)) == (1, 1, 1, 1)


def test_any_number_of_realtors_may_accept_and_the_first_one_counts(build):
    inquiry = build.inquiry()
    first, second = build.realtor(city=inquiry.city), build.realtor(city=inquiry.city)
    one = matches.accept(inquiry, actor=first)
    at = inquiry.first_accepted_at
    assert matches.accept(inquiry, actor=second) is not one
    assert (inquiry.acceptances, inquiry.first_accepted_at, inquiry.first_realtor_id) == (2, at, first.id)
    assert db.session.scalars(db.select(Delivery.kind)).all() == ["inquiry_accepted"], "a letter for the first only"


@pytest.mark.every_database
def test_two_devices_at_once_get_the_same_conversation(app, build):
    inquiry = build.inquiry()
    inquiry_id, realtor_id = inquiry.id, build.realtor(city=inquiry.city).id
    db.session.rollback()
    found, gate = [], threading.Barrier(2)

    def press():
        with app.app_context():
            actor, mine = db.session.get(User, realtor_id), db.session.get(Inquiry, inquiry_id)
            gate.wait()
            found.append(matches.accept(mine, actor=actor).id)

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(found) == 2 and len(set(found)) == 1
    assert db.session.get(Inquiry, inquiry_id).acceptances == 1


def test_statistics_learn_of_acceptances(build):
    city = build.city()
    realtor = build.realtor(city=city)
    inquiry = inquiries.submit(
        inquiries.InquiryDraft(deal="rent", city=city, property_type="room", budget_max=1), actor=build.client()
    )
    matches.accept(inquiry, actor=realtor)
    row = db.session.scalar(db.select(DailyCount))
    assert (row.inquiries, row.accepted, row.acceptances) == (1, 1, 1)


def test_another_citys_inquiry_does_not_exist(build):
    inquiry = build.inquiry()
    with pytest.raises(NotFound):
        matches.accept(inquiry, actor=build.realtor(city=build.city("Берлин")))
    with pytest.raises(Forbidden):
        matches.accept(inquiry, actor=build.client())


def test_a_closed_inquiry_is_accepted_no_more_but_still_opens_for_who_accepted_it(build):
    inquiry = build.inquiry()
    early, late = build.realtor(city=inquiry.city), build.realtor(city=inquiry.city)
    conversation = matches.accept(inquiry, actor=early)
    inquiries.move(inquiry, S.DONE, actor=inquiry.client)
    with pytest.raises(RefusedMove):
        matches.accept(inquiry, actor=late)
    assert matches.accept(inquiry, actor=early) is conversation


def test_declining_remembers_the_reason_and_can_be_taken_back_by_accepting(build):
    inquiry = build.inquiry()
    realtor = build.realtor(city=inquiry.city)
    matches.decline(inquiry, DeclineReason.BUDGET, actor=realtor)
    match = matches.decline(inquiry, DeclineReason.BUDGET, actor=realtor)
    assert match.declined_at and match.decline_reason == DeclineReason.BUDGET
    matches.accept(inquiry, actor=realtor)
    assert match.accepted_at and match.declined_at is None
    with pytest.raises(RefusedMove):
        matches.decline(inquiry, DeclineReason.BUSY, actor=realtor)


def test_seeing_counts_once_per_realtor(build):
    inquiry, other = build.inquiry(), build.inquiry()
    realtor = build.realtor(city=inquiry.city)
    matches.mark_seen([inquiry], actor=realtor)
    seen_at = db.session.scalar(db.select(Match.seen_at))
    matches.mark_seen([inquiry, other], actor=realtor)
    assert count(Match) == 2
    assert db.session.scalar(db.select(Match.seen_at).where(Match.inquiry_id == inquiry.id)) == seen_at

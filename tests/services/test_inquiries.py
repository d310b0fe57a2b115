import threading
from datetime import timedelta

import pytest
from flask_babel import force_locale

from app.constants import (
    AuditTag,
    Deal,
    InquirySource,
    MessageKind,
    NotificationKind,
    PropertyType,
    Rooms,
    SystemEvent,
)
from app.constants import InquiryStatus as S
from app.errors import EditConflict, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.places import City
from app.models.statistics import DailyCount
from app.services import city_row, conversations, history, inquiries, matches, overview, trackers
from app.services.inquiries import InquiryDraft
from app.services.transaction import transaction


def draft(city, **values):
    defaults = {
        "deal": Deal.RENT,
        "property_type": PropertyType.APARTMENT,
        "rooms": (Rooms.TWO, Rooms.THREE),
        "budget_max": 90_000,
        "currency": "EUR",
    }
    return InquiryDraft(city=city, **defaults | values)


def told(user, kind):
    return db.session.scalars(
        db.select(Notification).where(Notification.user_id == user.id, Notification.kind == kind)
    ).all()


def letters(kind):
    return db.session.scalars(db.select(Delivery.address).where(Delivery.kind == kind).order_by(Delivery.id)).all()


def system_messages(conversation):
    return db.session.scalars(
        db.select(Message.body)
        .where(Message.conversation_id == conversation.id, Message.kind == MessageKind.SYSTEM)
        .order_by(Message.seq)
    ).all()


def sentences(inquiry, reader):
    with force_locale("ru"):
        return [entry.text for entry in history.entries(inquiry, reader=reader)]


def test_submitting_publishes_to_every_realtor_of_the_city_and_to_nobody_else(build):
    prague = build.city("Прага")
    first, second = build.realtor(city=prague), build.realtor(city=prague)
    stranger = build.realtor(city=build.city("Берлин"))
    inquiry = inquiries.submit(draft(prague), actor=build.client())
    assert (inquiry.status, inquiry.recipients, inquiry.number) == (S.NEW, 2, 1001)
    assert inquiry.published_at and inquiry.published_day and inquiry.expires_at > utcnow() + timedelta(days=59)
    assert letters("inquiry_new") == [first.email, second.email]
    assert told(first, NotificationKind.INQUIRY_NEW)
    assert not told(stranger, NotificationKind.INQUIRY_NEW)
    assert db.session.scalar(db.select(DailyCount.inquiries)) == 1


def test_numbers_follow_each_other(build):
    city, client = build.city(), build.client()
    made = [inquiries.submit(draft(city, wishes=str(n)), actor=client).number for n in range(3)]
    assert made == [1001, 1002, 1003]


def test_an_unserved_city_waits_for_its_first_realtor(build):
    city, client = build.city("Тбилиси"), build.client()
    inquiry = inquiries.submit(draft(city), actor=client)
    assert (inquiry.status, inquiry.awaiting_realtor, inquiry.published_at) == (S.DRAFT, True, None)
    assert db.session.scalar(db.select(DailyCount.inquiries)) is None
    realtor = build.realtor(city=city)
    assert inquiries.publish_awaiting(city) == 1
    assert (inquiry.status, inquiry.awaiting_realtor, inquiry.recipients) == (S.NEW, False, 1)
    assert told(realtor, NotificationKind.INQUIRY_NEW) and told(client, NotificationKind.INQUIRY_PUBLISHED)
    assert letters("inquiry_published") == [client.email]
    assert inquiries.publish_awaiting(city) == 0


def test_the_same_press_twice_is_one_inquiry(build):
    city, client = build.city(), build.client()
    build.realtor(city=city)
    first = inquiries.submit(draft(city), actor=client, nonce="one")
    assert inquiries.submit(draft(city, wishes="other"), actor=client, nonce="one") is first
    assert inquiries.submit(draft(city), actor=client, nonce="two") is first, "the same words from a second tab"
    assert inquiries.submit(draft(city, wishes="quiet"), actor=client, nonce="three") is not first
    assert inquiries.submit(draft(city), actor=build.client(), nonce="one") is not first, "a nonce is the client's own"


def test_the_form_of_an_inquiry_that_was_taken_back_sends_a_new_one(build):
    city, client = build.city(), build.client()
    build.realtor(city=city)
    first = inquiries.submit(draft(city), actor=client, nonce="one")
    number = first.number
    inquiries.remove(first, actor=build.supervisor())
    again = inquiries.submit(draft(city), actor=client, nonce="one")
    assert again.number == number + 1
    assert inquiries.submit(draft(city), actor=client, nonce="one") is again


def test_a_city_that_is_gone_by_now_is_refused_at_its_field(build):
    city, client = build.city(), build.client()
    given = draft(city_row.by_public_id(str(city.public_id)))
    with transaction() as session:
        session.delete(city)
    with pytest.raises(InvalidInput) as refused:
        inquiries.submit(given, actor=client)
    assert refused.value.field == "city"


def test_only_an_active_client_submits(build):
    blocked = build.client(blocked_at=utcnow())
    with pytest.raises(Forbidden):
        inquiries.submit(draft(build.city()), actor=blocked)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"budget_min": 95_000}, "budget_max"),
        ({"budget_max": -1}, "budget_max"),
        ({"currency": "XXQ"}, "currency"),
        ({"area_min": 0}, "area_min"),
        ({"move_in": utcnow().date() - timedelta(days=2)}, "move_in"),
        ({"wishes": "я" * 2001}, "wishes"),
    ],
)
def test_wrong_values_are_refused_at_their_field(build, values, field):
    with pytest.raises(InvalidInput) as refused:
        inquiries.submit(draft(build.city(), **values), actor=build.client())
    assert refused.value.field == field


def test_values_are_brought_into_order(build):
    client = build.client()
    inquiry = inquiries.submit(draft(build.city(), rooms=("4+", "studio", "1"), currency=""), actor=client)
    assert (inquiry.rooms, inquiry.currency) == (["studio", "1", "4+"], "CZK")
    land = inquiries.submit(draft(build.city(), property_type=PropertyType.LAND), actor=client)
    assert land.rooms == []


def test_what_was_typed_before_sign_in_is_claimed_once(build):
    city, client = build.city(), build.client()
    build.realtor(city=city)
    token = inquiries.keep_pending(draft(city, move_in=utcnow().date(), wishes="Тихо").payload())
    assert inquiries.peek_pending(token).wishes == "Тихо"
    inquiry = inquiries.claim_pending(token, actor=client)
    assert (inquiry.client_id, inquiry.wishes, inquiry.rooms) == (client.id, "Тихо", ["2", "3"])
    assert inquiries.claim_pending(token, actor=client) is inquiry
    assert inquiries.claim_pending(token, actor=build.client()) is None
    assert inquiries.peek_pending(token) is None
    assert db.session.scalar(db.select(db.func.count(Inquiry.id))) == 1


def test_what_was_typed_is_not_lost_to_a_realtor_or_an_unknown_token(build):
    city = build.city()
    token = inquiries.keep_pending(draft(city).payload())
    assert inquiries.claim_pending(token, actor=build.realtor(city=city)) is None
    assert inquiries.claim_pending("unknown", actor=build.client()) is None
    assert inquiries.claim_pending(token, actor=build.client()) is not None


def test_a_city_merged_meanwhile_is_followed(build):
    old, new = build.city("Прага"), build.city("Брно")
    token = inquiries.keep_pending(draft(old).payload())
    with transaction():
        old.merged_into_id = new.id
    assert inquiries.claim_pending(token, actor=build.client()).city is new


def test_pending_ones_live_for_seven_days(build):
    from app.models.inquiries import PendingInquiry

    token = inquiries.keep_pending(draft(build.city()).payload())
    with transaction():
        db.session.scalar(db.select(PendingInquiry)).created_at = utcnow() - timedelta(days=8)
    assert inquiries.claim_pending(token, actor=build.client()) is None
    assert inquiries.purge_pending() == 1


@pytest.fixture
def accepted(build):
    """A published inquiry with two realtors who accepted it."""
    city = build.city()
    realtors = [build.realtor("Пётр Дворжак", city=city), build.realtor("Елена Новотна", city=city)]
    inquiry = inquiries.submit(draft(city, budget_max=50_000), actor=build.client("Анна"))
    for realtor in realtors:
        matches.accept(inquiry, actor=realtor)
    return inquiry, realtors


def conversations_of(inquiry):
    return db.session.scalars(
        db.select(Conversation).where(Conversation.inquiry_id == inquiry.id).order_by(Conversation.id)
    ).all()


def test_found_a_home_ends_every_conversation_politely_in_one_press(accepted):
    inquiry, realtors = accepted
    inquiries.move(inquiry, S.DONE, actor=inquiry.client)
    inquiries.move(inquiry, S.DONE, actor=inquiry.client)
    assert inquiry.status == S.DONE and inquiry.closed_at
    for conversation in conversations_of(inquiry):
        assert not conversation.open
        assert system_messages(conversation)[-1] == SystemEvent.INQUIRY_DONE
    assert [len(told(realtor, NotificationKind.INQUIRY_CLOSED)) for realtor in realtors] == [1, 1]


def test_the_realtor_who_helped_can_still_be_talked_to(accepted):
    inquiry, (helper, other) = accepted
    inquiries.move(inquiry, S.DONE, actor=inquiry.client, helped_by=helper)
    assert [conversation.open for conversation in conversations_of(inquiry)] == [True, False]
    assert inquiry.helped_by is helper


def test_cancelling_keeps_the_inquiry_in_the_statistics(accepted):
    inquiry, _ = accepted
    inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client, reason="передумали")
    assert db.session.scalar(db.select(DailyCount.inquiries)) == 1
    assert sentences(inquiry, inquiry.client)[-1] == "Вы отменили запрос: передумали"


def test_a_refused_move_names_the_reason(accepted, build):
    inquiry, _ = accepted
    inquiries.move(inquiry, S.DONE, actor=inquiry.client)
    with pytest.raises(RefusedMove) as refused:
        inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client)
    with force_locale("ru"):
        assert str(refused.value.message) == "Запрос закрыт: жильё найдено. Сначала откройте его снова."
    with pytest.raises(Forbidden):
        inquiries.move(inquiry, S.IN_WORK, actor=build.client())


def test_reopening_returns_to_where_it_was_but_not_after_a_month(accepted):
    inquiry, _ = accepted
    client = inquiry.client
    inquiries.move(inquiry, S.CANCELLED, actor=client)
    inquiries.move(inquiry, S.NEW, actor=client)
    assert (inquiry.status, inquiry.closed_at) == (S.IN_WORK, None)
    inquiries.move(inquiry, S.DONE, actor=client)
    with transaction():
        inquiry.closed_at = utcnow() - timedelta(days=31)
    assert not inquiries.may_move(inquiry, S.IN_WORK, actor=client)
    with pytest.raises(RefusedMove):
        inquiries.move(inquiry, S.IN_WORK, actor=client)


def test_old_inquiries_expire_and_can_be_renewed(accepted):
    inquiry, _ = accepted
    assert inquiries.expire_old() == 0
    with transaction():
        inquiry.expires_at = utcnow() - timedelta(minutes=1)
    assert (inquiries.expire_old(), inquiries.expire_old()) == (1, 0)
    assert inquiry.status == S.EXPIRED
    assert all(conversation.open for conversation in conversations_of(inquiry)), "people may go on talking"
    assert letters("inquiry_expired") == [inquiry.client.email]
    inquiries.move(inquiry, S.IN_WORK, actor=inquiry.client)
    assert inquiries.expire_old() == 0


def test_an_inquiry_that_no_realtor_came_for_ends_honestly_and_stays_in_the_demand(build):
    boss, city = build.supervisor(), build.city("Тбилиси")
    waiting = inquiries.submit(draft(city), actor=build.client())
    older = inquiries.submit(draft(city), actor=build.client())
    with transaction():
        waiting.expires_at = utcnow() - timedelta(minutes=1)
        older.expires_at, older.created_at = None, utcnow() - timedelta(days=31)  # made before drafts had a term
    inquiries.submit(draft(city), actor=build.client())
    assert (inquiries.expire_old(), inquiries.expire_old()) == (2, 0)
    assert waiting.status == older.status == S.EXPIRED
    assert sorted(letters("inquiry_unserved")) == sorted([waiting.client.email, older.client.email])
    assert overview.unserved_cities(actor=boss)[0][1] == 3
    inquiries.move(waiting, S.NEW, actor=waiting.client)
    assert (waiting.status, inquiries.expire_old()) == (S.DRAFT, 0)
    build.realtor(city=city)
    inquiries.publish_awaiting(city)
    assert (waiting.status, older.status) == (S.NEW, S.EXPIRED)
    assert overview.unserved_cities(actor=boss) == []
    # Who waited in vain is asked, once, whether to repeat it; who waited on is served.
    assert [bool(told(one.client, NotificationKind.CITY_SERVED)) for one in (waiting, older)] == [False, True]
    assert letters("city_served") == [older.client.email]
    inquiries.publish_awaiting(city)
    assert len(letters("city_served")) == 1
    assert inquiries.repeat(older, actor=older.client).status == S.NEW


def test_an_edit_is_told_to_those_who_accepted_and_written_down(accepted):
    inquiry, realtors = accepted
    inquiries.edit(inquiry, {"budget_max": 65_000, "wishes": "Тихо"}, actor=inquiry.client)
    inquiries.edit(inquiry, {"budget_max": 65_000}, actor=inquiry.client)
    assert inquiry.version == 2
    assert sentences(inquiry, inquiry.client)[-1] == "Вы изменили бюджет: 500 → 650\u00a0€; пожелания"
    for conversation in conversations_of(inquiry):
        assert system_messages(conversation) == [SystemEvent.ACCEPTED, SystemEvent.INQUIRY_CHANGED]
        said = conversations.messages_before(conversation)[-1]
        assert conversations.payload(said, "ru")["body"] == "Запрос изменён. Бюджет: 500 → 650\u00a0€; пожелания."
        assert conversations.payload(said, "en")["body"].endswith("changed. The budget: 500 → €650; the wishes.")


def test_the_owners_correction_is_told_to_the_client(accepted, build):
    inquiry, _ = accepted
    inquiries.edit(inquiry, {"budget_max": 65_000}, actor=build.supervisor(), version=1)
    assert "Менеджер изменил бюджет: 500 → 650\u00a0€" in sentences(inquiry, inquiry.client)
    assert told(inquiry.client, NotificationKind.INQUIRY_CORRECTED)
    assert letters("inquiry_corrected") == [inquiry.client.email]


def test_a_moved_city_reaches_its_realtors_and_moves_the_statistics_of_the_day(accepted, build):
    inquiry, old_realtors = accepted
    day, berlin = inquiry.published_day, build.city("Берлин")
    newcomer = build.realtor(city=berlin)
    inquiries.edit(inquiry, {"city": berlin}, actor=build.supervisor())
    assert told(newcomer, NotificationKind.INQUIRY_MOVED) and newcomer.email in letters("inquiry_new")
    counts = db.session.execute(
        db.select(DailyCount.city_id, DailyCount.day, DailyCount.inquiries).where(DailyCount.inquiries > 0)
    ).all()
    assert counts == [(berlin.id, day, 1)]
    assert system_messages(conversations_of(inquiry)[0])[-1] == SystemEvent.INQUIRY_MOVED
    assert sentences(inquiry, inquiry.client)[-1] == "Менеджер изменил город: Прага → Берлин"


def test_the_tracker_of_a_moved_inquiry_keeps_whom_it_reached_before(accepted, build):
    inquiry, _ = accepted
    boss, prague, berlin = build.supervisor(), inquiry.city, build.city("Берлин")
    build.realtor(city=berlin)

    def tracker():
        told = trackers.trackers([inquiry])[inquiry.id]
        return told.received, told.opened, told.accepted

    assert tracker() == (2, 2, 2)
    inquiries.edit(inquiry, {"city": berlin}, actor=boss)
    assert tracker() == (3, 2, 2)
    build.realtor(city=prague)
    inquiries.edit(inquiry, {"city": prague}, actor=boss)
    assert tracker() == (4, 2, 2)  # the newcomer alone has not had it before
    inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client)
    inquiries.edit(inquiry, {"city": berlin}, actor=boss)
    assert tracker() == (4, 2, 2)


def test_one_moved_while_it_was_closed_reaches_its_new_city_when_it_is_reopened(accepted, build):
    inquiry, old_realtors = accepted
    boss, berlin = build.supervisor(), build.city("Берлин")
    newcomer = build.realtor(city=berlin)
    inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client)
    inquiries.edit(inquiry, {"city": berlin}, actor=boss)
    assert told(newcomer, NotificationKind.INQUIRY_MOVED) == []
    for _ in range(2):
        inquiries.move(inquiry, S.NEW, actor=inquiry.client)
        assert len(told(newcomer, NotificationKind.INQUIRY_MOVED)) == 1
        assert inquiry.recipients == len(old_realtors) + 1
        inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client)


def test_one_moved_to_and_fro_while_it_was_closed_is_sent_to_nobody_again(accepted, build):
    inquiry, old_realtors = accepted
    boss, prague, berlin = build.supervisor(), inquiry.city, build.city("Берлин")
    newcomer = build.realtor(city=berlin)
    inquiries.move(inquiry, S.CANCELLED, actor=inquiry.client)
    inquiries.edit(inquiry, {"city": berlin}, actor=boss)
    inquiries.edit(inquiry, {"city": prague}, actor=boss)
    inquiries.move(inquiry, S.NEW, actor=inquiry.client)
    assert told(newcomer, NotificationKind.INQUIRY_MOVED) == told(old_realtors[0], NotificationKind.INQUIRY_MOVED) == []


def test_the_second_editor_is_shown_three_sides(accepted, build):
    inquiry, _ = accepted
    owner = build.supervisor()
    inquiries.edit(inquiry, {"budget_max": 60_000}, actor=owner, version=1)
    with pytest.raises(EditConflict) as conflict:
        inquiries.edit(inquiry, {"budget_max": 70_000}, actor=owner, version=1)
    assert conflict.value.original["budget_max"] == 50_000
    assert conflict.value.theirs["budget_max"] == 60_000
    assert conflict.value.mine["budget_max"] == 70_000
    assert inquiry.budget_max == 60_000


def test_a_closed_inquiry_is_corrected_by_owners_only(accepted, build):
    inquiry, _ = accepted
    inquiries.move(inquiry, S.DONE, actor=inquiry.client)
    with pytest.raises(RefusedMove):
        inquiries.edit(inquiry, {"wishes": "x"}, actor=inquiry.client)
    inquiries.edit(inquiry, {"wishes": "x"}, actor=build.supervisor())
    with pytest.raises(Forbidden):
        inquiries.edit(inquiry, {"wishes": "y"}, actor=build.client())


def test_repeating_makes_a_fresh_copy(accepted):
    inquiry, _ = accepted
    inquiries.move(inquiry, S.DONE, actor=inquiry.client)
    copy = inquiries.repeat(inquiry, actor=inquiry.client)
    assert copy is not inquiry and inquiries.repeat(inquiry, actor=inquiry.client) is copy
    assert (copy.source, copy.repeated_from_id, copy.budget_max) == (InquirySource.REPEAT, inquiry.id, 50_000)
    assert sentences(copy, copy.client)[0] == "Вы повторили прежний запрос"


def test_repeating_one_made_a_moment_ago_is_not_taken_for_a_second_press(build):
    inquiry = build.inquiry()
    copy = inquiries.repeat(inquiry, actor=inquiry.client)
    assert copy is not inquiry and inquiries.repeat(inquiry, actor=inquiry.client) is copy


def test_history_reads_as_sentences_in_both_languages(accepted):
    inquiry, (first, _second) = accepted
    told_to_client = sentences(inquiry, inquiry.client)
    assert told_to_client[:3] == [
        "Вы отправили запрос",
        "Запрос получили 2 риелтора",
        "Есть отклик: Пётр Дворжак (Домус)",
    ]
    with force_locale("en"):
        assert history.entries(inquiry, reader=first)[0].text == "The client sent the inquiry"
        assert history.entries(inquiry, reader=first)[2].text == "You accepted the inquiry"


def test_ending_a_conversation_stands_in_the_history_once(accepted):
    from app.services import conversations

    inquiry, (first, _second) = accepted
    with transaction():
        db.session.execute(
            db.update(AuditEvent)
            .where(AuditEvent.tag == AuditTag.INQUIRY_STATUS)
            .values(created_at=utcnow() - timedelta(hours=1))
        )
    conversations.close(conversations_of(inquiry)[0], actor=inquiry.client)
    assert sentences(inquiry, inquiry.client)[-1] == "Вы завершили переписку: Пётр Дворжак"


def test_an_owner_cancels_without_ending_conversations_but_everybody_is_told(accepted, build):
    inquiry, realtors = accepted
    inquiries.move(inquiry, S.CANCELLED, actor=build.supervisor(), reason="дубль")
    assert all(conversation.open for conversation in conversations_of(inquiry)), "only the client ends them"
    assert told(inquiry.client, NotificationKind.INQUIRY_CLOSED)
    assert [len(told(realtor, NotificationKind.INQUIRY_CLOSED)) for realtor in realtors] == [1, 1]
    assert sentences(inquiry, inquiry.client)[-1] == "Менеджер отменил запрос: дубль"


def raced(app, press, times=3):
    """What ``press`` returned in so many threads at once."""
    found, gate = [], threading.Barrier(times)

    def run():
        with app.app_context():
            gate.wait()
            found.append(press())

    threads = [threading.Thread(target=run) for _ in range(times)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return found


@pytest.mark.every_database
def test_a_raced_form_makes_one_inquiry_and_numbers_have_no_holes(app, build):
    city_id, client_id = build.city().id, build.client().id
    build.realtor()
    db.session.rollback()

    def press(nonce):
        city, client = db.session.get(City, city_id), db.session.get(User, client_id)
        return inquiries.submit(draft(city), actor=client, nonce=nonce).number

    assert raced(app, lambda: press("one")) == [1001] * 3
    assert raced(app, lambda: press(threading.current_thread().name)) == [1001] * 3, "two tabs have two nonces"


@pytest.mark.every_database
def test_a_raced_claim_makes_one_inquiry(app, build):
    token, client_id = inquiries.keep_pending(draft(build.city()).payload()), build.client().id
    db.session.rollback()
    claims = raced(app, lambda: inquiries.claim_pending(token, actor=db.session.get(User, client_id)).number)
    assert claims == [1001] * 3

"""Who is told what, by which channel and when: the matrix, quiet hours, digests, and mails about unread messages."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app.constants import Channel, Digest, InquiryStatus, OutboxStatus, Topic
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.base import utcnow
from app.models.conversations import Message
from app.models.notifications import Notification, Rhythm
from app.models.outbox import Delivery
from app.services import (
    accounts,
    conversations,
    last_look,
    matches,
    notifications,
    outbox,
    preferences,
    reach,
    unsubscribing,
)
from app.services.accounts import people
from app.services.inquiries.telling import tell_city
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database

EVERYTHING = {(topic, channel) for topic in Topic for channel in Channel}
QUIET_NOW = timedelta(hours=2)


def choose(user, *, off=(), **rhythm):
    preferences.choose(EVERYTHING - set(off), shown=list(Channel), actor=user, **rhythm)


def tell(*users, kind=Kind.INQUIRY_ACCEPTED, **values):
    params = {"number": 1042, "title": "Дом", "name": "Пётр", "inquiry": str(uuid4())}
    with transaction():
        notifications.notify(users, kind, params=params, url="/x", **({"email": "notification"} | values))


def quiet_now():
    """Quiet hours around this moment, in UTC minutes."""
    minutes = utcnow().hour * 60 + utcnow().minute
    return ((minutes - 60) % 1440, (minutes + 60) % 1440)


def rows():
    db.session.rollback()
    return db.session.scalars(db.select(Delivery).order_by(Delivery.id)).all()


def ripen():
    """The deliveries' moment has come."""
    with transaction() as session:
        session.execute(db.update(Delivery).values(due_at=utcnow()))


def look(channel=Channel.EMAIL):
    """What the due deliveries of the channel would say now."""
    with force_locale("ru"):
        found = [values for letter in outbox.claim(50, channel) if (values := last_look.values_now(letter))]
    return [{name: value for name, value in values.items() if not callable(value)} for values in found]


@pytest.fixture
def telegram(monkeypatch):
    """A second channel, which reaches everybody."""
    chats = reach.Reach(lambda people: {one.id: [f"chat{one.id}"] for one in people})
    monkeypatch.setitem(reach.REACH, Channel.TELEGRAM, chats)


def test_each_channel_carries_what_the_person_left_on(build, telegram):
    anna, oleg = build.client(), build.client()
    choose(anna, off=[(Topic.INQUIRIES, Channel.EMAIL)])
    choose(oleg, off=[(Topic.INQUIRIES, Channel.TELEGRAM)])
    tell(anna, oleg)
    assert {(row.channel, row.address) for row in rows()} == {
        (Channel.TELEGRAM, f"chat{anna.id}"),
        (Channel.EMAIL, oleg.email),
    }


def test_with_the_site_off_the_bell_is_silent_but_the_list_has_it(build, heard):
    anna = build.client()
    choose(anna, off=[(Topic.INQUIRIES, Channel.SITE)])
    tell(anna)
    assert notifications.unread_count(anna) == 0
    assert len(notifications.latest(anna, limit=5)) == 1
    assert [event for event in heard if event.name == "notification"] == []


def test_letters_about_the_account_cannot_be_switched_off_or_held_back(build):
    anna = build.client(timezone="UTC")
    everything_off = preferences.choose(set(), shown=list(Channel), quiet=quiet_now(), actor=anna)
    assert everything_off is None
    preferences.switch_off(anna, Topic.ACCOUNT, Channel.EMAIL)
    with transaction():
        outbox.queue_email("password_changed", user=anna, payload={"name": "Анна"})
    assert look() == [{"name": "Анна"}]
    assert preferences.switches(anna)[Topic.ACCOUNT, Channel.EMAIL]


def test_quiet_hours_hold_back_until_they_end(build):
    anna = build.client(timezone="UTC")
    choose(anna, quiet=quiet_now())
    tell(anna)
    [row] = rows()
    wait = row.due_at - utcnow()
    assert timedelta(minutes=50) < wait <= timedelta(minutes=61)
    assert notifications.unread_count(anna) == 1  # on the site it stands at once


def test_quiet_hours_chosen_after_the_event_hold_back_too(build):
    anna = build.client(timezone="UTC")
    tell(anna)
    choose(anna, quiet=quiet_now())
    assert look() == []
    [row] = rows()
    assert (row.status, row.attempts) == (OutboxStatus.PENDING, 0)
    assert row.due_at > utcnow() + timedelta(minutes=50)


def test_what_is_switched_off_meanwhile_is_not_sent(build):
    anna = build.client()
    tell(anna)
    unsubscribing.unsubscribe(unsubscribing.token(anna.public_id, Topic.INQUIRIES))
    assert look() == []
    assert [row.status for row in rows()] == [OutboxStatus.DROPPED]


def test_the_blocked_hear_nothing_more(build):
    anna = build.client()
    tell(anna)
    with transaction():
        anna.blocked_at = utcnow()
    assert look() == []


def test_defaults_are_sensible(build):
    """A realtor gets mail about new inquiries, not about every closed chat; owners are not woken by the desk."""
    realtor, owner = preferences.switches(build.realtor()), preferences.switches(build.supervisor())
    assert realtor[Topic.NEW_INQUIRIES, Channel.EMAIL] and not realtor[Topic.INQUIRIES, Channel.EMAIL]
    assert owner[Topic.DESK, Channel.SITE] and not owner[Topic.DESK, Channel.EMAIL]
    assert Topic.NEW_INQUIRIES not in {topic for topic, _ in preferences.switches(build.client())}


# digests


def publish(*inquiries):
    for inquiry in inquiries:
        with transaction():
            tell_city(inquiry)


@pytest.fixture
def digest(build):
    """A realtor who wants one mail an hour, and three inquiries of the city."""
    realtor = build.realtor(timezone="UTC")
    choose(realtor, digest=Digest.HOURLY)
    inquiries = [build.inquiry(city=realtor.realtor.city) for _ in range(3)]
    publish(*inquiries)
    return realtor, inquiries


def hour_passes():
    """The slot of the waiting digests has come."""
    with transaction():
        for row in rows():
            row.payload = row.payload | {"until": (utcnow() + timedelta(seconds=1)).isoformat()}
            row.due_at = utcnow()


def test_a_digest_is_one_mail_with_all_inquiries_of_the_hour(digest):
    realtor, inquiries = digest
    [row] = rows()
    assert (row.kind, row.due_at.minute, row.address) == ("inquiry_digest", 1, realtor.email)
    hour_passes()
    [values] = look()
    assert [item["number"] for item in values["inquiries"]] == [one.number for one in reversed(inquiries)]


def test_a_digest_has_only_what_is_open_and_unanswered_when_it_leaves(digest):
    realtor, (closed, accepted, waiting) = digest
    with transaction():
        db.session.merge(closed).status = InquiryStatus.CANCELLED
    matches.accept(accepted, actor=realtor)
    hour_passes()
    [values] = [said for said in look() if "inquiries" in said]
    assert [item["number"] for item in values["inquiries"]] == [waiting.number]


def test_a_digest_with_nothing_left_is_not_sent(digest):
    realtor, inquiries = digest
    for inquiry in inquiries:
        matches.decline(inquiry, "busy", actor=realtor)
    hour_passes()
    assert look() == []
    assert [row.status for row in rows()] == [OutboxStatus.DROPPED]


def test_the_next_hour_has_a_mail_of_its_own(digest, build):
    realtor, _inquiries = digest
    hour_passes()
    look()
    late = build.inquiry(city=realtor.realtor.city)
    with transaction() as session:  # the first one covered the time until now
        session.execute(db.update(Delivery).values(payload={"since": "2020-01-01T00:00+00:00"} | rows()[0].payload))
    publish(late)
    assert [row.kind for row in rows()] == ["inquiry_digest"] * 2


def test_others_of_the_city_still_get_each_inquiry_at_once(digest, build):
    realtor, _ = digest
    eager = build.realtor(city=realtor.realtor.city)
    publish(build.inquiry(city=realtor.realtor.city))
    assert {(row.kind, row.address) for row in rows()} == {
        ("inquiry_digest", realtor.email),
        ("inquiry_new", eager.email),
    }


def test_a_letter_held_back_does_not_offer_what_is_gone(build):
    realtor = build.realtor()
    inquiry = build.inquiry(city=realtor.realtor.city)
    publish(inquiry)
    with transaction():
        inquiry.status = InquiryStatus.DONE
    assert look() == []


# unread messages


@pytest.fixture
def chat(build):
    conversation = build.conversation()
    with transaction():
        conversation.realtor.last_seen_at = utcnow() - timedelta(hours=1)
    return conversation


def write(conversation, *bodies, by=None):
    for body in bodies:
        conversations.send(conversation, nonce=uuid4(), body=body, actor=by or conversation.client)


def read(conversation):
    conversations.mark_read(conversation, conversation.last_seq, actor=conversation.realtor)


def minutes_pass(minutes):
    with transaction() as session:
        for model, column in ((Message, Message.created_at), (Delivery, Delivery.due_at)):
            for row in session.scalars(db.select(model)):
                setattr(row, column.key, getattr(row, column.key) - timedelta(minutes=minutes))


def test_a_burst_makes_one_mail_after_five_minutes_with_what_is_unread(chat):
    write(chat, "Здравствуйте!", "Есть кто-нибудь?")
    [row] = rows()
    assert timedelta(minutes=4) < row.due_at - utcnow() <= timedelta(minutes=5)
    minutes_pass(6)
    [values] = look()
    assert (values["messages"], values["count"]) == (["Здравствуйте!", "Есть кто-нибудь?"], 2)
    assert values["url"].startswith("/office/conversations/")


def test_what_is_read_within_five_minutes_brings_no_mail(chat):
    write(chat, "Здравствуйте!")
    read(chat)
    minutes_pass(6)
    assert look() == []
    assert [row.status for row in rows()] == [OutboxStatus.DROPPED]


def test_a_message_after_the_first_was_read_gets_its_own_five_minutes(chat):
    write(chat, "Здравствуйте!")
    read(chat)
    minutes_pass(4)
    write(chat, "И ещё вопрос")
    assert len(rows()) == 1  # one waits already and will look at what is unread then
    minutes_pass(2)
    assert look() == []
    [row] = rows()
    assert timedelta(minutes=2) < row.due_at - utcnow() <= timedelta(minutes=3)
    minutes_pass(4)
    assert [values["messages"] for values in look()] == [["И ещё вопрос"]]


def test_no_second_mail_until_the_chat_was_opened(chat):
    write(chat, "Здравствуйте!")
    minutes_pass(6)
    [letter] = outbox.claim(5)
    last_look.values_now(letter)
    outbox.mark_sent(letter.id)
    write(chat, "Вы тут?", "Ау!")
    assert len(rows()) == 1


def test_whoever_was_on_the_site_and_left_without_reading_gets_the_mail_too(chat):
    with transaction():
        chat.realtor.last_seen_at = utcnow()
    write(chat, "Здравствуйте!")
    assert notifications.unread_count(chat.realtor) == 0  # saw it come, needs no bell
    minutes_pass(6)
    assert [values["count"] for values in look()] == [1]


def test_a_message_that_comes_while_the_mail_is_being_sent_is_not_forgotten(chat):
    write(chat, "Здравствуйте!")
    minutes_pass(6)
    [letter] = outbox.claim(5)
    assert last_look.values_now(letter)
    read(chat)
    write(chat, "И ещё вопрос")
    outbox.mark_sent(letter.id)
    assert [row.status for row in rows()] == [OutboxStatus.SENT, OutboxStatus.PENDING]
    minutes_pass(6)
    assert [values["messages"] for values in look()] == [["И ещё вопрос"]]


def test_a_mail_that_failed_does_not_repeat_what_a_younger_one_will_say(chat):
    write(chat, "Здравствуйте!")
    minutes_pass(6)
    [letter] = outbox.claim(5)
    read(chat)
    write(chat, "И ещё вопрос")
    outbox.mark_failed(letter.id, "451 later", permanent=False)
    minutes_pass(6)
    assert len(look()) == 1


def test_a_mail_does_not_repeat_what_was_deleted(chat):
    write(chat, "Ой, не туда", "Здравствуйте!")
    with transaction() as session:
        session.scalars(db.select(Message).where(Message.seq == 1)).one().deleted_at = utcnow()
    minutes_pass(6)
    assert [values["messages"] for values in look()] == [["Здравствуйте!"]]


def test_who_is_away_hears_by_telegram_at_once_and_only_if_still_unread(chat, telegram):
    write(chat, "Здравствуйте!")
    assert [values["messages"] for values in look(Channel.TELEGRAM)] == [["Здравствуйте!"]]


# deleting


def test_a_deleted_account_leaves_no_choices(build):
    anna = build.client()
    choose(anna, quiet=(0, 60))
    accounts.delete_account(anna.email, actor=anna)
    assert db.session.scalars(db.select(Rhythm)).all() == []
    assert db.session.scalars(db.select(Notification)).all() == []


def test_what_was_chosen_stands_in_the_data_a_person_takes_along(build):
    anna = build.client()
    choose(anna, off=[(Topic.MESSAGES, Channel.EMAIL)], quiet=(22 * 60, 8 * 60))
    chosen = accounts.export(actor=anna)["notification_choices"]
    assert "messages:email" not in chosen["on"] and "messages:site" in chosen["on"]
    assert (chosen["quiet_from"], chosen["digest"]) == (1320, "at_once")


def test_what_waits_follows_a_new_address_but_letters_about_the_account_do_not(build):
    chat = build.conversation()
    anna, petr = chat.client, chat.realtor
    conversations.send(chat, nonce=uuid4(), body="Добрый день", actor=petr)
    with transaction():
        outbox.queue_email("password_changed", user=anna, payload={"name": "Анна"})
        people.change(anna, {"email": "new@example.com"}, actor=anna)
        address = {row.kind: row.address for row in db.session.scalars(sa.select(Delivery))}
    assert address["message"] == "new@example.com" != address["password_changed"]

"""Web push from the event to the browser, against a push service that decrypts and checks (tests/push_service.py)."""

import time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
import sqlalchemy as sa

from app import public_addresses
from app.channels import post
from app.constants import Channel, OutboxStatus, Role
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import SignIn, User
from app.models.base import utcnow
from app.models.notifications import PushKey, PushSubscription
from app.models.outbox import Delivery
from app.services import conversations, notifications, push, wordings
from app.services.accounts import sign_ins
from app.services.inquiries import telling
from app.services.transaction import transaction
from app.tasks import dispatcher
from tests.push_service import PushService

pytestmark = pytest.mark.usefixtures("service")


@pytest.fixture
def service(app, monkeypatch):
    service = PushService()
    settings = replace(app.config["SETTINGS"], webpush_test_origin=service.url)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    yield service
    service.stop()


@pytest.fixture
def with_push(service, browser_of):
    """``with_push(user)``: a browser of theirs that shows push messages."""

    def make(user, **headers):
        site = browser_of(user)
        device = service.browser(site.get("/my/push").json["key"])
        assert site.post("/my/push", json=device.subscription, headers=headers).status_code == 201
        device.site = site
        return device

    return make


def tell(user, url="/my/inquiries/1"):
    with transaction():
        params = {"number": 7, "name": "Пётр", "title": "Дом"}
        notifications.notify([user], Kind.INQUIRY_ACCEPTED, params=params, url=url, email="notification")


def deliver():
    dispatcher.deliver_batch(channel=Channel.WEBPUSH)
    db.session.rollback()


def outcomes():
    db.session.rollback()
    rows = sa.select(Delivery.status).where(Delivery.channel == Channel.WEBPUSH).order_by(Delivery.id)
    return db.session.scalars(rows).all()


def again():
    with transaction() as session:
        session.execute(sa.update(Delivery).values(leased_until=None, due_at=utcnow()))


def subscriptions():
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(PushSubscription))


def test_every_device_reads_the_sentence_in_the_persons_language_and_nothing_more(build, with_push):
    anna = build.client(locale="ru")
    phone, desktop = with_push(anna), with_push(anna)
    stranger = with_push(build.client())
    tell(anna)
    deliver()
    for device in (phone, desktop):
        [message] = device.received
        assert message.pop("id")
        assert message == {"title": "Пётр: ваш запрос №\xa07 принят", "url": "/my/inquiries/1", "lang": "ru"}
        assert (device.headers[0]["TTL"], len(device.headers[0]["Topic"])) == ("86400", 32)
    assert stranger.received == []
    assert outcomes() == [OutboxStatus.SENT] * 2


def test_the_owners_words_arrive_and_only_in_their_language(build, with_push):
    readers = {locale: with_push(build.client(locale=locale)) for locale in ("ru", "en")}
    texts = {"ru": "Вас выбрали! {{name}}, запрос {{number}}"}
    wordings.save(wordings.find("notice-inquiry_accepted"), texts, actor=build.supervisor())
    for user in db.session.scalars(sa.select(User).where(User.role == Role.CLIENT)).all():
        tell(user)
    deliver()
    said = {locale: device.received[0]["title"] for locale, device in readers.items()}
    assert said == {"ru": "Вас выбрали! Пётр, запрос 7", "en": "Пётр accepted your inquiry No.\xa07"}


def test_only_a_new_inquiry_brings_the_button_that_accepts_it(build, with_push):
    inquiry = build.inquiry()
    realtor = build.realtor(city=inquiry.city, locale="ru")
    device = with_push(realtor)
    with transaction():
        telling.tell_city(inquiry)
    deliver()
    [message] = device.received
    assert (message["accept"], message["url"]) == ("Принять", f"/office/inquiries/{inquiry.public_id}")
    tell(realtor)
    deliver()
    assert "accept" not in device.received[1]


def test_news_of_one_page_share_a_topic_and_of_another_do_not(build, with_push):
    anna = build.client()
    device = with_push(anna)
    for url in ("/my/inquiries/1", "/my/inquiries/1", "/my/inquiries/2"):
        tell(anna, url)
    deliver()
    first, second, third = (headers["Topic"] for headers in device.headers)
    assert first == second != third


def test_a_message_of_a_conversation_comes_without_its_words(build, with_push):
    conversation = build.conversation()
    device = with_push(conversation.client)
    conversations.send(
        conversation,
        nonce="7d444840-9dc0-11d1-b245-5ffdce74fad2",
        body="Мой телефон +420 777 123 456",
        actor=conversation.realtor,
    )
    deliver()
    [message] = device.received
    assert conversation.realtor.name in message["title"]
    assert "777 123" not in str(message)
    assert (message["url"], device.headers[0]["Urgency"]) == (f"/my/conversations/{conversation.public_id}", "high")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_is_no_dead_letter(build, with_push, status):
    anna = build.client()
    gone, here = with_push(anna), with_push(anna)
    gone.answer = (status, {})
    tell(anna)
    deliver()
    assert (len(here.received), subscriptions()) == (1, 1)
    assert outcomes() == [OutboxStatus.DROPPED, OutboxStatus.SENT]
    tell(anna)
    deliver()
    assert len(here.received) == 2


def seconds_from_now(row):
    return (row.due_at - utcnow()).total_seconds()


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_for_patience_gets_it(build, with_push, status):
    anna = build.client()
    device = with_push(anna)
    for asked in ("7200", format_datetime(utcnow() + timedelta(hours=2), usegmt=True)):
        device.answer = (status, {"Retry-After": asked})
        tell(anna)
        deliver()
        row = db.session.scalars(sa.select(Delivery).where(Delivery.channel == Channel.WEBPUSH)).all()[-1]
        assert 7100 < seconds_from_now(row) < 7300
    device.answer = (201, {})
    again()
    deliver()
    assert len(device.received) == 2
    assert outcomes() == [OutboxStatus.SENT] * 2


@pytest.mark.parametrize("status", [400, 403, 413, 302, 307])
def test_a_refusal_and_a_redirect_are_for_good(build, with_push, service, status):
    anna = build.client()
    device, elsewhere = with_push(anna), with_push(build.client())
    device.answer = (status, {"Location": elsewhere.endpoint})
    tell(anna)
    deliver()
    assert outcomes() == [OutboxStatus.DEAD]
    assert elsewhere.received == []


def test_a_batch_shares_one_connection_and_survives_a_long_answer(build, with_push, service):
    anna = build.client()
    device = with_push(anna)
    for _ in range(3):
        tell(anna)
    deliver()
    assert (len(device.received), service.connections) == (3, 1)
    device.body = b"x" * 100_000
    for _ in range(2):
        tell(anna)
    deliver()
    assert len(device.received) == 5


def test_a_service_that_drips_its_answer_does_not_hold_the_others(build, with_push, service, monkeypatch):
    monkeypatch.setattr(post, "DEADLINE", 0.3)
    anna = build.client()
    with_push(anna)
    tell(anna)
    service.drip = 1  # a second for each letter of the first line
    began = time.monotonic()
    deliver()
    assert time.monotonic() - began < 15
    assert outcomes() == [OutboxStatus.PENDING]


def test_an_address_that_became_private_after_subscribing_is_not_called(build, with_push, service, app, monkeypatch):
    anna = build.client()
    device = with_push(anna)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webpush_test_origin=""))
    with transaction() as session:
        session.execute(sa.update(PushSubscription).values(endpoint=device.endpoint.replace("http:", "https:")))
    tell(anna)
    deliver()
    assert (outcomes(), service.connections) == ([OutboxStatus.DEAD], 0)


def test_who_signs_out_there_hears_nothing_there(build, with_push):
    anna = build.client()
    left, stays = with_push(anna), with_push(anna)
    left.site.post("/logout")
    tell(anna)
    deliver()
    assert (len(left.received), len(stays.received)) == (0, 1)
    sign_ins.end_all(actor=anna)
    tell(anna)
    deliver()
    assert (len(left.received), len(stays.received)) == (0, 1)


def test_a_new_password_does_not_silence_the_browser_it_was_set_in(build, with_push):
    anna = build.client()
    device = with_push(anna)
    db.session.rollback()
    [known] = db.session.scalars(sa.select(SignIn.device))
    with transaction():  # what sessions.begin() does after a change of the password
        anna.session_epoch += 1
        db.session.add(SignIn(user_id=anna.id, epoch=anna.session_epoch, how="password", device=known))
    tell(anna)
    deliver()
    assert len(device.received) == 1


def test_a_browser_changes_hands_and_the_first_person_is_not_heard_there(build, with_push, browser_of):
    anna, boris = build.client(), build.client()
    device = with_push(anna)
    browser_of(boris).post("/my/push", json=device.subscription)
    tell(anna)
    tell(boris)
    deliver()
    assert (len(device.received), subscriptions()) == (1, 1)


def test_a_renewed_subscription_takes_the_place_of_the_old_one(build, with_push, service):
    anna = build.client()
    old = with_push(anna)
    new = service.browser(old.server_key)
    old.site.post("/my/push", json=new.subscription | {"instead_of": old.endpoint})
    tell(anna)
    deliver()
    assert (len(old.received), len(new.received)) == (0, 1)


def test_nobody_takes_another_persons_browser_away(build, with_push, service, browser_of):
    anna, mallory = build.client(), build.client()
    device = with_push(anna)
    site = browser_of(mallory)
    site.delete("/my/push", json={"endpoint": device.endpoint})
    db.session.rollback()
    [row] = db.session.scalars(sa.select(PushSubscription))
    assert site.post(f"/my/push/{row.public_id}/remove").status_code == 404
    mine = service.browser(device.server_key)
    site.post("/my/push", json=mine.subscription | {"instead_of": device.endpoint})
    tell(anna)
    deliver()
    assert len(device.received) == 1


def test_a_device_is_listed_by_its_name_and_removed(build, with_push):
    anna = build.client(locale="ru")
    device = with_push(anna, **{"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36"})
    tell(anna)
    deliver()
    page = device.site.get("/my/profile/notifications").text
    assert "Chrome, Android" in page and "Последнее уведомление" in page
    db.session.rollback()
    [row] = db.session.scalars(sa.select(PushSubscription))
    device.site.post(f"/my/push/{row.public_id}/remove")
    tell(anna)
    deliver()
    assert len(device.received) == 1


def test_the_eleventh_browser_takes_the_place_of_the_oldest(build, with_push, service):
    anna = build.client()
    first = with_push(anna)
    for _ in range(push.MOST):
        first.site.post("/my/push", json=service.browser(first.server_key).subscription)
    assert subscriptions() == push.MOST
    assert first.endpoint not in db.session.scalars(sa.select(PushSubscription.endpoint)).all()


def test_the_keys_are_made_once_and_never_shown(build, browser_of):
    site = browser_of(build.client())
    answers = [site.get("/my/push").json for _ in range(2)]
    assert answers[0]["key"] == answers[1]["key"] == push.public_key()
    [row] = db.session.scalars(sa.select(PushKey))
    assert row.private not in str(answers)


WRONG = [
    "http://push.example/x",
    "https://127.0.0.1/x",
    "https://10.1.2.3/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[fe80::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://[64:ff9b::a00:1]/x",
    "https://localhost/x",
    "https://8.8.8.8:8443/x",
    "https://user@8.8.8.8/x",
    "https://[bad/x",
    "file:///etc/passwd",
    "",
    "https://8.8.8.8/" + "x" * 1000,
]


@pytest.mark.parametrize("endpoint", WRONG)
def test_an_endpoint_that_is_not_public_https_is_refused(build, service, browser_of, endpoint):
    site = browser_of(build.client())
    keys = service.browser("").subscription["keys"]
    answer = site.post("/my/push", json={"endpoint": endpoint, "keys": keys})
    assert (answer.status_code, subscriptions()) == (400, 0)


@pytest.mark.parametrize("sent", [[], {}, {"keys": "no"}, {"keys": {"p256dh": "BA", "auth": "??"}}])
def test_what_is_not_a_subscription_is_refused_in_words(build, service, browser_of, sent):
    if sent == {"keys": {"p256dh": "BA", "auth": "??"}}:
        sent["endpoint"] = f"{service.url}/send/1"
    answer = browser_of(build.client()).post("/my/push", json=sent)
    assert (answer.status_code, bool(answer.json["error"]["text"])) == (400, True)


def test_without_a_token_nothing_is_subscribed(build, service, browser_of):
    answer = browser_of(build.client()).post("/my/push", json=service.browser("").subscription, csrf=False)
    assert (answer.status_code, subscriptions()) == (400, 0)


def test_the_worker_is_served_at_the_root(visitor):
    answer = visitor.get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert "/static/js/worker/push.js" in answer.text
    assert visitor.get("/static/js/worker/push.js").status_code == 200


def test_no_connection_is_held_while_a_name_is_looked_up(build, with_push, monkeypatch):
    resolve, held = public_addresses.resolve, []

    def look_up(*given, **more):
        held.append(db.session().in_transaction())
        return resolve(*given, **more)

    monkeypatch.setattr(public_addresses, "resolve", look_up)
    with_push(build.client())
    assert held == [False]

import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa

from app.channels import MODULES
from app.channels.email import transports
from app.channels.verdicts import Permanent, Temporary
from app.constants import Channel, OutboxStatus
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import notifications, outbox, reach, settings
from app.services.transaction import transaction
from app.tasks import dispatcher
from tests.fake_smtp import FakeSmtp

WORDS = {"notification": "account", "text": {"ru": "язык", "en": "language"}, "url": "/my/profile"}


@pytest.fixture
def smtp(app, monkeypatch):
    with FakeSmtp() as server:
        settings = replace(app.config["SETTINGS"], mail_url=server.url)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        yield server


@pytest.fixture
def queue(context):
    def queue(n=1, **values):
        with transaction():
            for i in range(n):
                outbox.queue_email("notification", address=f"a{i}@example.com", payload=WORDS, **values)

    return queue


def statuses():
    db.session.rollback()
    return db.session.scalars(sa.select(Delivery.status).order_by(Delivery.id)).all()


def lease_ends():
    with transaction() as session:
        session.execute(sa.update(Delivery).values(leased_until=utcnow(), due_at=utcnow()))


def test_letters_arrive_in_the_receivers_language(queue, workplace):
    queue(locale="ru")
    queue(locale="en")
    dispatcher.deliver_batch()
    files = (workplace / "mail").iterdir()
    subjects = {message_from_bytes(path.read_bytes(), policy=default)["Subject"] for path in files}
    assert subjects == {"Ваш аккаунт изменён: язык", "Your account has changed: language"}
    assert statuses() == [OutboxStatus.SENT] * 2


def test_a_worker_killed_in_a_batch_loses_nothing_and_repeats_the_same_letter(queue, smtp, monkeypatch):
    queue(3)

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", killed)  # the server has the letter, we could not write it down
        with pytest.raises(SystemExit):
            dispatcher.deliver_batch()
    assert outbox.claim(10) == []
    lease_ends()
    dispatcher.deliver_batch()
    ids = [letter["Message-ID"] for letter in smtp.letters]
    assert (len(ids), len(set(ids)), ids[0]) == (4, 3, ids[1])
    assert statuses() == [OutboxStatus.SENT] * 3


def test_a_refused_letter_is_dead_and_the_others_arrive(queue, smtp):
    queue(1)
    smtp.answers["RCPT"] = "550 no such user"
    dispatcher.deliver_batch()
    smtp.answers.clear()
    queue(2)
    dispatcher.deliver_batch()
    assert statuses() == [OutboxStatus.DEAD, OutboxStatus.SENT, OutboxStatus.SENT]


def test_an_owner_revives_a_dead_letter(queue, smtp, build):
    queue()
    smtp.answers["DATA"] = "554 looks like spam"
    dispatcher.deliver_batch()
    outbox.retry(db.session.scalars(sa.select(Delivery)).one(), actor=build.supervisor())
    smtp.answers.clear()
    dispatcher.deliver_batch()
    assert (len(smtp.letters), statuses()) == (1, [OutboxStatus.SENT])


def test_a_server_that_is_down_costs_one_letter_one_attempt(queue, smtp, monkeypatch):
    queue(3)
    monkeypatch.setattr(transports, "TIMEOUT", 0.2)
    smtp.hangs = True
    assert dispatcher.deliver_batch() == dispatcher.REST
    attempts = db.session.scalars(sa.select(Delivery.attempts).order_by(Delivery.id)).all()
    assert (attempts, statuses()) == ([1, 0, 0], [OutboxStatus.PENDING] * 3)


def test_a_broken_letter_is_dead_and_does_not_stop_the_batch(queue, workplace):
    with transaction():
        outbox.queue_email("no_such_letter", address="a@example.com", payload={})
    queue()
    dispatcher.deliver_batch()
    assert statuses() == [OutboxStatus.DEAD, OutboxStatus.SENT]


def test_a_slow_server_does_not_hold_the_database(queue, smtp, monkeypatch):
    queue(2)
    send = transports.Smtp.send
    writes = []

    def slow(self, message):
        thread = threading.Thread(target=lambda: writes.append(_write(app)))
        thread.start()
        thread.join(2)
        send(self, message)

    from flask import current_app

    app = current_app._get_current_object()
    monkeypatch.setattr(transports.Smtp, "send", slow)
    dispatcher.deliver_batch()
    assert writes == [True, True]


def _write(app):
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Delivery).values(error=""))
    return True


def test_the_loop_delivers_what_is_queued_meanwhile_and_stops_when_told(app, queue, smtp):
    stop = threading.Event()
    thread = threading.Thread(target=dispatcher.run, args=(app, stop))
    thread.start()
    queue(30)
    for _ in range(100):
        if len(smtp.letters) == 30:
            break
        stop.wait(0.05)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert len({letter["Message-ID"] for letter in smtp.letters}) == 30


def test_two_dispatchers_send_nothing_twice(app, queue, smtp):
    queue(50)
    stop = threading.Event()
    threads = [threading.Thread(target=dispatcher.run, args=(app, stop)) for _ in range(2)]
    [thread.start() for thread in threads]
    while len(smtp.letters) < 50:
        stop.wait(0.05)
    stop.wait(0.2)
    stop.set()
    [thread.join(5) for thread in threads]
    ids = [letter["Message-ID"] for letter in smtp.letters]
    assert len(ids) == len(set(ids)) == 50


def test_a_letter_put_off_by_the_server_arrives_later_as_the_same_letter(queue, smtp):
    queue()
    smtp.answers["DATA"] = "451 greylisted, come again"
    assert dispatcher.deliver_batch() == 0  # the server is fine: the next letter need not wait
    [row] = db.session.scalars(sa.select(Delivery))
    assert (row.status, row.error) == (OutboxStatus.PENDING, "451 greylisted, come again")
    assert row.due_at > utcnow() + timedelta(seconds=20)
    smtp.answers.clear()
    lease_ends()
    dispatcher.deliver_batch()
    assert [letter["Message-ID"].startswith(f"<{row.public_id}@") for letter in smtp.letters] == [True]
    assert statuses() == [OutboxStatus.SENT]


def test_nobody_listening_costs_no_letter(app, queue, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_url=url))
    queue(2)
    assert dispatcher.deliver_batch() == dispatcher.REST
    rows = db.session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()
    assert [(row.status, row.attempts) for row in rows] == [(OutboxStatus.PENDING, 1), (OutboxStatus.PENDING, 0)]
    assert "Refused" in rows[0].error


def test_a_slow_server_delays_and_loses_nothing(queue, smtp):
    queue(3)
    smtp.delay = 0.3
    dispatcher.deliver_batch()
    assert (len(smtp.letters), smtp.connections, statuses()) == (3, 1, [OutboxStatus.SENT] * 3)


def test_no_more_leave_in_a_minute_than_the_provider_allows(queue, smtp, build):
    settings.change("email_per_minute", 3, actor=build.supervisor())
    queue(5)
    dispatcher.deliver_batch()
    assert dispatcher.deliver_batch() == dispatcher.IDLE
    assert len(smtp.letters) == 3
    with transaction() as session:  # a minute passes
        sent = sa.update(Delivery).where(Delivery.status == OutboxStatus.SENT)
        session.execute(sent.values(sent_at=utcnow() - timedelta(seconds=61)))
    dispatcher.deliver_batch()
    assert len(smtp.letters) == 5


class Pigeon:
    """A channel of two lines: what it was given, and what it answers."""

    def __init__(self):
        self.parcels, self.answer = [], None

    @contextmanager
    def sender(self, settings):
        yield self

    def deliver(self, parcel):
        self.parcels.append(parcel)
        if self.answer:
            raise self.answer


@pytest.fixture
def telegram(monkeypatch):
    pigeon = Pigeon()
    monkeypatch.setitem(MODULES, Channel.TELEGRAM, pigeon)
    monkeypatch.setitem(reach.REACH, Channel.TELEGRAM, reach.Reach(lambda people: {p.id: ["77"] for p in people}))
    return pigeon


def tell(user):
    with transaction():
        params = {"number": 7, "name": "Пётр", "title": "Дом"}
        notifications.notify([user], Kind.INQUIRY_ACCEPTED, params=params, url="/my/inquiries/1", email="notification")


def test_another_channel_gets_the_sentence_and_the_whole_address(build, telegram):
    tell(build.client(locale="en"))
    dispatcher.deliver_batch(channel=Channel.TELEGRAM)
    [parcel] = telegram.parcels
    assert (parcel.title, parcel.address) == ("Пётр accepted your inquiry No.\xa07", "77")
    assert (parcel.url, parcel.unsubscribe) == ("http://localhost/my/inquiries/1", None)


def test_a_channel_may_ask_for_patience_or_give_up_for_good(build, telegram):
    tell(build.client())
    telegram.answer = Temporary("429 slow down", wait=timedelta(hours=2))
    dispatcher.deliver_batch(channel=Channel.TELEGRAM)
    row = db.session.scalar(sa.select(Delivery).where(Delivery.channel == Channel.TELEGRAM))
    assert row.due_at > utcnow() + timedelta(minutes=119)
    lease_ends()
    telegram.answer = Permanent("403 blocked the bot")
    dispatcher.deliver_batch(channel=Channel.TELEGRAM)
    db.session.rollback()
    assert row.status == OutboxStatus.DEAD


def test_a_mail_server_that_hangs_keeps_no_telegram_waiting(app, build, smtp, telegram):
    smtp.hangs = True
    tell(build.client())
    stop = threading.Event()
    thread = threading.Thread(target=dispatcher.run, args=(app, stop))
    thread.start()
    for _ in range(100):
        if telegram.parcels:
            break
        stop.wait(0.05)
    smtp.released.set()
    stop.set()
    thread.join(10)
    assert len(telegram.parcels) == 1
    assert not thread.is_alive()

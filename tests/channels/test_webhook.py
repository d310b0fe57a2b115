"""Webhooks from the cause to a receiver that checks them with the standard's own library."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.channels import post
from app.constants import Channel, InquiryStatus, OutboxStatus, WebhookType
from app.errors import InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.webhooks import Webhook, WebhookAttempt
from app.services import conversations, inquiries, matches, partners, webhooks
from app.services.transaction import transaction
from app.tasks import dispatcher
from tests.webhook_receiver import Receiver

EVERY = [type.value for type in WebhookType]


@pytest.fixture
def receiver(app, monkeypatch):
    receiver = Receiver()
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webhook_test_origin=receiver.url))
    yield receiver
    receiver.stop()


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def webhook(receiver, owner):
    made, secret = webhooks.create(receiver.url + "/hooks", EVERY, about="CRM", actor=owner)
    receiver.secrets.append(secret)
    return made


def deliver():
    dispatcher.deliver_batch(channel=Channel.WEBHOOK)
    db.session.rollback()


def deliveries():
    db.session.rollback()
    return db.session.scalars(
        db.select(Delivery).where(Delivery.channel == Channel.WEBHOOK).order_by(Delivery.id)
    ).all()


def attempts():
    return db.session.scalars(db.select(WebhookAttempt).order_by(WebhookAttempt.id)).all()


def due_now():
    with transaction() as session:
        session.execute(db.update(Delivery).values(due_at=utcnow(), leased_until=None))


def test_what_happens_is_told_in_thin_signed_messages(build, receiver, owner, webhook):
    inquiry, realtor = build.inquiry(), build.realtor()
    conversation = matches.accept(inquiry, actor=realtor)
    inquiries.edit(inquiry, {"budget_max": 120_000, "wishes": "секрет"}, actor=owner)
    conversations.close(conversation, actor=inquiry.client)
    conversations.reopen(conversation, actor=inquiry.client)
    inquiries.move(inquiry, InquiryStatus.CANCELLED, actor=inquiry.client)
    partners.edit(realtor.realtor.agency, {"name": "Дом"}, actor=owner)
    deliver()
    told = {said[0]["type"]: said[0]["data"] for said in receiver.received}
    assert set(told) == {
        *("inquiry.accepted", "inquiry.changed", "conversation.closed", "conversation.reopened"),
        *("inquiry.closed", "agency.changed"),
    }
    inquiry_id, number = str(inquiry.public_id), inquiry.number
    assert told["inquiry.accepted"] == {"id": inquiry_id, "number": number, "realtor": str(realtor.public_id)}
    changed = ["budget_max", "budget_min", "currency", "wishes"]
    assert told["inquiry.changed"] == {"id": inquiry_id, "number": number, "changed": changed}
    assert told["conversation.closed"] == {"id": str(conversation.public_id), "inquiry": inquiry_id}
    assert told["inquiry.closed"]["status"] == "cancelled"
    assert "секрет" not in str(receiver.received) + str([attempt.body for attempt in attempts()])
    assert {delivery.status for delivery in deliveries()} == {OutboxStatus.SENT}


def test_only_what_was_asked_for_is_told_and_nothing_of_what_was_undone(build, receiver, owner):
    webhooks.create(receiver.url, ["agency.created"], actor=owner)
    build.realtor()
    inquiries.edit(build.inquiry(), {"wishes": "x"}, actor=owner)
    with pytest.raises(RuntimeError), transaction():
        partners.create("Дом", actor=owner)
        raise RuntimeError
    assert deliveries() == []
    partners.create("Дом", actor=owner)
    assert [delivery.kind for delivery in deliveries()] == ["agency.created"]


def test_a_failing_receiver_is_asked_again_with_the_same_id_and_what_went_wrong_is_logged(receiver, owner, webhook):
    receiver.answer = (500, {"Retry-After": "600"})
    webhooks.test(webhook, actor=owner)
    deliver()
    (delivery,) = deliveries()
    assert delivery.status == OutboxStatus.PENDING
    assert delivery.due_at > utcnow() + timedelta(minutes=8), "it asked for ten minutes"
    receiver.answer = (200, {})
    due_now()
    deliver()
    assert [said[0]["type"] for said in receiver.received] == ["webhook.test"]
    first, second = attempts()
    assert (first.status, second.status) == (500, 200)
    assert first.message == second.message == receiver.ids[0]
    assert "HTTP/1.1 500" in first.response_head
    assert webhook.failing_since is None


def test_a_redirect_leads_nowhere_and_is_not_tried_again(receiver, owner, webhook):
    receiver.answer = (302, {"Location": "http://169.254.169.254/latest"})
    webhooks.test(webhook, actor=owner)
    deliver()
    assert deliveries()[0].status == OutboxStatus.DEAD
    assert receiver.asked == 1


def test_a_receiver_that_hangs_costs_one_wait_for_a_whole_batch(monkeypatch, receiver, owner, webhook):
    monkeypatch.setattr(post, "TIMEOUT", 0.3)
    receiver.delay = 2
    for _ in range(3):
        webhooks.test(webhook, actor=owner)
    deliver()
    assert receiver.asked == 1
    assert [attempt.status for attempt in attempts()] == [None]
    assert {delivery.status for delivery in deliveries()} == {OutboxStatus.PENDING}


def test_after_days_of_failures_it_is_cut_off_and_its_owner_told(receiver, owner, webhook):
    receiver.answer = (503, {})
    webhooks.test(webhook, actor=owner)
    deliver()
    assert webhook.disabled_at is None
    with transaction():
        webhook.failing_since = utcnow() - webhooks.PATIENCE - timedelta(minutes=1)
    due_now()
    deliver()
    assert webhook.disabled_at is not None
    told = db.session.scalar(db.select(Notification).where(Notification.user_id == owner.id))
    assert told.url == f"/supervisor/webhooks/{webhook.public_id}/"
    due_now()
    deliver()
    assert (receiver.asked, deliveries()[0].status) == (2, OutboxStatus.DROPPED)


def test_gone_is_an_answer_at_once(receiver, owner, webhook):
    receiver.answer = (410, {})
    webhooks.test(webhook, actor=owner)
    deliver()
    assert webhook.disabled_at is not None
    webhooks.switch(webhook, True, actor=owner)
    receiver.answer = (200, {})
    webhooks.test(webhook, actor=owner)
    deliver()
    assert len(receiver.received) == 1


def test_for_a_day_both_secrets_fit_and_then_the_new_one_alone(receiver, owner, webhook):
    receiver.secrets.append(webhooks.rotate(webhook, actor=owner))
    webhooks.test(webhook, actor=owner)
    deliver()
    assert len(receiver.received[0]) == 2
    with transaction():
        webhook.old_until = utcnow() - timedelta(seconds=1)
    webhooks.test(webhook, actor=owner)
    deliver()
    assert len(receiver.received[1]) == 1
    assert webhook.secret not in receiver.secrets, "secrets are sealed where they lie"


def test_a_replay_is_the_same_message_again(receiver, owner, webhook, browser_of):
    webhooks.test(webhook, actor=owner)
    deliver()
    path = f"/supervisor/webhooks/{webhook.public_id}/"
    browser = browser_of(owner)
    assert "webhook.test" in browser.get(path).get_data(as_text=True)
    assert browser.post(f"{path}attempts/{attempts()[0].public_id}/replay").status_code == 303
    deliver()
    assert receiver.ids == [receiver.ids[0]] * 2
    assert receiver.received[0] == receiver.received[1]


@pytest.mark.parametrize("url", ["http://crm.example/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/x"])
def test_our_own_network_is_no_address(app, owner, url):
    with pytest.raises(InvalidInput) as refused:
        webhooks.create(url, EVERY, actor=owner)
    assert refused.value.field == "url"


def test_a_name_that_has_moved_into_our_network_is_not_called(monkeypatch, receiver, owner, webhook, app):
    webhooks.test(webhook, actor=owner)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webhook_test_origin=""))
    deliver()
    assert (receiver.asked, deliveries()[0].status) == (0, OutboxStatus.DEAD)


def test_an_owner_adds_one_in_the_console_and_sees_its_secret_once(receiver, owner, browser_of, build):
    browser = browser_of(owner)
    form = {"url": receiver.url + "/in", "about": "CRM", "types": ["inquiry.published"]}
    page = browser.post("/supervisor/webhooks/new/", data=form).get_data(as_text=True)
    secret = page.split('id="secret" class="grow">')[1].split("<")[0]
    receiver.secrets.append(secret)
    db.session.rollback()
    row = db.session.scalar(db.select(Webhook))
    browser.post("/supervisor/webhooks/action/", data={"action": "test", "rowid": str(row.public_id)})
    deliver()
    assert len(receiver.received) == 1
    assert secret not in browser.get(f"/supervisor/webhooks/{row.public_id}/").get_data(as_text=True)
    assert browser_of(build.agent()).get("/supervisor/webhooks/").status_code == 403
    webhooks.delete(row, actor=owner)
    assert attempts() == []

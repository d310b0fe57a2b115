"""The clock is set back by an hour: what was written before stands in the future now."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import OutboxStatus
from app.extensions import db
from app.models import base
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import conversations, messages, outbox, settings
from app.services.transaction import transaction
from app.tasks import dispatcher, schedule

HOUR = timedelta(hours=1)
LETTER = {"notification": "account", "text": "x", "url": "/"}


class Fast(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + HOUR


@pytest.fixture
def before_the_step(monkeypatch):
    """``with before_the_step():`` — an hour ahead; afterwards the clock has been set back."""

    @contextmanager
    def ahead():
        with monkeypatch.context() as patch:
            patch.setattr(base, "datetime", Fast)
            yield

    return ahead


def queue(n=1):
    with transaction():
        for i in range(n):
            outbox.queue_email("notification", address=f"a{i}@example.com", payload=LETTER)


def statuses():
    db.session.rollback()
    return db.session.scalars(sa.select(Delivery.status).order_by(Delivery.id)).all()


@pytest.mark.every_database
def test_letters_of_the_hour_that_comes_again_do_not_wait_for_it(app, context, before_the_step):
    with before_the_step():
        queue(2)
        with transaction() as session:
            later = session.scalars(sa.select(Delivery).order_by(Delivery.id.desc())).first()
            later.due_at = utcnow() + timedelta(minutes=5)
    schedule.run_due(app, datetime(2026, 1, 1, 12, 1))
    dispatcher.deliver_batch()
    assert statuses() == [OutboxStatus.SENT, OutboxStatus.PENDING]
    wait = db.session.scalars(sa.select(Delivery.due_at).order_by(Delivery.id.desc())).first() - utcnow()
    assert timedelta(minutes=4) < wait <= timedelta(minutes=5)


def test_a_lease_from_the_future_binds_nobody(context, before_the_step):
    queue()
    with before_the_step():
        assert len(outbox.claim(10)) == 1  # and its worker dies
    assert len(outbox.claim(10)) == 1
    assert outbox.claim(10) == []


def test_what_was_sent_in_the_future_takes_no_share_of_this_minute(context, build, before_the_step):
    settings.change("email_per_minute", 2, actor=build.supervisor())
    with before_the_step():
        queue(2)
        dispatcher.deliver_batch()
    queue(2)
    dispatcher.deliver_batch()
    assert statuses() == [OutboxStatus.SENT] * 4


@pytest.mark.every_database
def test_a_conversation_keeps_its_order_and_its_words_can_be_mended(build, before_the_step):
    chat = build.conversation()

    def say(body):
        return conversations.send(chat, nonce=uuid4(), body=body, actor=chat.client)

    with before_the_step():
        first = say("Здравствуте")
    second = say("Это Анна")
    message = db.session.scalar(sa.select(messages.Message).where(messages.Message.public_id == first.public_id))
    assert messages.edit(message, "Здравствуйте", actor=chat.client).body == "Здравствуйте"
    assert [(line.seq, line.body) for line in conversations.messages_since(chat, 0)] == [
        (1, "Здравствуйте"),
        (second.seq, "Это Анна"),
    ]

"""Owners see what was to be delivered, by channel, topic and state, and send the dead again with one press."""

import pytest

from app.constants import Channel, OutboxStatus, Topic
from app.extensions import db
from app.models.outbox import Delivery
from app.services import outbox
from app.services.transaction import transaction

URL = "/supervisor/deliveries/"


@pytest.fixture
def rows(build):
    """A dead mail about messages and a Telegram message about a new inquiry."""
    mail, bird = outbox.Receiver("anna@example.com"), outbox.Receiver("chat77")
    with transaction():
        outbox.queue(Channel.EMAIL, "message", Topic.MESSAGES, {}, [mail])
        outbox.queue(Channel.TELEGRAM, "inquiry_new", Topic.NEW_INQUIRIES, {}, [bird])
    outbox.mark_failed(outbox.claim(1)[0].id, "550 no such user", permanent=True)
    return db.session.scalars(db.select(Delivery).order_by(Delivery.id)).all()


@pytest.fixture
def owner(build, browser_of):
    return browser_of(build.supervisor(locale="ru"))


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("", ["anna@example.com", "chat77"]),
        ("?channel=telegram", ["chat77"]),
        ("?topic=messages", ["anna@example.com"]),
        ("?status=dead", ["anna@example.com"]),
        ("?channel=telegram&status=dead", []),
    ],
)
def test_deliveries_are_found_by_channel_topic_and_state(rows, owner, question, shown):
    page = owner.get(URL + question).text
    assert [address for address in ("anna@example.com", "chat77") if address in page] == shown
    if not question:
        assert all(words in page for words in ("Telegram", "новые запросы", "не доставлено", "550 no such user"))


def test_the_dead_are_sent_again_with_one_press(rows, owner):
    owner.post(f"{URL}action/", data={"action": "retry", "rowid": [str(rows[0].public_id)], "confirmed": "1"})
    db.session.rollback()
    assert (rows[0].status, rows[0].attempts) == (OutboxStatus.PENDING, 0)
    assert len(outbox.claim(5)) == 1

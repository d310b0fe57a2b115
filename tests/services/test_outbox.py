import threading
from datetime import timedelta

import pytest

from app.constants import OutboxStatus
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import outbox
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database


def queue(n=1, user=None):
    with transaction():
        for i in range(n):
            outbox.queue_email("notification", user=user, address=f"a{i}@example.com", payload={"n": i})


def only():
    return db.session.scalars(db.select(Delivery)).one()


def change(row, **values):
    with transaction():
        for name, value in values.items():
            setattr(row, name, value)


def test_a_letter_is_queued_with_its_cause_or_not_at_all(context):
    with pytest.raises(ZeroDivisionError), transaction():
        outbox.queue_email("notification", address="a@example.com", payload={})
        1 / 0  # noqa: B018
    assert not outbox.anything_due()


def test_the_receivers_address_and_language_come_from_the_account(build):
    user = build.client(locale="en")
    with transaction():
        outbox.queue_email("notification", user=user, payload={})
    row = only()
    assert (row.address, row.locale, row.user_id) == (user.email, "en", user.id)


def test_a_claimed_letter_is_not_claimed_again_until_its_lease_ends(context):
    queue()
    [letter] = outbox.claim(10)
    assert outbox.claim(10) == []
    change(only(), leased_until=utcnow() - timedelta(seconds=1))
    [again] = outbox.claim(10)
    assert (again.id, again.key) == (letter.id, letter.key)
    assert only().attempts == 2


def test_released_letters_are_due_at_once_and_lost_no_attempt(context):
    queue()
    outbox.release([letter.id for letter in outbox.claim(10)])
    assert only().attempts == 0
    assert len(outbox.claim(10)) == 1


def test_dispatchers_at_the_same_time_share_the_letters(app):
    with app.app_context():
        queue(60)
    taken = []

    def work():
        with app.app_context():
            while letters := outbox.claim(7):
                taken.extend(letter.id for letter in letters)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(taken) == len(set(taken)) == 60


def test_a_sent_letter_keeps_no_values(context):
    queue()
    outbox.mark_sent(outbox.claim(1)[0].id)
    row = only()
    assert (row.status, row.payload) == (OutboxStatus.SENT, {})
    assert not outbox.anything_due()


def test_temporary_failures_wait_longer_each_time_and_end_dead(context):
    queue()
    waits = []
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.mark_failed(outbox.claim(1)[0].id, "451 later", permanent=False)
        waits.append(only().due_at - utcnow())
        change(only(), due_at=utcnow())
    assert waits[0] < timedelta(seconds=40) and waits[1] > waits[0] * 2 and waits[2] > waits[1] * 2
    assert max(waits) <= outbox.LONGEST_WAIT * 1.2
    assert only().status == OutboxStatus.DEAD
    assert outbox.claim(1) == []


def test_a_permanent_refusal_is_dead_at_once_and_an_owner_can_retry_it(build):
    queue()
    outbox.mark_failed(outbox.claim(1)[0].id, "550 no such user", permanent=True)
    row, owner = only(), build.supervisor()
    assert (row.status, row.error) == (OutboxStatus.DEAD, "550 no such user")
    outbox.retry(row, actor=owner)
    assert (row.status, row.attempts, row.error) == (OutboxStatus.PENDING, 0, "")
    assert db.session.scalars(db.select(AuditEvent)).one().actor_id == owner.id
    assert len(outbox.claim(1)) == 1


def test_a_sent_letter_is_not_sent_again_by_retry(build):
    queue()
    outbox.mark_sent(outbox.claim(1)[0].id)
    outbox.retry(only(), actor=build.supervisor())
    assert only().status == OutboxStatus.SENT


def test_old_sent_letters_are_forgotten(context):
    queue(2)
    first, second = outbox.claim(2)
    outbox.mark_sent(first.id)
    outbox.mark_sent(second.id)
    change(db.session.get(Delivery, first.id), sent_at=utcnow() - timedelta(days=31))
    assert outbox.purge_sent() == 1
    assert only().id == second.id

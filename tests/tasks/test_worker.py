"""The real processes: what a person who types ``make run`` and then Ctrl-C gets."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.constants import InquiryStatus, OutboxStatus
from app.extensions import db
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import outbox
from app.services.transaction import transaction
from app.tasks import schedule
from tests.fake_smtp import FakeSmtp
from tests.forks import Forked

PAYLOAD = {"notification": "account", "text": "x", "url": "/"}


def queue(n):
    with transaction():
        for i in range(n):
            outbox.queue_email("notification", address=f"a{i}@example.com", payload=PAYLOAD)


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


@pytest.fixture
def worker(app, workplace):
    """Start ``flask worker`` on the test's database with this MAIL_URL."""
    started = []

    def start(mail_url):
        url = app.config["SETTINGS"].database_url
        env = os.environ | {"DATABASE_URL": url, "MAIL_URL": mail_url, "INSTANCE_PATH": str(workplace)}
        started.append(Forked("flask", "--app", "wsgi", "worker", env=env))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def test_a_worker_ends_politely_and_gives_back_what_it_has_not_sent(context, worker):
    queue(3)
    with FakeSmtp() as server:
        server.delay = 0.5
        process = worker(server.url)
        until(lambda: server.letters)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        sent = len(server.letters)
    free = [letter.id for letter in outbox.claim(10)]
    assert sent + len(free) == 3
    assert free


def test_a_worker_killed_outright_repeats_at_most_the_letter_in_hand(context, worker):
    queue(6)
    with FakeSmtp() as server:
        server.delay = 0.2
        process = worker(server.url)
        until(lambda: len(server.letters) >= 2)
        process.kill()
        with transaction() as session:  # the lease ends
            session.execute(sa.update(Delivery).values(leased_until=utcnow() - timedelta(seconds=1)))
        server.delay = 0
        worker(server.url)
        until(lambda: len({letter["Message-ID"] for letter in server.letters}) == 6)
        time.sleep(0.3)
        assert len(server.letters) <= 7
    db.session.rollback()
    until(lambda: set(db.session.scalars(sa.select(Delivery.status))) == {OutboxStatus.SENT})


def test_the_clock_forgets_old_letters(app, context):
    queue(1)
    outbox.mark_sent(outbox.claim(1)[0].id)
    with transaction() as session:
        session.execute(sa.update(Delivery).values(sent_at=utcnow() - timedelta(days=40)))
    schedule.run_due(app, datetime(2026, 1, 1, 12, 8))
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 1
    schedule.run_due(app, datetime(2026, 1, 1, 12, 7))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 0


def test_the_clock_expires_old_inquiries(app, build):
    old = build.inquiry(expires_at=utcnow() - timedelta(minutes=1))
    young = build.inquiry(expires_at=utcnow() + timedelta(days=1))
    schedule.run_due(app, datetime(2026, 1, 1, 12, 27))
    db.session.rollback()
    assert (old.status, young.status) == (InquiryStatus.EXPIRED, InquiryStatus.NEW)


def test_a_job_that_fails_does_not_end_the_clock(app, context, monkeypatch):
    monkeypatch.setattr(outbox, "purge_sent", lambda: 1 / 0)
    schedule.run_due(app, datetime(2026, 1, 1, 12, 7))


SITE = """
import sys
from app.serving import Site
sleep = (sys.executable, "-c", "import os, time; os.write(1, b'up.'); time.sleep(60)")
brief = (sys.executable, "-c", "print('web up', flush=True); import sys, time; time.sleep(1); sys.exit(3)")
sys.exit(Site({"web": %s, "worker": sleep}).run())
"""


def site(web):
    command = [sys.executable, "-c", SITE % web]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_ends_the_whole_site(number):
    process = site("sleep")
    assert process.stdout.read(6) == "up.up."
    process.send_signal(number)
    assert process.wait(30) == 0
    assert process.stdout.read() == ""  # both ends of the pipe are closed: nobody is left


def test_without_the_web_server_the_site_ends_with_its_code():
    process = site("brief")
    assert process.wait(30) == 3

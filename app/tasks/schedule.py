"""What happens by the clock. Huey keeps the times; the jobs may run twice or late without harm."""

import threading
import time
from datetime import datetime

import structlog
from huey import MemoryHuey, crontab

from app.services import (
    api_answers,
    articles,
    behaviour,
    bin,
    developer,
    exports,
    imports,
    inquiries,
    integrity,
    media,
    message_search,
    outbox,
    push,
    search,
    standings,
    webhooks,
)
from app.services.accounts import passkeys, sign_ins
from app.services.reports import sending as reports
from app.services.telegram import links as telegram

# Nothing is stored: each job looks at what is due, so a missed hour is made good by the next.
huey = MemoryHuey("otklik", immediate=True)
log = structlog.get_logger()

BATCHES, PAUSE = 150, 0.1  # of inquiries to be indexed anew in a minute; seconds between two


@huey.periodic_task(crontab(minute="7"))
def purge_sent_letters():
    outbox.purge_sent()
    webhooks.purge()
    bin.purge()
    imports.purge()


@huey.periodic_task(crontab(minute="17"))
def purge_pending_inquiries():
    inquiries.purge_pending()
    api_answers.purge()


@huey.periodic_task(crontab(minute="27"))
def expire_inquiries():
    while inquiries.expire_old():
        pass


@huey.periodic_task(crontab(minute="37"))
def purge_sign_ins():
    sign_ins.purge()
    passkeys.purge()
    push.purge()
    telegram.purge()


@huey.periodic_task(crontab(hour="4", minute="13"))
def look_at_integrity():
    integrity.check()


@huey.periodic_task(crontab())
def look_at_new_rules():
    integrity.check_new()


@huey.periodic_task(crontab(hour="3", minute="43"))
def purge_exports():
    exports.purge()
    behaviour.purge()


@huey.periodic_task(crontab(minute="47"))
def sweep_media():
    while media.sweep():
        pass
    while articles.sweep():
        pass


@huey.periodic_task(crontab())
def wake_snoozed():
    while standings.wake_due():
        pass


@huey.periodic_task(crontab())
def send_reports():
    reports.send_due()


@huey.periodic_task(crontab())
def follow_clock():
    while outbox.follow_clock():
        pass


@huey.periodic_task(crontab())
def index_renamed_cities():
    _in_turns(search.index_more)


@huey.periodic_task(crontab())
def index_messages():
    _in_turns(lambda: message_search.catch_up(chunks=5))


def _in_turns(some_more):
    """Half a minute of it at most, for the other jobs' sake; whoever else writes gets in between."""
    for _ in range(BATCHES):
        if not some_more():
            return
        time.sleep(PAUSE)


def run(app, stop: threading.Event):
    """Run each job in its minute until ``stop`` is set."""
    while not stop.wait(60 - datetime.now().second):
        run_due(app, datetime.now())


def run_due(app, moment):
    for task in huey.read_periodic(moment):
        with app.app_context():
            _run(task)


def _run(task):
    begun, fine = time.monotonic(), False
    try:
        task.execute()
        fine = True
    except Exception as error:  # one job must not end the clock
        log.exception("scheduled_job_failed", job=task.name)
        developer.note_error(error, task.name)
    else:
        log.info("scheduled_job_done", job=task.name)
    try:
        developer.note_job(task.name, time.monotonic() - begun, fine)
    except Exception:  # a database that is away
        log.exception("scheduled_job_not_noted", job=task.name)

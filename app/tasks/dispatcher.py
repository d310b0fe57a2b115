"""Takes what is due from the outbox to its channel. No network call happens inside a write transaction."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import structlog
from flask import current_app, g
from flask_babel import force_locale

from app.channels import email
from app.channels.verdicts import Refused, Unreachable
from app.models.base import utcnow
from app.services import letters, outbox

BATCH = 20
IDLE = 0.5  # seconds between looks at an empty outbox: what "at once" means for a letter
REST = 15  # seconds before a server that is down is asked again
MARGIN = timedelta(seconds=60)  # a letter is not begun with less of the lease left than its slowest sending takes

log = structlog.get_logger()


def run(app, stop: threading.Event):
    """Deliver until ``stop`` is set; the letter in hand is finished, the rest of the batch given back."""
    while not stop.is_set():
        with app.app_context():
            pause = _round(stop)
        stop.wait(pause)


def _round(stop):
    """One look at the outbox; how many seconds to rest after it."""
    try:
        return deliver_batch(stop) if outbox.anything_due() else IDLE
    except Exception:  # a locked or restarting database must not end the dispatcher
        log.exception("dispatcher_round_failed")
        return REST


def deliver_batch(stop=None):
    """Claim and deliver one batch; how many seconds to rest before the next one."""
    letters_left = outbox.claim(BATCH)
    reachable = True
    with email.connect(current_app.config["SETTINGS"]) as transport:
        while letters_left and reachable and not _must_stop(stop, letters_left[0]):
            reachable = _deliver(letters_left.pop(0), transport)
    if letters_left:
        outbox.release([letter.id for letter in letters_left])
    return 0 if reachable else REST


def _must_stop(stop, letter):
    return (stop is not None and stop.is_set()) or letter.leased_until - utcnow() < MARGIN


def _deliver(letter, transport):
    """Deliver one and write down how it went; False when the channel itself is down."""
    try:
        transport.send(_compose(letter))
    except Refused as refusal:
        _failed(letter, str(refusal), permanent=refusal.permanent)
    except Unreachable as problem:
        _failed(letter, str(problem), permanent=False)
        return False
    except Exception as error:  # a template or a value at fault: an owner sees it among the dead letters
        log.exception("letter_broken", kind=letter.kind)
        _failed(letter, f"{type(error).__name__}: {error}", permanent=True)
    else:
        outbox.mark_sent(letter.id)
    return True


def _compose(letter):
    with in_language_of(letter):
        return email.compose(
            letter.kind,
            address=letter.address,
            locale=letter.locale,
            key=letter.key,
            values=letters.context(letter.kind, letter.payload),
            created_at=letter.created_at,
        )


@contextmanager
def in_language_of(letter):
    """The receiver's language and time zone, outside of any request; rows read meanwhile are let go."""
    with current_app.app_context(), force_locale(letter.locale):
        g.reader_timezone = letter.timezone
        yield


def _failed(letter, error, *, permanent):
    log.warning("delivery_failed", kind=letter.kind, permanent=permanent)
    outbox.mark_failed(letter.id, error, permanent=permanent)

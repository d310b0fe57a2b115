"""Takes what is due from the outbox to its channel. No network call happens inside a write transaction."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import structlog
from flask import current_app, g
from flask_babel import force_locale

from app.channels import MODULES
from app.channels.parcels import Parcel
from app.channels.verdicts import Gone, Refused, Unreachable
from app.constants import Channel
from app.extensions import db
from app.models.base import utcnow
from app.services import last_look, notifications, outbox, reach, unsubscribing

BATCH = 20
IDLE = 0.5  # seconds between looks at an empty outbox: what "at once" means for a letter
REST = 15  # seconds before a server that is down is asked again
MARGIN = timedelta(seconds=60)  # a letter is not begun with less of the lease left than its slowest sending takes

log = structlog.get_logger()


def run(app, stop: threading.Event):
    """Deliver until ``stop`` is set; what is in hand is finished, the rest of the batches given back.

    Each channel has its own thread: a mail server that hangs keeps nobody's phone silent.
    """
    threads = [threading.Thread(target=_run, args=(app, stop, channel), name=channel) for channel in MODULES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _run(app, stop, channel):
    while not stop.is_set():
        with app.app_context():
            pause = _round(stop, channel)
        stop.wait(pause)


def _round(stop, channel):
    """One look at the outbox; how many seconds to rest after it."""
    try:
        return deliver_batch(stop, channel) if outbox.anything_due(channel) else IDLE
    except Exception:  # a locked or restarting database must not end the dispatcher
        log.exception("dispatcher_round_failed", channel=channel)
        return REST


def deliver_batch(stop=None, channel=Channel.EMAIL):
    """Claim and deliver one batch; how many seconds to rest before the next one."""
    letters_left = outbox.claim(BATCH, channel)
    if not letters_left:  # the minute's share is sent, or another worker was faster
        return IDLE
    reachable = True
    with MODULES[channel].sender(current_app.config["SETTINGS"]) as sender:
        while letters_left and reachable and not _must_stop(stop, letters_left[0]):
            reachable = _deliver(letters_left.pop(0), sender)
    if letters_left:
        outbox.release([letter.id for letter in letters_left])
    return 0 if reachable else REST


def _must_stop(stop, letter):
    return (stop is not None and stop.is_set()) or letter.leased_until - utcnow() < MARGIN


def _deliver(letter, sender):
    """Deliver one and write down how it went; False when the channel itself is down."""
    try:
        left, receipt = _hand_over(letter, sender)
    except Gone:  # a device that was given away, a chat that was left: nobody to tell, and no failure to look into
        reach.REACH[letter.channel].lost(letter)
        outbox.drop(letter.id)
    except Refused as refusal:
        reach.REACH[letter.channel].failed(letter, refusal)
        _failed(letter, str(refusal), permanent=refusal.permanent, wait=refusal.wait)
    except Unreachable as problem:
        _failed(letter, str(problem), permanent=False)
        return False
    except Exception as error:  # a template or a value at fault: an owner sees it among the dead letters
        log.exception("letter_broken", kind=letter.kind)
        _failed(letter, f"{type(error).__name__}: {error}", permanent=True)
    else:
        if left:
            outbox.mark_sent(letter.id)
            reach.REACH[letter.channel].arrived(letter, receipt)
    return True


def _hand_over(letter, sender):
    """Whether it left, and the channel's receipt; not, when nothing was left to say or its moment has moved."""
    with in_language_of(letter):
        values = last_look.values_now(letter)
        if values is None:
            return False, None
        parcel = _parcel(letter, values)
        db.session.remove()  # the network may take its time: hold no connection meanwhile
        return True, sender.deliver(parcel)


def _parcel(letter, values):
    kind, url, site = letter.payload.get("notification"), letter.payload.get("url"), current_app.config["SETTINGS"]
    return Parcel(
        *(letter.key, letter.kind, letter.topic, letter.user_id, letter.address, letter.locale),
        title=notifications.sentence(kind, letter.payload) if kind else None,
        url=site.public_url + url if url else None,
        values=values,
        created_at=letter.created_at,
        unsubscribe=unsubscribing.address(letter, site),
    )


@contextmanager
def in_language_of(letter):
    """The receiver's language and time zone, outside of any request; rows read meanwhile are let go."""
    with current_app.app_context(), force_locale(letter.locale):
        g.reader_timezone = letter.timezone
        yield


def _failed(letter, error, *, permanent, wait=None):
    log.warning("delivery_failed", channel=letter.channel, kind=letter.kind, permanent=permanent)
    outbox.mark_failed(letter.id, error, permanent=permanent, wait=wait)

"""Web push: a message encrypted for one browser (RFC 8291), handed to that browser's push service (RFC 8030)."""

from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa

from app.channels.post import Post
from app.channels.verdicts import Gone, Permanent, Temporary, Unreachable
from app.channels.webpush.message import Message
from app.channels.webpush.vapid import Vapid
from app.extensions import db
from app.models.notifications import PushKey, PushSubscription

__all__ = ["sender"]


class _Sender:
    def __init__(self, vapid, post):
        self.vapid, self.post = vapid, post

    def deliver(self, parcel):
        """``parcel.address`` is the public id of a PushSubscription."""
        browser = _browser(parcel)
        message = Message(parcel)
        headers = message.headers() | self.vapid.headers(browser.endpoint)
        _judge(self.post.send(browser.endpoint, message.encrypted(browser.p256dh, browser.auth), headers))


def _judge(answer):
    if answer.fine:
        return
    if answer.status in (404, 410):
        raise Gone(answer.words)
    if answer.status == 429 or answer.status >= 500:
        raise Temporary(answer.words, wait=answer.wait)
    raise Permanent(answer.words)  # a redirect, too: an honest push service has none


@contextmanager
def sender(settings):
    key = db.session.execute(sa.select(PushKey.private, PushKey.public)).first()
    db.session.rollback()  # hold no connection while the network takes its time
    if key is None:  # nobody can have subscribed without it
        raise Unreachable("there is no VAPID key")
    with Post(trusted=settings.webpush_test_origin) as post:
        yield _Sender(Vapid(key, settings.mail_from), post)


def _browser(parcel):
    row = db.session.execute(
        sa.select(PushSubscription.endpoint, PushSubscription.p256dh, PushSubscription.auth).where(
            PushSubscription.public_id == UUID(parcel.address), PushSubscription.user_id == parcel.user_id
        )
    ).first()
    db.session.remove()  # the network may take its time
    if row is None:
        raise Gone("the device was removed")
    return row

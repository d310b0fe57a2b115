"""One mail with the inquiries of an hour or a day, for the realtors of busy cities who asked for it.

The first inquiry after a slot queues the next mail; what stands in it is looked up when it leaves.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import sqlalchemy as sa

from app.access.scopes import clause
from app.constants import Channel, Digest, InquiryStatus, Topic
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import User
from app.models.inquiries import Inquiry, Match
from app.models.notifications import Notification
from app.services import inquiry_text, outbox, rhythm

KIND = "inquiry_digest"
GRACE = timedelta(minutes=1)  # an inquiry published just before the slot may be committed just after it
SHOWN = 30  # the office has them all
OPEN = (InquiryStatus.NEW, InquiryStatus.IN_WORK)


def queue(listeners, now):
    """See that a mail will leave to those who want digests; returns their ids. Inside transaction()."""
    slots, next_slot = defaultdict(list), cache(rhythm.next_slot)  # in a crowd most wait for the same one
    for one in listeners:
        if one.digest != Digest.AT_ONCE and one.email:
            slots[one.may_hear_at(next_slot(now, one.digest, one.zone))].append(one)
    for until, people in slots.items():
        payload = {"since": now.isoformat(), "until": until.isoformat()}
        receivers = [
            outbox.Receiver(one.email, one.locale, one.id, until + GRACE, f"digest:{one.id}:{until.isoformat()}")
            for one in people
        ]
        outbox.queue(Channel.EMAIL, KIND, Topic.NEW_INQUIRIES, payload, receivers)
    return {one.id for people in slots.values() for one in people}


def values(letter):
    """The template's values: those still open and not answered by this realtor; None when none is left."""
    told = _told(letter.user_id, *(datetime.fromisoformat(letter.payload[name]) for name in ("since", "until")))
    waiting = _waiting(db.session.get_one(User, letter.user_id), told) if told else []
    if not waiting:
        return None
    return {"inquiries": [_item(one) for one in waiting[:SHOWN]], "count": len(waiting), "shown": SHOWN}


def _told(user_id, since, until):
    """The public ids of the inquiries that this person's notifications spoke of."""
    rows = db.session.scalars(
        sa.select(Notification.params)
        .where(Notification.user_id == user_id, Notification.kind.in_((Kind.INQUIRY_NEW, Kind.INQUIRY_MOVED)))
        .where(Notification.created_at >= since, Notification.created_at < until)
        .order_by(Notification.id)
    )
    return [UUID(params["inquiry"]) for params in rows]


def _waiting(realtor, public_ids):
    answered = sa.or_(Match.accepted_at.is_not(None), Match.declined_at.is_not(None))
    done = sa.select(Match.inquiry_id).where(Match.realtor_id == realtor.id, answered)
    return db.session.scalars(
        sa.select(Inquiry)
        .where(Inquiry.public_id.in_(public_ids), Inquiry.status.in_(OPEN), Inquiry.id.not_in(done))
        .where(clause(realtor, Inquiry))
        .order_by(Inquiry.published_at.desc(), Inquiry.id.desc())
    ).all()


def _item(inquiry):
    return {
        "number": inquiry.number,
        "headline": inquiry_text.headline(inquiry),
        "summary": inquiry_text.summary(inquiry),
        "url": f"/office/inquiries/{inquiry.public_id}",
    }

"""What a delivery says when its moment has come, if it still has anything to say to somebody who still wants it."""

from contextlib import nullcontext
from uuid import UUID

import sqlalchemy as sa

from app.constants import Channel, Topic
from app.extensions import db
from app.models.base import utcnow
from app.models.inquiries import Inquiry, Match
from app.services import audience, bursts, digests, letters, outbox, reach, webhooks
from app.services.bursts import NotNeeded, NotNow
from app.services.reports import sending
from app.services.transaction import transaction
from app.services.wordings import trying


def values_now(letter):
    """All the values of a claimed delivery in the current language; None once it was dropped or put off."""
    if trying.TRIAL in letter.payload:
        return trying.values(letter.kind, letter.payload[trying.TRIAL], letter.locale)
    with transaction() if letter.kind in bursts.SORTS else nullcontext():
        try:
            _ask_the_receiver(letter)
            if letter.channel == Channel.WEBHOOK:
                return webhooks.message(letter)
            more = _MORE[letter.kind](letter) if letter.kind in _MORE else {}
        except NotNeeded:
            outbox.drop(letter.id)
        except NotNow as later:
            outbox.put_off(letter.id, later.moment, once=later.once)
        else:
            return letters.context(letter.kind, letter.payload) | more
    return None


def _ask_the_receiver(letter):
    """Meanwhile they may have been blocked, switched it off, or gone to bed. Account letters do not ask.

    A chat or a browser that is theirs no more is told nothing at all.
    """
    if letter.user_id is None or letter.topic is None:
        return
    if letter.topic == Topic.ACCOUNT and letter.channel == Channel.EMAIL:
        return
    people = audience.listeners([letter.user_id], letter.topic)
    if letter.channel != Channel.EMAIL and not _is_theirs(letter, people):
        raise NotNeeded()
    if letter.topic == Topic.ACCOUNT:
        return
    if not people or not people[0].active or letter.channel not in people[0].on:
        raise NotNeeded()
    now = utcnow()
    if (moment := people[0].may_hear_at(now)) > now:
        raise NotNow(moment)


def _is_theirs(letter, people):
    return letter.address in reach.addresses(letter.channel, people).get(letter.user_id, ())


def _digest(letter):
    values = digests.values(letter)
    if values is None:
        raise NotNeeded()
    return values


def _still_open(letter):
    """A letter held back by a night or a broken server does not offer what is gone or already accepted."""
    accepted = sa.select(Match.inquiry_id).where(Match.realtor_id == letter.user_id, Match.accepted_at.is_not(None))
    offered = sa.select(Inquiry.id).where(
        Inquiry.public_id == UUID(letter.payload["inquiry"]),
        Inquiry.status.in_(digests.OPEN),
        Inquiry.id.not_in(accepted),
    )
    if db.session.scalar(offered) is None:
        raise NotNeeded()
    return {}


# kind → function(letter): further values; raises NotNeeded, NotNow
_MORE = dict.fromkeys(bursts.SORTS, bursts.look) | {
    digests.KIND: _digest,
    "inquiry_new": _still_open,
    sending.KIND: sending.look,
}

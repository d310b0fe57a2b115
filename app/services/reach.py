"""Whom a channel reaches, and where: the part of a channel that the writers of the outbox need.

A channel stands in the matrix when it is ``on`` here; ``addresses`` is asked once for a whole crowd. How a delivery
then leaves is the business of channels/<name>.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.constants import Channel
from app.services import push
from app.services.telegram import links as telegram


@dataclass(frozen=True)
class Reach:
    """``addresses``: services.audience.Listeners → {user id: [address, …]} of those the channel reaches.

    ``arrived(letter, receipt)``, ``failed(letter, refusal)`` and ``lost(letter)`` hear how a try ended: taken, not,
    or nobody is there any more.
    """

    addresses: Callable
    on: Callable[[], bool] = lambda: True  # whether this installation has it
    arrived: Callable = lambda letter, receipt: None
    lost: Callable = lambda letter: None
    failed: Callable = lambda letter, refusal: None


REACH = {
    Channel.EMAIL: Reach(lambda listeners: {one.id: [one.email] for one in listeners if one.email}),
    Channel.WEBPUSH: Reach(push.addresses, arrived=push.arrived, lost=push.lost),
    Channel.TELEGRAM: Reach(telegram.addresses, telegram.is_on, arrived=telegram.arrived, lost=telegram.lost),
}


def channels():
    """The channels of this installation beside the site itself."""
    return [channel for channel, reach in REACH.items() if reach.on()]


def addresses(channel, listeners):
    return REACH[channel].addresses(listeners) if listeners else {}


def available(channel, listener):
    """Whether ``channel`` reaches this person now; the site always does."""
    return channel == Channel.SITE or (channel in channels() and bool(addresses(channel, [listener])))

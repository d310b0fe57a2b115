"""E-mail: letters are composed in the receiver's language and handed to a folder (development) or an SMTP server."""

from contextlib import contextmanager

from app.channels.email.compose import compose
from app.channels.email.transports import connect

__all__ = ["compose", "connect", "sender"]


class _Sender:
    def __init__(self, transport):
        self.transport = transport

    def deliver(self, parcel):
        letter = compose(
            parcel.kind,
            address=parcel.address,
            locale=parcel.locale,
            key=parcel.key,
            values=parcel.values,
            created_at=parcel.created_at,
            unsubscribe=parcel.unsubscribe,
        )
        self.transport.send(letter)


@contextmanager
def sender(settings):
    with connect(settings) as transport:
        yield _Sender(transport)

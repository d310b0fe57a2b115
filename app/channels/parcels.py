"""What the dispatcher hands to a channel."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.constants import Topic


@dataclass(frozen=True)
class Parcel:
    """One delivery in its receiver's language, as plain values: no row, no transaction.

    ``key`` is the same at every attempt: the receiver's idempotency key. ``title`` is the notification's sentence,
    None for letters that no notification stands behind; ``url`` a whole address. ``values`` are the template's.
    """

    key: UUID
    kind: str
    topic: Topic | None
    user_id: int | None
    address: str
    locale: str
    title: str | None
    url: str | None
    values: dict
    created_at: datetime
    unsubscribe: str | None = None  # where one press ends this topic's mail; none for letters that must be sent

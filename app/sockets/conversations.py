"""The chat's events (DESIGN section 5). What they do stands in services/conversations.py, as for every other door."""

from dataclasses import dataclass
from uuid import UUID

from app.access.loaders import get_plain
from app.access.permissions import Permission as P
from app.doors import requires
from app.models.conversations import Conversation
from app.services import conversations, limits
from app.sockets import rooms
from app.sockets.base import number_field, on, uuid_field, word_field
from app.sockets.receivers import receivers

PAGE = 200


@dataclass(frozen=True)
class Sending:
    conversation: UUID
    nonce: UUID
    kind: str
    body: object  # judged by the service, which answers with codes of its own

    @classmethod
    def read(cls, data):
        return cls(
            uuid_field(data, "conversation"),
            uuid_field(data, "nonce"),
            word_field(data, "kind", default="text"),
            data.get("body"),
        )


@dataclass(frozen=True)
class Position:
    conversation: UUID
    seq: int

    @classmethod
    def read(cls, data):
        return cls(uuid_field(data, "conversation"), number_field(data, "seq"))


@dataclass(frozen=True)
class Since:
    conversation: UUID
    since: int

    @classmethod
    def read(cls, data):
        return cls(uuid_field(data, "conversation"), number_field(data, "since"))


@dataclass(frozen=True)
class Which:
    conversation: UUID

    @classmethod
    def read(cls, data):
        return cls(uuid_field(data, "conversation"))


@on("message:send", Sending)
@requires(P.MESSAGE_SEND)
def send(sending, person):
    limits.hit(limits.MESSAGES, "message", person)
    conversation = get_plain(person, Conversation, sending.conversation, P.MESSAGE_SEND)
    for_client = conversation.client_id == person.id
    line = conversations.send(conversation, nonce=sending.nonce, kind=sending.kind, body=sending.body, actor=person)
    return {"message": conversations.payload(line, person.locale, for_client=for_client)}


@on("message:read", Position)
@requires(P.MESSAGE_SEND)
def read(position, person):
    conversation = get_plain(person, Conversation, position.conversation, P.MESSAGE_SEND)
    conversations.mark_read(conversation, position.seq, actor=person)


@on("conversation:sync", Since)
@requires(P.CONVERSATION_READ)
def sync(position, person):
    """Up to PAGE messages after ``since``; the asker goes on from the last one until ``state.last_seq``."""
    conversation = get_plain(person, Conversation, position.conversation, P.CONVERSATION_READ)
    for_client = conversation.client_id == person.id
    lines = conversations.messages_since(conversation, position.since, PAGE)
    return {
        "messages": [conversations.payload(line, person.locale, for_client=for_client) for line in lines],
        "state": conversations.state(conversation, person),
    }


@on("typing", Which)
@requires(P.MESSAGE_SEND)
def typing(which, person):
    conversation = get_plain(person, Conversation, which.conversation, P.MESSAGE_SEND)
    if conversation.open:
        payload = {"conversation": str(which.conversation), "by": str(person.public_id)}
        from_client = person.id == conversation.client_id
        others = [reader.room for reader in receivers(conversation.id) if reader.for_client != from_client]
        rooms.tell(others, "typing", payload)

"""The chat's events (DESIGN section 5). What they do stands in services/conversations.py, as for every other door."""

from typing import NamedTuple
from uuid import UUID

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.doors import requires
from app.models.conversations import Message
from app.services import conversations, limits, messages
from app.sockets import chats, rooms
from app.sockets.base import count, number_field, on, uuid_field, word_field
from app.sockets.packets import Json
from app.sockets.receivers import receivers

PAGE = 200


class Sending(NamedTuple):
    conversation: UUID
    nonce: UUID
    kind: str
    body: object  # judged by the service, which answers with codes of its own
    reply_to: UUID | None

    @classmethod
    def read(cls, data):
        return cls(
            uuid_field(data, "conversation"),
            uuid_field(data, "nonce"),
            word_field(data, "kind", default="text"),
            data.get("body"),
            uuid_field(data, "reply_to") if data.get("reply_to") is not None else None,
        )


class Position(NamedTuple):
    conversation: UUID
    seq: int

    @classmethod
    def read(cls, data):
        return cls(uuid_field(data, "conversation"), number_field(data, "seq"))


class Since(NamedTuple):
    conversation: UUID
    since: int
    changes: int | None  # of those who also keep what they have: the last change they know of

    @classmethod
    def read(cls, data):
        changes = number_field(data, "changes") if data.get("changes") is not None else None
        return cls(uuid_field(data, "conversation"), number_field(data, "since"), changes)


class Changing(NamedTuple):
    message: UUID
    body: object = None

    @classmethod
    def read(cls, data):
        return cls(uuid_field(data, "message"), data.get("body"))


class Which(NamedTuple):
    conversation: UUID

    @classmethod
    def read(cls, data):
        return cls(uuid_field(data, "conversation"))


def _send_again(sending):
    person, conversation = chats.last(sending.conversation)
    if person is None or sending.reply_to:
        return None
    count(limits.EVENTS, "socket", person)
    count(limits.messages, "message", person)
    text = {"nonce": sending.nonce, "kind": sending.kind, "body": sending.body}
    line = conversations.send_again(conversation, **text, actor=person)
    return line and {"message": chats.payload(line)}


@on("message:send", Sending, again=_send_again)
@requires(P.MESSAGE_SEND)
def send(sending, person):
    count(limits.messages, "message", person)
    conversation = chats.get(person, sending.conversation, P.MESSAGE_SEND)
    line = conversations.send(
        conversation,
        nonce=sending.nonce,
        kind=sending.kind,
        body=sending.body,
        reply_to=sending.reply_to,
        actor=person,
    )
    chats.remember(person)
    return {"message": chats.payload(line)}


@on("message:edit", Changing)
@requires(P.MESSAGE_CHANGE)
def edit(changing, person):
    count(limits.messages, "message", person)
    message = get_visible(person, Message, changing.message, P.MESSAGE_CHANGE)
    line = messages.edit(message, changing.body, actor=person)
    return {"message": conversations.payload(line, person.locale)}


@on("message:delete", Changing)
@requires(P.MESSAGE_CHANGE)
def delete(changing, person):
    message = get_visible(person, Message, changing.message, P.MESSAGE_CHANGE)
    return {"message": conversations.payload(messages.delete(message, actor=person), person.locale)}


def _read_again(position):
    person, conversation = chats.last(position.conversation)
    if person is None:
        return None
    count(limits.EVENTS, "socket", person)
    return {} if conversations.read_again(conversation, position.seq, actor=person) else None


@on("message:read", Position, again=_read_again)
@requires(P.MESSAGE_SEND)
def read(position, person):
    conversation = chats.get(person, position.conversation, P.MESSAGE_SEND)
    conversations.mark_read(conversation, position.seq, actor=person)
    chats.remember(person)


@on("conversation:sync", Since)
@requires(P.CONVERSATION_READ)
def sync(position, person):
    """Up to PAGE messages after ``since``; the asker goes on from the last one until ``state.last_seq``.

    Whoever says ``changes`` also gets up to PAGE messages ``changed`` after it, until ``state.changes``.
    """
    conversation = chats.get(person, position.conversation, P.CONVERSATION_READ)
    for_client = conversation.client_id == person.id
    changed = conversations.messages_changed(conversation, position.changes, PAGE)
    return {
        "messages": Json(
            conversations.written_since(conversation, position.since, PAGE, person.locale, for_client=for_client)
        ),
        "changed": [conversations.payload(line, person.locale) for line in changed],
        "state": conversations.state(conversation, person),
    }


@on("typing", Which)
@requires(P.MESSAGE_SEND)
def typing(which, person):
    conversation = chats.get(person, which.conversation, P.MESSAGE_SEND)
    if conversation.open:
        payload = {"conversation": str(which.conversation), "by": str(person.public_id)}
        from_client = person.id == conversation.client_id
        others = [reader.room for reader in receivers(conversation.id) if reader.for_client != from_client]
        rooms.tell(others, "typing", payload)

"""How many messages each side has written, kept beside the conversation: what reports count by."""

import random
from contextlib import suppress
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.errors import ConversationClosed, RefusedMove
from app.extensions import db
from app.models.conversations import Conversation, Message
from app.services import conversations, integrity, messages, support

pytestmark = pytest.mark.every_database


def counted():
    """{conversation: (client's, other side's)} as they are kept."""
    kept = sa.select(Conversation.id, Conversation.client_messages, Conversation.realtor_messages)
    return {id: (mine, theirs) for id, mine, theirs in db.session.execute(kept)}


def recounted():
    """The same from the messages themselves."""
    said = {id: [0, 0] for id in counted()}
    every = sa.select(Message.conversation_id, Message.sender_id == Conversation.client_id)
    for id, is_client in db.session.execute(every.join(Conversation).where(Message.sender_id.is_not(None))):
        said[id][0 if is_client else 1] += 1
    return {id: tuple(numbers) for id, numbers in said.items()}


class Life:
    """What may happen to conversations, one thing at a time."""

    def __init__(self, build, chance):
        self.owner, self.chance = build.supervisor(), chance
        self.pair = build.client("Анна Новак"), build.client("Аня Новак")
        self.chats = [build.conversation(inquiry=build.inquiry(client=self.pair[n % 2])) for n in range(3)]
        support.ask(nonce=uuid4(), body="Вопрос", actor=self.pair[0])
        self.chats.append(support.mine(self.pair[0]))
        self.lines = []

    def write(self):
        chat = self.chance.choice(self.chats)
        actor = self.chance.choice((chat.client, chat.realtor or self.owner))
        with suppress(ConversationClosed):
            line = conversations.send(chat, nonce=uuid4(), body="…", actor=actor)
            self.lines.append((chat, actor, line))

    def repeat(self):
        if self.lines:
            chat, actor, line = self.chance.choice(self.lines)
            if actor not in self.pair or actor.id == chat.client_id:
                conversations.send(chat, nonce=line.nonce, body="другое", actor=actor)

    def answer(self):
        chat = self.chance.choice(self.chats)
        said = [line for line in conversations.messages_since(chat, 0) if line.sender]
        with suppress(ConversationClosed):
            if said:
                conversations.send(chat, nonce=uuid4(), body="…", reply_to=said[0].public_id, actor=chat.client)

    def take_back(self):
        if self.lines:
            _chat, actor, line = self.chance.choice(self.lines)
            with suppress(ConversationClosed, RefusedMove):
                messages.delete(db.session.scalar(sa.select(Message).filter_by(public_id=line.public_id)), actor=actor)

    def close_or_reopen(self):
        chat = self.chance.choice(self.chats[:3])
        (conversations.close if chat.open else conversations.reopen)(chat, actor=chat.client)


@pytest.mark.parametrize("seed", range(4))
def test_they_are_what_a_recount_finds_whatever_happens(build, seed):
    chance = random.Random(seed)
    life = Life(build, chance)
    deeds = (*[life.write] * 6, life.repeat, life.answer, life.take_back, life.close_or_reopen)
    for _ in range(25):
        chance.choice(deeds)()
        assert counted() == recounted()
    assert sum(map(sum, counted().values())) > 5
    assert not [found for found in integrity.check() if found.rule.word == "written"]

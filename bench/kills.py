"""kill -9 of the web process and of the worker at random points, while people talk and letters leave.

Counted afterwards: whether what was acknowledged is stored, once, and was delivered, once.
"""

import asyncio
import os
import random
import tempfile
import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bench import scene
from bench.chat import application
from bench.wire import Wire
from tests.fake_smtp import FakeSmtp
from tests.forks import Forked
from tests.live import LiveServer

PAIRS, LETTERS = 3, 3  # talking all the time; queued in each round
NEVER = ("lost", "doubled", "undelivered", "out of order", "letters lost", "letters doubled")
BROKEN = (OSError, asyncio.TimeoutError)


def rows(rounds):
    """Rows for bench.report."""
    found = run(rounds)
    yield ("messages acknowledged", None, found["messages"], "count")
    yield ("letters queued", None, found["letters"], "count")
    for name in NEVER:
        yield (f"{rounds} kills, web and worker in turn: {name}", None, found[name], "count", "0")


def run(rounds, seed=None, templates=None):
    """How many messages were acknowledged, letters queued, and of both what must not be (NEVER).

    ``templates``: a folder where they stand compiled already.
    """
    with tempfile.TemporaryDirectory() as folder, FakeSmtp() as smtp:
        if templates:
            (Path(folder) / "templates").symlink_to(templates)
        app = application(Path(folder), {"MAIL_URL": smtp.url})
        place = scene.build(app, PAIRS)
        site = _Site(app, folder, smtp, random.Random(seed))
        try:
            talks = asyncio.run(_talk_through(site, place, rounds))
        finally:
            site.end()
        return _judge(app, talks) | _judge_letters(site, smtp)


class _Site:
    """The two processes, and the letters that this one queues for them."""

    def __init__(self, app, folder, smtp, chance):
        self.app, self.folder, self.smtp, self.chance = app, folder, smtp, chance
        self.web = LiveServer(app.config["SETTINGS"], folder).start()
        self.letters, self.worker = 0, None
        self.start_worker()

    def start_worker(self):
        settings = self.app.config["SETTINGS"]
        env = {"INSTANCE_PATH": str(self.folder), "DATABASE_URL": settings.database_url, "MAIL_URL": settings.mail_url}
        self.worker = Forked("flask", "--app", "wsgi", "worker", env=os.environ | env)

    def round(self, number):
        """Some letters, a moment of work, then one of the two processes dies and comes back."""
        self.queue_letters()
        time.sleep(self.chance.uniform(0.1, 0.8))
        if number % 2:
            self.worker.kill()
            self.leases_end()
            self.start_worker()
        else:
            self.web.restart()

    def queue_letters(self):
        from app.services import outbox
        from app.services.transaction import transaction

        payload = {"notification": "account", "text": "x", "url": "/"}
        with self.app.app_context(), transaction():
            for _ in range(LETTERS):
                outbox.queue_email("notification", address=f"a{self.letters}@example.com", payload=payload)
                self.letters += 1

    def leases_end(self):
        """Two minutes pass."""
        from app.models.base import utcnow
        from app.models.outbox import Delivery
        from app.services.transaction import transaction

        with self.app.app_context(), transaction() as session:
            session.execute(sa.update(Delivery).values(leased_until=utcnow() - timedelta(seconds=1)))

    def waiting(self):
        from app.constants import OutboxStatus
        from app.extensions import db
        from app.models.outbox import Delivery

        with self.app.app_context():
            pending = Delivery.status == OutboxStatus.PENDING, Delivery.kind == "notification"
            return db.session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(*pending))

    def end(self):
        self.web.kill()
        self.worker.kill()


class _Talk:
    """A client who writes without a pause and a realtor who reads; both come back as pages do."""

    def __init__(self, url, place, n):
        self.url, self.conversation = url, place.conversations[n]
        self.cookies = {"client": place.clients[n], "realtor": place.realtors[n]}
        self.acknowledged, self.heard = [], {}  # nonces; seq → nonces it came with
        self.over = False

    async def connected(self, side):
        while True:
            try:
                return await asyncio.wait_for(Wire(self.url, cookie=self.cookies[side]).connect(), 5)
            except BROKEN:
                await asyncio.sleep(0.1)

    async def write(self):
        wire, nonce = await self.connected("client"), str(uuid.uuid4())
        while not self.over:
            message = {"conversation": self.conversation, "nonce": nonce, "kind": "text", "body": "Ещё на связи?"}
            try:
                answer = await asyncio.wait_for(wire.call("message:send", message), 5)
            except BROKEN:
                wire = await self.connected("client")  # and the same again: it cannot know what became of it
                continue
            if answer["ok"]:
                self.acknowledged.append(nonce)
                nonce = str(uuid.uuid4())
            await asyncio.sleep(0.01)

    async def read(self):
        while not self.over:
            wire = await self.connected("realtor")
            wire.on_event = lambda name, payload: name == "message" and self.hear(payload)
            try:
                await self.catch_up(wire)
                await wire.over  # until the line breaks
            except BROKEN:
                pass

    async def catch_up(self, wire):
        last = None
        while last is None or self.known < last:
            asked = {"conversation": self.conversation, "since": self.known}
            answer = await asyncio.wait_for(wire.call("conversation:sync", asked), 5)
            for message in answer["messages"]:
                self.hear(message)
            last = answer["state"]["last_seq"]

    @property
    def known(self):
        """The last seq before the first gap."""
        seq = 0
        while seq + 1 in self.heard:
            seq += 1
        return seq

    def hear(self, message):
        self.heard.setdefault(message["seq"], set()).add(message["nonce"])


async def _talk_through(site, place, rounds):
    talks = [_Talk(site.web.url, place, n) for n in range(PAIRS)]
    writing = [asyncio.create_task(talk.write()) for talk in talks]
    reading = [asyncio.create_task(talk.read()) for talk in talks]
    for number in range(rounds):
        await asyncio.to_thread(site.round, number)
        await asyncio.sleep(0.3)
    for talk in talks:
        talk.over = True
    await asyncio.gather(*writing)
    for one in reading:
        one.cancel()
    for talk in talks:
        await talk.catch_up(await talk.connected("realtor"))
    await _letters_left(site)
    return talks


async def _letters_left(site, seconds=120):
    """A letter whose first try failed is tried again half a minute later, and once more after a minute."""
    end = time.monotonic() + seconds
    while await asyncio.to_thread(site.waiting) and time.monotonic() < end:
        await asyncio.sleep(0.2)


def _judge(app, talks):
    from app.extensions import db
    from app.models.conversations import Conversation, Message

    found = Counter(dict.fromkeys(("lost", "doubled", "undelivered", "out of order"), 0))
    with app.app_context():
        for talk in talks:
            stored = db.session.execute(
                sa.select(Message.seq, Message.nonce)
                .join(Conversation)
                .where(Conversation.public_id == uuid.UUID(talk.conversation))
                .order_by(Message.seq)
            ).all()
            nonces = [str(nonce) for _, nonce in stored]
            found["lost"] += len(set(talk.acknowledged) - set(nonces))
            found["doubled"] += len(nonces) - len(set(nonces))
            found["undelivered"] += sum(talk.heard.get(seq) != {str(nonce)} for seq, nonce in stored)
            found["out of order"] += [n for n in nonces if n in set(talk.acknowledged)] != talk.acknowledged
            found["messages"] += len(talk.acknowledged)
    return dict(found)


def _judge_letters(site, smtp):
    """The idempotency key of a letter is its Message-ID: whoever honours it sees each letter once."""
    keys = Counter(letter["To"] for letter in {one["Message-ID"]: one for one in smtp.letters}.values())
    queued = {f"a{n}@example.com" for n in range(site.letters)}
    return {
        "letters": site.letters,
        "letters lost": len(queued - set(keys)),
        "letters doubled": sum(keys[address] > 1 for address in queued),
    }

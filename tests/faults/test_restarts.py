"""PostgreSQL and Redis go away and come back under two running processes."""

import pytest
import sqlalchemy as sa

from app.constants import OutboxStatus
from app.extensions import db
from app.models.conversations import Message
from app.models.outbox import Delivery
from app.services import outbox
from app.services.transaction import transaction
from app.tasks import dispatcher
from tests.builders import Builder
from tests.conftest import make_app, settings_for
from tests.peer import sending
from tests.servers import Cluster


@pytest.fixture
def cluster():
    """A PostgreSQL of its own, with commits on the disk, to be crashed."""
    cluster = Cluster(durable=True)
    cluster.url = cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def app(cluster, workplace):
    app = make_app(settings_for(workplace, database_url=cluster.url))
    yield app
    with app.app_context():
        db.engine.dispose()


def nonces(chat):
    db.session.rollback()
    said = sa.select(Message.nonce).where(Message.conversation_id == chat.id).order_by(Message.seq)
    return [str(nonce) for nonce in db.session.scalars(said)]


@pytest.mark.postgres
def test_a_crash_of_postgresql_loses_nothing_acknowledged_and_needs_no_restart(app, cluster, serve, page_of, until):
    with app.app_context():
        chat = Builder().conversation()
        server = serve(app)
        client, realtor = page_of(chat.client, server), page_of(chat.realtor, server)
        before, during = [sending(chat) for _ in range(5)], sending(chat)
        assert all(client.ask("message:send", message)["ok"] for message in before)
        db.session.rollback()  # this process's own connection is not the matter
        cluster.crash()
        refusal = client.ask("message:send", during)  # said in words; the socket lives
        assert refusal["ok"] is False and refusal["error"]["text"]
        cluster.launch()
        until(lambda: client.ask("message:send", during)["ok"])
        assert nonces(chat) == [message["nonce"] for message in [*before, during]]
        until(lambda: len([1 for name, _ in realtor.events if name == "message"]) == 6 or realtor.hear() is None)
        assert [payload["seq"] for name, payload in realtor.events if name == "message"] == [1, 2, 3, 4, 5, 6]


@pytest.mark.postgres
def test_the_dispatcher_outlives_a_crash_of_postgresql(app, cluster, workplace, monkeypatch):
    with app.app_context():
        with transaction():
            payload = {"notification": "account", "text": "x", "url": "/"}
            outbox.queue_email("notification", address="a@example.com", payload=payload)
        cluster.crash()
        assert dispatcher._round(None, "email") == dispatcher.REST
        cluster.launch()
        db.session.remove()
        dispatcher._round(None, "email")
        assert db.session.scalar(sa.select(Delivery.status)) == OutboxStatus.SENT


@pytest.mark.redis
def test_without_redis_people_write_on_and_afterwards_all_have_everything(app, serve, page_of, redis_server, until):
    with app.app_context():
        chat = Builder().conversation()
        grown = {"REDIS_URL": redis_server.url, "RATELIMIT_ENABLED": "1"}
        client, realtor = page_of(chat.client, serve(app, **grown)), page_of(chat.realtor, far := serve(app, **grown))
        assert client.ask("message:send", first := sending(chat))["ok"]
        assert realtor.wait_for("message")["nonce"] == first["nonce"]

        redis_server.stop()
        assert client.ask("message:send", missed := sending(chat))["ok"]  # Redis only tells; the database is the truth
        redis_server.start()
        until(lambda: realtor.hear() == "1")  # the far process hangs up on its pages, so that they come and ask

        realtor = page_of(chat.realtor, far)
        asked = {"conversation": str(chat.public_id), "since": 1}
        assert [m["nonce"] for m in realtor.ask("conversation:sync", asked)["messages"]] == [missed["nonce"]]
        client = page_of(chat.client, client.server)
        assert client.ask("message:send", last := sending(chat))["ok"]
        assert realtor.wait_for("message")["nonce"] == last["nonce"]
        assert nonces(chat) == [message["nonce"] for message in (first, missed, last)]

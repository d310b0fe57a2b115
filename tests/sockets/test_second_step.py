"""Where owners need a second step, whoever has none hears and says nothing by sockets either."""

import pytest

from app.models.passkeys import Passkey
from app.models.settings import Setting
from app.services import settings

KEY = "second_factor_required"


@pytest.fixture
def owner(build):
    return build.supervisor()


def give_passkey(build, owner):
    values = {"credential_id": b"1", "public_key": b"2", "sign_count": 0, "backed_up": False, "name": "Ключ"}
    build.add(Passkey(user_id=owner.id, **values))


def test_a_socket_is_opened_once_there_is_a_second_step(build, owner, socket_of):
    settings.change(KEY, "True", actor=owner)
    assert not socket_of(owner).is_connected()
    assert socket_of(build.client()).is_connected() and socket_of(build.agent()).is_connected()
    give_passkey(build, owner)
    assert socket_of(owner).is_connected()


def test_open_sockets_end_when_it_begins_to_be_required(build, owner, socket_of):
    ready = build.supervisor()
    give_passkey(build, ready)
    late, early = socket_of(owner), socket_of(ready)
    settings.change(KEY, "True", actor=ready)
    assert not late.is_connected() and early.is_connected()


def test_an_event_is_refused_where_the_end_was_not_heard(build, owner, socket_of):
    socket, conversation = socket_of(owner), build.support()
    build.add(Setting(key=KEY, value=True))  # by another process, without Redis
    settings.forget()  # a second later
    answer = socket.emit("conversation:sync", {"conversation": str(conversation.public_id), "since": 0}, callback=True)
    assert answer["error"]["code"] == "second_step"

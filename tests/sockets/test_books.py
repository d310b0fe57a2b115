"""Pages that come and go in the same moment: each is in its rooms, and nobody else's are lost."""

import sys
import threading

import pytest
import socketio

from app.sockets.books import Alone


@pytest.fixture
def hasty():
    """Threads take turns after a few instructions each."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_of_pages_that_come_and_go_at_once_each_that_stays_is_in_its_room(hasty):
    manager = socketio.Server(async_mode="threading", client_manager=Alone()).manager
    staying, wrong = [[] for _ in range(8)], []

    def come_and_go(n):
        for turn in range(300):
            try:
                sid = manager.pre_connect(f"{n}-{turn}", "/")
                manager.basic_enter_room(sid, "/", f"room {turn}")
                manager.connect(sid, "/")
                if turn % 2:
                    manager.pre_disconnect(sid, "/")
                    manager.basic_disconnect(sid, "/")
                else:
                    staying[n].append((sid, f"room {turn}"))
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=come_and_go, args=(n,)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []
    for sid, room in sum(staying, []):
        assert sid in dict(manager.get_participants("/", room))

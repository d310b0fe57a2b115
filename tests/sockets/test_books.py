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
    staying, left, wrong = [[] for _ in range(8)], [], []

    def come_and_go(n):
        for turn in range(300):
            try:
                sid = manager.pre_connect(f"{n}-{turn}", "/")
                manager.basic_enter_room(sid, "/", f"room {turn}")
                manager.connect(sid, "/")
                manager.basic_enter_room(sid, "/", "everybody")
                if turn % 2:
                    manager.pre_disconnect(sid, "/")
                    manager.basic_disconnect(sid, "/")
                    left.append(sid)
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
    everybody = dict(manager.get_participants("/", "everybody"))
    assert set(everybody) == {sid for sid, _ in sum(staying, [])}
    assert not any(sid in manager.rooms["/"] for sid in left), "the rooms of those who left are gone"


def test_a_page_that_leaves_looks_at_its_own_rooms_only():
    """10,000 pages that leave together, as before a restart, would keep the lock for a minute otherwise."""
    manager = socketio.Server(async_mode="threading", client_manager=Alone()).manager
    sids = [manager.connect(f"page {n}", "/") for n in range(50)]

    class Watched(dict):
        asked = 0

        def copy(self):
            Watched.asked += 1
            return super().copy()

        def items(self):
            Watched.asked += 1
            return super().items()

    manager.rooms["/"] = Watched(manager.rooms["/"])
    for sid in sids:
        manager.pre_disconnect(sid, "/")
        manager.basic_disconnect(sid, "/")
    assert Watched.asked == 0
    assert manager.rooms == {}

from app.constants import NotificationKind as Kind
from app.models.base import utcnow
from app.models.notifications import Rhythm
from app.services import notifications
from app.services.transaction import transaction


def quiet_now(build, user):
    """An hour before and after this moment."""
    minute = utcnow().hour * 60 + utcnow().minute
    build.add(Rhythm(user_id=user.id, quiet_from=(minute - 60) % 1440, quiet_to=(minute + 60) % 1440))


def tell(*users):
    with transaction():
        notifications.notify(users, Kind.MESSAGE, params={"name": "Пётр"}, url="/support")


def test_each_person_hears_their_own_in_their_own_language(build, socket_of, bell_of):
    russian, english = build.client(locale="ru"), build.realtor(locale="en")
    sockets = [socket_of(russian), socket_of(english)]
    tell(russian)
    tell(russian, english)
    first, second = [bell_of(socket) for socket in sockets]
    assert [(n["title"], n["unread"]) for n in first] == [("Новое сообщение: Пётр", 1), ("Новое сообщение: Пётр", 2)]
    assert [(n["title"], n["unread"], n["kind"]) for n in second] == [("New message from Пётр", 1, "message")]
    assert {"id", "kind", "title", "url", "unread"} == set(first[0])
    assert first[0]["url"] == "/support"


def test_in_quiet_hours_the_bell_says_so(build, socket_of, bell_of):
    sleeper, waker = build.client(timezone="UTC"), build.client(timezone="UTC")
    quiet_now(build, sleeper)
    sockets = [socket_of(sleeper), socket_of(waker)]
    tell(sleeper, waker)
    hushed, heard = [bell_of(socket) for socket in sockets]
    assert [(n["unread"], n["quiet"]) for n in hushed] == [(1, True)]
    assert [(n["unread"], "quiet" in n) for n in heard] == [(1, False)]


def test_whoever_is_blocked_meanwhile_hears_nothing(build, socket_of, bell_of):
    user = build.client()
    socket = socket_of(user)
    with transaction():
        user.blocked_at = user.created_at
    tell(user)
    assert bell_of(socket) == []

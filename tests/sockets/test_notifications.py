from app.constants import NotificationKind as Kind
from app.services import notifications
from app.services.transaction import transaction


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


def test_whoever_is_blocked_meanwhile_hears_nothing(build, socket_of, bell_of):
    user = build.client()
    socket = socket_of(user)
    with transaction():
        user.blocked_at = user.created_at
    tell(user)
    assert bell_of(socket) == []

import pytest
from flask_babel import force_locale

from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import notifications
from app.services.transaction import transaction

pytestmark = pytest.mark.every_database


def tell(users, **values):
    params = {"number": 1042, "title": {"ru": "Снять квартиру, Прага", "en": "Rent a flat, Prague"}}
    values = {"params": params, "url": "/office/inquiries/1", "email": "notification"} | values
    with transaction():
        notifications.notify(users, Kind.INQUIRY_NEW, **values)


def test_everyone_gets_a_notification_and_a_letter_in_their_own_language(build):
    users = [build.client(locale="ru"), build.client(locale="en")]
    tell(users)
    said = {}
    for row in db.session.scalars(db.select(Notification)):
        with force_locale("ru" if row.user_id == users[0].id else "en"):
            said[row.user_id] = notifications.sentence(row.kind, row.params)
    assert said == {
        users[0].id: "Новый запрос №\xa01042: Снять квартиру, Прага",
        users[1].id: "New inquiry No.\xa01042: Rent a flat, Prague",
    }
    assert {row.locale for row in db.session.scalars(db.select(Delivery))} == {"ru", "en"}


def test_without_a_letter_only_the_site_tells(build):
    tell([build.client()], email=None)
    assert db.session.scalar(db.select(Delivery)) is None


def test_one_event_leaves_for_all_of_them_after_the_commit(build, heard):
    users = [build.client(), build.client()]
    tell(users)
    [event] = [e for e in heard if e.name == "notification"]
    assert event.data["user_ids"] == [user.id for user in users]
    assert len(event.data["ids"]) == 2


def test_reading_one_and_reading_all(build):
    user, other = build.client(), build.client()
    tell([user, other])
    tell([user])
    first = db.session.scalars(db.select(Notification).where(Notification.user_id == user.id)).first()
    notifications.mark_read(first, actor=user)
    assert notifications.unread_count(user) == 1
    notifications.mark_all_read(actor=user)
    assert (notifications.unread_count(user), notifications.unread_count(other)) == (0, 1)

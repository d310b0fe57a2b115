"""The bell, live: each person hears their own notification in their own language, with their count of unread ones."""

import sqlalchemy as sa
from flask_babel import force_locale

from app.extensions import db
from app.models.accounts import User
from app.models.notifications import Notification
from app.services import announcements, notifications
from app.sockets import rooms
from app.sockets.aside import later

CROWD = 50  # from here on the person who pressed the button does not wait until all have heard


def announcement(announcement_id):
    """A crowd is told batch by batch; what else is to be said gets its turn between two of them."""
    later(_tell_some, announcement_id)


def _tell_some(announcement_id):
    if announcements.tell_some(announcement_id):
        later(_tell_some, announcement_id)


def notification(user_ids, ids, hushed=()):
    """``hushed``: those of them whose quiet hours these are."""
    if len(ids) < CROWD:
        tell(user_ids, ids, hushed)
    else:
        later(tell, user_ids, ids, hushed)


def tell(user_ids, ids, hushed):
    unread, hushed = notifications.unread_counts(user_ids), set(hushed)
    sentences = {}
    for row in db.session.execute(_active(ids)):
        said = (row.locale, row.kind, repr(row.params))
        if said not in sentences:
            with force_locale(row.locale):
                sentences[said] = notifications.sentence(row.kind, row.params)
        payload = {
            "id": str(row.id),
            "kind": row.kind.value,
            "title": sentences[said],
            "url": row.url,
            "unread": unread.get(row.user_id, 0),
        }
        if row.user_id in hushed:
            payload["quiet"] = True  # the number changes and no more
        rooms.tell(rooms.of_user(row.person), "notification", payload)


def read(user_id):
    """The person read some elsewhere, in a chat for example: the bell's number goes down."""
    person = db.session.scalar(sa.select(User.public_id).where(User.id == user_id))
    unread = notifications.unread_counts([user_id]).get(user_id, 0)
    rooms.tell(rooms.of_user(person), "notification:read", {"unread": unread})


def _active(ids):
    """Who is blocked meanwhile hears nothing."""
    return (
        sa.select(
            Notification.public_id.label("id"),
            *(Notification.kind, Notification.params, Notification.url, Notification.user_id),
            User.public_id.label("person"),
            User.locale,
        )
        .join(User, User.id == Notification.user_id)
        .where(Notification.public_id.in_(ids), User.blocked_at.is_(None), User.deleted_at.is_(None))
    )

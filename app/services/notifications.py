"""What people are told on the site: stored once with its values, said in the reader's language when it is read."""

import sqlalchemy as sa
from flask_babel import force_locale, get_locale
from flask_babel import lazy_gettext as _l
from uuid_utils.compat import uuid7

from app.constants import LOCALES
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.base import utcnow
from app.models.notifications import Notification
from app.services import crowd, outbox
from app.services.transaction import after_commit, transaction

# Each kind's sentence. Its domain passes the values; title/city may be given per language, see in_each_language().
SENTENCES = {
    Kind.INQUIRY_NEW: _l("New inquiry No. %(number)s: %(title)s"),
    Kind.INQUIRY_MOVED: _l("Inquiry No. %(number)s is now in your city: %(title)s"),
    Kind.INQUIRY_ACCEPTED: _l("%(name)s accepted your inquiry No. %(number)s"),
    Kind.INQUIRY_PUBLISHED: _l("Inquiry No. %(number)s has reached realtors: %(city)s now has one"),
    Kind.INQUIRY_CHANGED: _l("Inquiry No. %(number)s has changed: %(title)s"),
    Kind.INQUIRY_CORRECTED: _l("Inquiry No. %(number)s: the manager changed %(change)s"),
    Kind.INQUIRY_CLOSED: _l("Inquiry No. %(number)s is closed: %(title)s"),
    Kind.CONVERSATION_CLOSED: _l("%(name)s ended the conversation about inquiry No. %(number)s"),
    Kind.CONVERSATION_REOPENED: _l("%(name)s reopened the conversation about inquiry No. %(number)s"),
    Kind.MESSAGE: _l("New message from %(name)s"),
    Kind.ACCOUNT: _l("Your account has changed: %(text)s"),
}


def in_each_language(make):
    """``make()`` called once per language: a value for ``params`` or a letter's payload that reads right to anybody."""
    texts = {}
    for locale in LOCALES:
        with force_locale(locale):
            texts[locale] = str(make())
    return texts


def in_this_language(values):
    """``values`` with those made by in_each_language() reduced to the current language."""
    locale = str(get_locale())
    return {
        name: value[locale] if isinstance(value, dict) and set(value) == set(LOCALES) else value
        for name, value in values.items()
    }


def notify(users, kind, *, params, url, email=None):
    """Tell ``users`` (anything with id, email, locale) on the site and, with ``email``, by that letter.

    Call inside transaction(); one insert however many they are, and sockets hear of it after the commit. ``params``
    are the sentence's values, ``url`` a path of ours; the letter gets both, and the kind as ``notification``.
    The letter "notification" just says the sentence.
    """
    users = list(users)
    if not users:
        return
    rows = [(uuid7(), user.id) for user in users]
    shared = {"kind": kind, "params": params, "url": url, "created_at": utcnow()}
    crowd.insert(Notification, shared, ("public_id", "user_id"), rows)
    if email:
        outbox.queue_emails(email, users, payload=params | {"url": url, "notification": kind})
    after_commit("notification", user_ids=[user_id for _, user_id in rows], ids=[public_id for public_id, _ in rows])


def sentence(kind, params):
    """What a notification says, in the current language."""
    return str(SENTENCES[kind]) % in_this_language(params)


def unread_count(user):
    return db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Notification)
        .where(Notification.user_id == user.id, Notification.read_at.is_(None))
    )


def unread_counts(user_ids):
    """user id → unread notifications, for those who have any."""
    return dict(
        db.session.execute(
            sa.select(Notification.user_id, sa.func.count())
            .where(Notification.user_id.in_(user_ids), Notification.read_at.is_(None))
            .group_by(Notification.user_id)
        ).all()
    )


def latest(user, *, before=None, limit):
    """The user's notifications, newest first; ``before`` is the last one already shown."""
    rows = sa.select(Notification).where(Notification.user_id == user.id)
    if before:
        rows = rows.where(Notification.id < before.id)
    return db.session.scalars(rows.order_by(Notification.id.desc()).limit(limit)).all()


def mark_read(notification, *, actor):
    """Opening one reads it; opening it again changes nothing."""
    if notification.read_at:
        return
    with transaction():
        notification.read_at = notification.read_at or utcnow()


def mark_seen_at(urls, *, actor):
    """What stands at these addresses is on screen: whatever led there is read. One query when nothing did."""
    unread = Notification.user_id == actor.id, Notification.read_at.is_(None), Notification.url.in_(urls)
    if db.session.scalar(sa.select(Notification.id).where(*unread).limit(1)) is None:
        return
    with transaction() as session:
        session.execute(
            sa.update(Notification).where(*unread).values(read_at=utcnow()).execution_options(synchronize_session=False)
        )


def mark_all_read(*, actor):
    with transaction() as session:
        session.execute(
            sa.update(Notification)
            .where(Notification.user_id == actor.id, Notification.read_at.is_(None))
            .values(read_at=utcnow())
            .execution_options(synchronize_session=False)
        )

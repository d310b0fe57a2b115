"""What people are told on the site: stored once with its values, said in the reader's language when it is read."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import force_locale, get_locale
from flask_babel import lazy_gettext as _l
from uuid_utils.compat import uuid7

from app import wordings
from app.constants import LOCALES, Channel, Topic
from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.notifications import Notification
from app.models.prepared import Prepared
from app.services import audience, crowd, digests, outbox, quiet, reach
from app.services.preferences import TOPIC_OF
from app.services.transaction import after_commit, transaction

# Each kind's sentence. Its domain passes the values; title/city may be given per language, see in_each_language().
SENTENCES = {
    Kind.INQUIRY_NEW: _l("New inquiry No.\xa0%(number)s: %(title)s"),
    Kind.INQUIRY_MOVED: _l("Inquiry No.\xa0%(number)s is now in your city: %(title)s"),
    Kind.INQUIRY_ACCEPTED: _l("%(name)s accepted your inquiry No.\xa0%(number)s"),
    Kind.INQUIRY_PUBLISHED: _l("Inquiry No.\xa0%(number)s has reached realtors: %(city)s now has one"),
    Kind.CITY_SERVED: _l("%(city)s now has a realtor. Repeat inquiry No.\xa0%(number)s?"),
    Kind.INQUIRY_CHANGED: _l("Inquiry No.\xa0%(number)s has changed: %(title)s"),
    Kind.INQUIRY_CORRECTED: _l("Inquiry No.\xa0%(number)s: the manager changed %(change)s"),
    Kind.INQUIRY_CLOSED: _l("Inquiry No.\xa0%(number)s is closed: %(title)s"),
    Kind.INQUIRY_WITHDRAWN: _l("Inquiry No.\xa0%(number)s was sent by mistake and is taken back: %(title)s"),
    Kind.CONVERSATION_CLOSED: _l("%(name)s ended the conversation about inquiry No.\xa0%(number)s"),
    Kind.CONVERSATION_REOPENED: _l("%(name)s reopened the conversation about inquiry No.\xa0%(number)s"),
    Kind.MESSAGE: _l("New message from %(name)s"),
    Kind.SNOOZE_OVER: _l("You wanted to answer %(name)s later: it is time"),
    Kind.SUPPORT_ANSWER: _l("Support has answered you"),
    Kind.SUPPORT_QUESTION: _l("%(name)s waits for an answer of support"),
    Kind.SUPPORT_PASSED: _l("%(name)s passes a question on to you: %(person)s"),
    Kind.REPORT_READY: _l("Report “%(title)s” is ready"),
    Kind.WEBHOOK_OFF: _l("The webhook to %(host)s is switched off: it takes nothing any more"),
    Kind.COMMENT_NEW: _l("%(name)s has commented on “%(title)s”"),
    Kind.COMMENT_ANSWERED: _l("%(name)s has answered you under “%(title)s”"),
    Kind.ACCOUNT: _l("Your account has changed: %(text)s"),
    Kind.EXPORT_READY: _l("The file is ready: %(title)s, rows: %(rows)s"),
    Kind.EXPORT_FAILED: _l("The file could not be made: %(title)s"),
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


def notify(users, kind, *, params, url, email=None, wait=timedelta(0), once=None, seen=()):
    """Tell ``users`` (anything with an id) of one event: on the site and by the channels each of them chose.

    Call inside transaction(); a handful of statements however many they are, and sockets hear of it after the commit.
    ``params`` are the sentence's values, ``url`` a path of ours; deliveries get both, and the kind as
    ``notification``. ``email``: the letter's template, none when this event is worth no letter; "notification" just
    says the sentence. Letters wait for ``wait``; ``once``: none is added while another with this key waits. ``seen``:
    the ids of those who have had it on screen already, so it is no news in their list.
    """
    if quiet.is_quiet():
        return
    topic = TOPIC_OF[kind]
    people = audience.listeners([user.id for user in users], topic)
    now = utcnow()
    _on_site(people, kind, params, url, now, seen)
    payload = params | {"url": url, "notification": kind}
    for channel in reach.channels():
        wanting = [one for one in people if channel in one.on]
        if channel != Channel.EMAIL:
            _queue(channel, email or "notification", topic, payload, wanting, now)
        elif email:
            waiting = digests.queue(wanting, now) if topic == Topic.NEW_INQUIRIES else set()
            at_once = [one for one in wanting if one.id not in waiting]
            _queue(channel, email, topic, payload, at_once, now + wait, once)


def _on_site(people, kind, params, url, now, seen):
    """Everybody finds it in their list; the bell rings for those who want it to, softly in their quiet hours."""
    rows = [(uuid7(), one.id, None if Channel.SITE in one.on and one.id not in seen else now) for one in people]
    shared = {"kind": kind, "params": params, "url": url, "created_at": now}
    if not rows:
        return
    crowd.insert(Notification, shared, ("public_id", "user_id", "read_at"), rows)
    ringing = [(public_id, user_id) for public_id, user_id, read_at in rows if read_at is None]
    if ringing:
        ids, user_ids = (list(column) for column in zip(*ringing, strict=True))
        hushed = [one.id for one in people if one.may_hear_at(now) > now]
        after_commit("notification", user_ids=user_ids, ids=ids, hushed=hushed)


def _queue(channel, kind, topic, payload, people, due_at, once=None):
    addresses = reach.addresses(channel, people)
    receivers = [
        outbox.Receiver(address, one.locale, one.id, one.may_hear_at(due_at), once and f"{once}:{one.id}")
        for one in people
        for address in addresses.get(one.id, ())
    ]
    outbox.queue(channel, kind, topic, payload, receivers)


def sentence(kind, params):
    """What a notification says, in the current language."""
    return wordings.say(f"notice-{kind}", "", SENTENCES[kind], in_this_language(params))


_UNREAD = Prepared(
    sa.select(sa.func.count()).where(Notification.user_id == sa.bindparam("user"), Notification.read_at.is_(None))
)


# The same beside the question who somebody is.
UNREAD = (
    sa.select(sa.func.count())
    .where(Notification.user_id == User.id, Notification.read_at.is_(None))
    .correlate(User)
    .scalar_subquery()
)
KNOWN = "unread"  # in the info of a database session: (person, how many), while a page is made that only looks


def unread_count(user):
    person, count = db.session().info.get(KNOWN, (None, 0))
    return count if person == user.id else _UNREAD.read(user=user.id)[0]


def know_unread(user, count):
    """Asked beside who ``user`` is; for a page that marks nothing as read."""
    db.session().info[KNOWN] = user.id, count


def unread_counts(user_ids):
    """user id → unread notifications, for those who have any."""
    return dict(
        db.session.execute(
            sa.select(Notification.user_id, sa.func.count())
            .where(Notification.user_id.in_(user_ids), Notification.read_at.is_(None))
            .group_by(Notification.user_id)
        ).all()
    )


def news(user, since):
    """The newest unread one since a moment, as a page that is open says it; None where there is none."""
    own = Notification.user_id == user.id, Notification.read_at.is_(None), Notification.created_at > since
    row = db.session.scalar(sa.select(Notification).where(*own).order_by(Notification.id.desc()).limit(1))
    if row is None:
        return None
    now, [person] = utcnow(), audience.listeners([user.id], TOPIC_OF[row.kind])
    said = {"id": str(row.public_id), "kind": row.kind.value, "title": sentence(row.kind, row.params), "url": row.url}
    return said | {"quiet": person.may_hear_at(now) > now}


def latest(user, *, before=None, limit):
    """The user's notifications, newest first; ``before`` is the last one already shown."""
    rows = sa.select(Notification).where(Notification.user_id == user.id)
    if before:
        rows = rows.where(Notification.id < before.id)
    return db.session.scalars(rows.order_by(Notification.id.desc()).limit(limit)).all()


def mark_read(notification, *, actor):
    """Opening one reads it; opening it again changes nothing."""
    _read(Notification.id == notification.id, actor=actor)


def mark_seen_at(urls, *, actor):
    """What stands at these addresses is on screen: whatever led there is read."""
    _read(Notification.url.in_(urls), actor=actor)


def unread_at(urls, *, actor):
    """The Select of one value: whether mark_seen_at() would find any."""
    own = Notification.user_id == actor.id, Notification.read_at.is_(None), Notification.url.in_(urls)
    return sa.select(sa.select(Notification.id).where(*own).exists())


def mark_all_read(*, actor):
    _read(actor=actor)


def _read(*which, actor):
    """Every tab and device of the person hears of it; one look and no write when there is nothing to read."""
    unread = Notification.user_id == actor.id, Notification.read_at.is_(None), *which
    if db.session.scalar(sa.select(Notification.id).where(*unread).limit(1)) is None:
        return
    user_id = actor.id
    with transaction() as session:
        session.execute(
            sa.update(Notification).where(*unread).values(read_at=utcnow()).execution_options(synchronize_session=False)
        )
        after_commit("notification:read", user_id=user_id)

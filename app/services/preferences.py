"""The matrix «event × channel»: what each role can be told of, by default and as each person chose."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql, sqlite

from app.constants import Channel, Digest, Role, Topic
from app.constants import NotificationKind as Kind
from app.errors import InvalidInput
from app.extensions import db
from app.models.notifications import Preference, Rhythm
from app.services.transaction import transaction

TOPIC_OF = {
    Kind.INQUIRY_NEW: Topic.NEW_INQUIRIES,
    Kind.INQUIRY_MOVED: Topic.NEW_INQUIRIES,
    Kind.INQUIRY_ACCEPTED: Topic.INQUIRIES,
    Kind.INQUIRY_PUBLISHED: Topic.INQUIRIES,
    Kind.CITY_SERVED: Topic.INQUIRIES,
    Kind.INQUIRY_CHANGED: Topic.INQUIRIES,
    Kind.INQUIRY_CORRECTED: Topic.INQUIRIES,
    Kind.INQUIRY_CLOSED: Topic.INQUIRIES,
    Kind.INQUIRY_WITHDRAWN: Topic.INQUIRIES,
    Kind.CONVERSATION_CLOSED: Topic.INQUIRIES,
    Kind.CONVERSATION_REOPENED: Topic.INQUIRIES,
    Kind.MESSAGE: Topic.MESSAGES,
    Kind.SNOOZE_OVER: Topic.MESSAGES,
    Kind.SUPPORT_ANSWER: Topic.SUPPORT,
    Kind.SUPPORT_QUESTION: Topic.DESK,
    Kind.SUPPORT_PASSED: Topic.DESK,
    Kind.REPORT_READY: Topic.REPORTS,
    Kind.COMMENT_NEW: Topic.COMMENTS,
    Kind.COMMENT_ANSWERED: Topic.COMMENTS,
    Kind.ACCOUNT: Topic.ACCOUNT,
    Kind.EXPORT_READY: Topic.EXPORTS,
    Kind.EXPORT_FAILED: Topic.EXPORTS,
    Kind.WEBHOOK_OFF: Topic.ACCOUNT,
}

_MESSAGES = (Topic.MESSAGES, _l("Messages"), _l("Somebody wrote to you while you were away"))
_SUPPORT = (Topic.SUPPORT, _l("Answers of support"), _l("An operator answered your question"))
_DESK = (Topic.DESK, _l("Questions to support"), _l("Somebody waits for an answer at the support desk"))
_REPORTS = (Topic.REPORTS, _l("Reports"), _l("A report that is sent by a schedule is ready"))
_COMMENTS = (Topic.COMMENTS, _l("Comments"), _l("Somebody commented on your article or answered your comment"))
_ACCOUNT = (
    Topic.ACCOUNT,
    _l("Account and safety"),
    _l("Password, e-mail, new devices. We must send these letters, so they cannot be switched off."),
)
_EXPORTS = (Topic.EXPORTS, _l("Exports"), _l("A long list you asked for is ready as a file"))

# role → (topic, its name, what it is), in the order of the matrix
TOPICS = {
    Role.CLIENT: (
        _MESSAGES,
        (Topic.INQUIRIES, _l("My inquiries"), _l("A realtor accepted, the inquiry was corrected or has expired")),
        _SUPPORT,
        _COMMENTS,
        _ACCOUNT,
    ),
    Role.REALTOR: (
        (Topic.NEW_INQUIRIES, _l("New inquiries in my city"), _l("A client looks for a home in your city")),
        _MESSAGES,
        (
            Topic.INQUIRIES,
            _l("Inquiries I have accepted"),
            _l("The client changed or closed it, ended or reopened the chat"),
        ),
        _SUPPORT,
        _COMMENTS,
        _ACCOUNT,
    ),
    Role.AGENT: (_DESK, _REPORTS, _COMMENTS, _ACCOUNT),
    Role.STAFF: (_DESK, _EXPORTS, _COMMENTS, _ACCOUNT),
    Role.SUPERVISOR: (_DESK, _REPORTS, _EXPORTS, _COMMENTS, _ACCOUNT),
    Role.SCOUT: (_COMMENTS, _ACCOUNT),
}

LOCKED = frozenset({(Topic.ACCOUNT, Channel.SITE), (Topic.ACCOUNT, Channel.EMAIL)})

_BY_MAIL = {(Topic.REPORTS, channel) for channel in Channel if channel != Channel.EMAIL}

# What is off until a person switches it on; everything else is on.
_OFF = {
    Role.REALTOR: {(Topic.INQUIRIES, Channel.EMAIL)},
    Role.AGENT: {(Topic.DESK, Channel.EMAIL), *_BY_MAIL},
    Role.STAFF: {(Topic.DESK, Channel.EMAIL)},
    Role.SUPERVISOR: {
        *((Topic.DESK, channel) for channel in (Channel.EMAIL, Channel.WEBPUSH, Channel.TELEGRAM)),
        *_BY_MAIL,
    },
}


def is_on(role, topic, channel, chosen=None):
    """Whether ``role`` hears of ``topic`` by ``channel``; ``chosen`` is the person's own cell, None without one."""
    if (topic, channel) in LOCKED:
        return True
    return chosen if chosen is not None else (topic, channel) not in _OFF.get(role, ())


def topics_of(role):
    return [topic for topic, _name, _about in TOPICS[role]]


def name_of(role, topic):
    """What ``role`` calls ``topic``."""
    return next((name for one, name, _about in TOPICS[role] if one == topic), topic.value)


def switches(user):
    """{(topic, channel): on} for everything the person's role can be told of."""
    rows = db.session.scalars(sa.select(Preference).where(Preference.user_id == user.id))
    chosen = {(row.topic, row.channel): row.on for row in rows}
    cells = ((topic, channel) for topic in topics_of(user.role) for channel in Channel)
    return {cell: is_on(user.role, *cell, chosen.get(cell)) for cell in cells}


def rhythm(user):
    """The person's Rhythm; with nothing chosen, no quiet hours and every mail at once."""
    return db.session.get(Rhythm, user.id) or Rhythm(user_id=user.id, digest=Digest.AT_ONCE)


def choose(cells, *, shown, quiet=None, digest=None, actor):
    """Keep the matrix as it was sent: ``cells`` are those switched on, of the columns ``shown``.

    ``quiet``: (from, to) in minutes since midnight, or None for none. Raises InvalidInput(field).
    """
    if quiet and quiet[0] == quiet[1]:
        raise InvalidInput(_l("Quiet hours begin and end at different times."), field="quiet_to")
    wanted = {
        (topic, channel): (topic, channel) in cells
        for topic in topics_of(actor.role)
        for channel in shown
        if (topic, channel) not in LOCKED
    }
    start, end = quiet or (None, None)
    values = {"quiet_from": start, "quiet_to": end, "digest": digest or Digest.AT_ONCE}
    with transaction():
        _keep(Preference, [{"user_id": actor.id, "topic": t, "channel": c, "on": on} for (t, c), on in wanted.items()])
        _keep(Rhythm, [{"user_id": actor.id} | values])
        db.session.expire_all()


def switch_off(user, topic, channel):
    """One cell, without signing in: a mail's own way out. What must be sent stays on."""
    if (topic, channel) in LOCKED:
        return
    with transaction():
        _keep(Preference, [{"user_id": user.id, "topic": topic, "channel": channel, "on": False}])


def _keep(model, rows):
    """Insert the rows or replace what is there."""
    if not rows:
        return
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[db.session.get_bind().dialect.name]
    insert = dialect.insert(model.__table__)
    keys = [column.name for column in model.__table__.primary_key]
    rest = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    db.session.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest), rows)


def export(user):
    """Everything chosen, JSON-ready."""
    kept = rhythm(user)
    channels = [f"{topic}:{channel}" for (topic, channel), on in switches(user).items() if on]
    return {"on": channels, "quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to, "digest": kept.digest.value}


def forget(user):
    """The person is gone. Inside transaction()."""
    for model in (Preference, Rhythm):
        db.session.execute(sa.delete(model).where(model.user_id == user.id))

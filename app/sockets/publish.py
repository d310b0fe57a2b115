"""What connected people hear of a committed event. The event carries ids; each receiver is looked at here."""

import sqlalchemy as sa

from app.constants import MessageKind
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.services import lines
from app.sockets import inquiries, notifications, rooms

_client, _realtor = User.__table__.alias("client"), User.__table__.alias("realtor")
_SIDES = [
    column
    for person in (_client, _realtor)
    for column in (person.c.public_id, person.c.locale, person.c.blocked_at.is_(None))
]


def _sides(query):
    """``query`` from Conversation with both people joined; yields their columns last."""
    return (
        query.add_columns(*_SIDES)
        .join(_client, _client.c.id == Conversation.client_id)
        .outerjoin(_realtor, _realtor.c.id == Conversation.realtor_id)
    )


def _receivers(row):
    """(public id, locale, is the client) of the people of a _sides() row who may hear of it."""
    client, client_locale, client_active, realtor, realtor_locale, realtor_active = row[-len(_SIDES) :]
    if client_active:
        yield client, client_locale, True
    if realtor and realtor_active:
        yield realtor, realtor_locale, False


_MESSAGE = _sides(lines.COLUMNS).where(Message.id == sa.bindparam("id"))


def message(message_id):
    row = db.session.connection().execute(_MESSAGE, {"id": message_id}).one()
    line = lines.Line(*row[: -len(_SIDES)])
    said = lines.payload(line, "ru") if line.kind != MessageKind.SYSTEM else None
    for public_id, locale, for_client in _receivers(row):
        words = said or lines.payload(line, locale, for_client=for_client)
        rooms.tell(rooms.of_user(public_id), "message", words)


def message_read(conversation_id, seq, user_id):
    reader = sa.select(User.public_id).where(User.id == user_id).scalar_subquery()
    query = _sides(sa.select(Conversation.public_id, reader).where(Conversation.id == conversation_id))
    row = db.session.execute(query).one()
    payload = {"conversation": str(row[0]), "seq": seq, "by": str(row[1])}
    for public_id, _locale, _for_client in _receivers(row):
        rooms.tell(rooms.of_user(public_id), "message:read", payload)


def conversation_state(conversation_id):
    closer = sa.select(User.public_id).where(User.id == Conversation.closed_by_id).scalar_subquery()
    columns = (Conversation.public_id, Conversation.open, Conversation.closed_at, Conversation.last_message_at, closer)
    row = db.session.execute(_sides(sa.select(*columns).where(Conversation.id == conversation_id))).one()
    conversation, is_open, closed_at, last_message_at, closed_by, client = row[:6]
    payload = {
        "conversation": str(conversation),
        "open": is_open,
        "by": str(client if is_open else closed_by),  # only its client reopens
        "at": (last_message_at if is_open else closed_at).isoformat(),
    }
    for public_id, _locale, _for_client in _receivers(row):
        rooms.tell(rooms.of_user(public_id), "conversation:state", payload)


def account_ended(user_id):
    rooms.throw_out(db.session.scalar(sa.select(User.public_id).where(User.id == user_id)))


def places_changed(**_ids):
    """The served places have changed; whoever shows them asks for them again."""
    rooms.tell(rooms.PLACES, "places:changed", {})


# event name → function; it is called with the event's data
TABLE = {
    "message": message,
    "message:read": message_read,
    "conversation:state": conversation_state,
    "inquiry:new": inquiries.new,
    "inquiry:changed": inquiries.changed,
    "inquiry:seen": inquiries.seen,
    "account:ended": account_ended,
    "places:changed": places_changed,
    "notification": notifications.notification,
    "notification:read": notifications.read,
}


def publish(event):
    """Tell connected people about a committed services.transaction.Event."""
    tell = TABLE.get(event.name)
    if tell:
        tell(**event.data)

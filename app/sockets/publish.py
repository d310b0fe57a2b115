"""What connected people hear of a committed event. The event carries ids; each receiver is looked at here."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.constants import MessageKind
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation
from app.services import conversations
from app.sockets import inquiries, rooms
from app.sockets.notifications import notification

_client, _realtor = aliased(User), aliased(User)
_ACTIVE = (_client.blocked_at.is_(None), _realtor.blocked_at.is_(None))
_PEOPLE = (_client.public_id, _client.locale, _ACTIVE[0], _realtor.public_id, _realtor.locale, _ACTIVE[1])


def _sides(query):
    """``query`` from Conversation with both people joined; yields their columns last."""
    return (
        query.add_columns(*_PEOPLE)
        .join(_client, _client.id == Conversation.client_id)
        .outerjoin(_realtor, _realtor.id == Conversation.realtor_id)
    )


def _receivers(row):
    """(public id, locale, is the client) of the people of a _sides() row who may hear of it."""
    client, client_locale, client_active, realtor, realtor_locale, realtor_active = row[-6:]
    if client_active:
        yield client, client_locale, True
    if realtor and realtor_active:
        yield realtor, realtor_locale, False


def message(message_id):
    line = conversations.line_of(message_id)
    query = _sides(sa.select(Conversation.id).where(Conversation.public_id == line.conversation))
    said = conversations.payload(line, "ru") if line.kind != MessageKind.SYSTEM else None
    for public_id, locale, for_client in _receivers(db.session.execute(query).one()):
        words = said or conversations.payload(line, locale, for_client=for_client)
        rooms.tell(rooms.of_user(public_id), "message", words)


def message_read(conversation_id, seq, user_id):
    reader = sa.select(User.public_id).where(User.id == user_id).scalar_subquery()
    query = _sides(sa.select(Conversation.public_id, reader).where(Conversation.id == conversation_id))
    row = db.session.execute(query).one()
    payload = {"conversation": str(row[0]), "seq": seq, "by": str(row[1])}
    for public_id, _locale, _for_client in _receivers(row):
        rooms.tell(rooms.of_user(public_id), "message:read", payload)


def conversation_state(conversation_id):
    columns = (Conversation.public_id, Conversation.open, Conversation.closed_at)
    row = db.session.execute(_sides(sa.select(*columns).where(Conversation.id == conversation_id))).one()
    payload = {
        "conversation": str(row.public_id),
        "open": row.open,
        "by": "client",
        "at": row.closed_at.isoformat() if row.closed_at else None,
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
    "notification": notification,
}


def publish(event):
    """Tell connected people about a committed services.transaction.Event."""
    tell = TABLE.get(event.name)
    if tell:
        tell(**event.data)

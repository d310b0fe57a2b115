"""What connected people hear of a committed event; each receiver is looked at here, not when it happened."""

import sqlalchemy as sa

from app.constants import MessageKind
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation
from app.models.support import Ticket
from app.services import hindrances, lines
from app.sockets import chats, inquiries, notifications, rooms
from app.sockets.receivers import receivers


def message(conversation_id, line, event="message"):
    heard_by = receivers(conversation_id)
    if line.kind != MessageKind.SYSTEM:
        rooms.tell(_rooms(heard_by), event, chats.payload(line))
        return
    for one in heard_by:
        words = lines.payload(line, one.locale, for_client=one.for_client)
        rooms.tell(one.room, event, words)


def message_changed(conversation_id, line):
    """The whole message anew, for whoever shows it already."""
    message(conversation_id, line, "message:changed")


def _rooms(heard_by):
    return [one.room for one in heard_by]


def message_read(conversation_id, conversation, seq, by):
    """``conversation`` and ``by`` are public ids."""
    payload = {"conversation": str(conversation), "seq": seq, "by": str(by)}
    rooms.tell(_rooms(receivers(conversation_id)), "message:read", payload)


def conversation_state(conversation_id):
    # Only its client reopens it.
    by = sa.case((Conversation.open, Conversation.client_id), else_=Conversation.closed_by_id)
    public_id = sa.select(User.public_id).where(User.id == by).scalar_subquery()
    people = User.id.in_((Conversation.client_id, Conversation.realtor_id))
    one_is_gone = sa.exists().where(people, User.deleted_at.is_not(None)).correlate(Conversation)
    columns = Conversation.public_id, Conversation.open, Conversation.closed_at, Conversation.last_message_at
    row = db.session.execute(
        sa.select(*columns, public_id, one_is_gone).where(Conversation.id == conversation_id)
    ).one()
    conversation, is_open, closed_at, last_message_at, switched_by, one_is_gone = row
    payload = {
        "conversation": str(conversation),
        "open": is_open,
        "by": str(switched_by),
        "at": (last_message_at if is_open else closed_at).isoformat(),
    }
    if one_is_gone:  # whoever still hears it is the other one
        payload["notice"] = "deleted"
    rooms.tell(_rooms(receivers(conversation_id)), "conversation:state", payload)


def support_changed(conversation_id):
    """A ticket or its notes have changed: operators ask anew, and the asker sees who answers."""
    taker = sa.orm.aliased(User)
    row = db.session.execute(
        sa.select(Conversation.public_id, User.public_id, taker.name)
        .join(User, User.id == Conversation.client_id)
        .outerjoin(Ticket, (Ticket.conversation_id == Conversation.id) & Ticket.closed_at.is_(None))
        .outerjoin(taker, taker.id == Ticket.taken_by_id)
        .where(Conversation.id == conversation_id)
    ).one()
    conversation, asker, operator = row
    rooms.tell_desk("support:changed", {"conversation": str(conversation)})
    rooms.tell(rooms.of_user(asker), "support:operator", {"conversation": str(conversation), "name": operator})


def standing_changed(person, standing):
    """What a person keeps about a conversation, for their own tabs and devices only. ``person`` is a public id."""
    rooms.tell(rooms.of_user(person), "standing:changed", standing)


def presence_changed(user_id, shown):
    """Whether a person shows when they are here: for their own pages and those of whoever they talk to."""
    client, realtor = Conversation.client_id, Conversation.realtor_id
    other = sa.case((client == user_id, realtor), else_=client)
    theirs = sa.select(other).where(sa.or_(client == user_id, realtor == user_id))
    people = sa.select(User.public_id).where(sa.or_(User.id == user_id, User.id.in_(theirs)))
    payload = {"person": str(_public_id(user_id)), "shown": shown}
    rooms.tell([rooms.of_user(person) for person in db.session.scalars(people)], "presence:changed", payload)
    rooms.tell_desk("presence:changed", payload)


def account_ended(user_id):
    rooms.throw_out(rooms.of_user(_public_id(user_id)))


def person_changed(user_id):
    """Blocked, deleted, of another role or city: whoever talks with them asks anew whom they talk with."""
    told, others = {"person": str(_public_id(user_id))}, hindrances.talking_with(user_id)
    if None in others:
        rooms.tell_desk("person:changed", told)
    if people := [rooms.of_user(other) for other in others if other]:
        rooms.tell(people, "person:changed", told)


def _public_id(user_id):
    return db.session.scalar(sa.select(User.public_id).where(User.id == user_id))


def session_ended(public_id):
    rooms.throw_out(rooms.of_sign_in(public_id))


def places_changed(**_ids):
    """The served places have changed; whoever shows them asks for them again."""
    rooms.tell(rooms.PLACES, "places:changed", {})


# event name → function; it is called with the event's data
TABLE = {
    "message": message,
    "message:changed": message_changed,
    "message:read": message_read,
    "conversation:state": conversation_state,
    "standing:changed": standing_changed,
    "support:changed": support_changed,
    "inquiry:new": inquiries.new,
    "inquiry:changed": inquiries.changed,
    "inquiry:seen": inquiries.seen,
    "inquiry:gone": inquiries.gone,
    "presence:changed": presence_changed,
    "account:ended": account_ended,
    "person:changed": person_changed,
    "session:ended": session_ended,
    "places:changed": places_changed,
    "announcement": notifications.announcement,
    "notification": notifications.notification,
    "notification:read": notifications.read,
}


def publish(event):
    """Tell connected people about a committed services.transaction.Event."""
    tell = TABLE.get(event.name)
    if tell:
        tell(**event.data)

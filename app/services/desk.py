"""The support desk: whose ticket it is, who is told of a message, and when an answer goes by letter too.

services/conversations calls ``before_message`` and ``after_message`` in the transaction that stores a support message.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from babel.dates import get_timezone_location
from flask_babel import get_locale
from flask_babel import gettext as _

from app.access.permissions import OPERATORS, Permission
from app.constants import Role
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.roles import StaffRole
from app.models.support import Ticket
from app.services import bursts, hours, settings
from app.services.lines import shown
from app.services.transaction import after_commit, insert_once

ASK = "/support/chat"  # where whoever asks reads the answers


def address(conversation_id):
    """Where operators open the support conversation with this public id."""
    return f"/supervisor/support/{conversation_id}"


# Opening hours


def is_open(now=None):
    return hours.parse(settings.get("support_hours")).is_open(now or datetime.now(settings.business_zone()))


def hours_words():
    """«Отвечаем ежедневно с 9 до 21 по Москве.» and, out of hours, that the answer comes by letter."""
    spelled = hours.parse(settings.get("support_hours")).words
    if not spelled:
        return _("We answer by e-mail.")
    said = _("We answer %(hours)s %(zone)s.", hours=spelled, zone=_zone())
    return " ".join(filter(None, (said, late_words())))


def late_words():
    """«Сейчас ответим письмом.» out of hours, else nothing."""
    return "" if is_open() else _("Right now the answer will come by e-mail, too.")


def _zone():
    zone = settings.business_zone()
    if zone.key == "Europe/Moscow":
        return _("Moscow time")
    city = get_timezone_location(zone, locale=get_locale(), return_city=True)
    return _("(%(city)s time)", city=city)


# People


def _answers():
    """The clause on User of whoever may answer at the desk."""
    roles = sa.select(StaffRole.id).where(StaffRole.has(Permission.SUPPORT_DESK))
    return sa.or_(User.role.in_(OPERATORS), sa.and_(User.role == Role.STAFF, User.staff_role_id.in_(roles)))


def operators():
    """Everybody who may answer at the desk now."""
    working = _answers(), User.blocked_at.is_(None), User.deleted_at.is_(None)
    return db.session.scalars(
        sa.select(User)
        .where(*working)
        .options(sa.orm.lazyload(User.realtor), sa.orm.joinedload(User.staff_role))
        .order_by(User.name)
    )


def names():
    """Public id → name of everybody who can have written for support."""
    rows = db.session.execute(sa.select(User.public_id, User.name).where(_answers()))
    return {str(public_id): name for public_id, name in rows}


@dataclass(frozen=True)
class Face:
    """The desk as the other side of a conversation, in the shape of a person."""

    name: str
    public_id: UUID
    last_seen_at: datetime | None
    shows_presence: bool = True  # it is no person
    deleted_at: None = None
    realtor: None = None


def face(conversation):
    seen = sa.select(sa.func.max(User.last_seen_at)).where(_answers(), User.blocked_at.is_(None))
    last_seen = db.session.scalar(seen) if is_open() else None
    return Face(_("Support"), conversation.public_id, last_seen)


def answering(conversation):
    """The name of the operator who has the open ticket, or None."""
    ticket = open_ticket(conversation.id)
    return ticket.taken_by.name if ticket and ticket.taken_by_id else None


# Messages


def open_ticket(conversation_id):
    query = sa.select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.closed_at.is_(None))
    return db.session.scalar(query)


def before_message(session, chat, sender):
    """Whoever asks opens the conversation and a ticket; an operator who answers takes a free one.

    Returns the open ticket (None: closed, and an operator may not write) and whether the asker waited already.
    """
    if sender.id != chat.client_id:
        ticket = open_ticket(chat.id)
        if ticket:
            _answered(ticket, sender, chat)
        return ticket, True
    was_open, waiting = session.execute(
        sa.select(Conversation.open, Conversation.waiting_since)
        .where(Conversation.id == chat.id)
        .with_for_update()  # an operator who closes it meanwhile comes before or after, not in between
    ).one()
    if not was_open:
        _reopen(session, chat)
    if open_once(chat.id):
        after_commit("support:changed", conversation_id=chat.id)
    return open_ticket(chat.id), waiting is not None


def open_once(conversation_id):
    """Open a ticket unless one is open; whether it was. Inside transaction()."""
    only_open = Ticket.closed_at.is_(None)
    return insert_once(Ticket, {"conversation_id": conversation_id}, ["conversation_id"], where=only_open)


def _answered(ticket, sender, chat):
    now = utcnow()
    if ticket.taken_by_id is None:
        ticket.taken_by_id, ticket.taken_at = sender.id, now
        after_commit("support:changed", conversation_id=chat.id)
    if ticket.first_response_at is None:
        ticket.first_response_at = now


def _reopen(session, chat):
    session.execute(
        sa.update(Conversation)
        .where(Conversation.id == chat.id)
        .values(open=True, closed_at=None, closed_by_id=None)
        .execution_options(synchronize_session=False)
    )
    after_commit("conversation:state", conversation_id=chat.id)


def after_message(session, chat, sender, line, *, ticket, waited, unread):
    """Tell those who are to answer, or whoever has been answered. ``unread``: what the receiver had not read before."""
    if sender.id != chat.client_id:
        if unread == 0:
            _tell_person(session, chat, line)
    elif unread == 0 or not waited:
        _tell_operators(session, chat, sender, told=_in_charge(ticket), waited=waited)


def _in_charge(ticket):
    """Whoever has the ticket; of a free one the operators, or the owners where there is none."""
    everybody = list(operators())
    if ticket.taken_by_id:
        return [user for user in everybody if user.id == ticket.taken_by_id] or everybody
    return [user for user in everybody if user.role != Role.SUPERVISOR] or everybody


def _tell_operators(session, chat, sender, *, told, waited):
    """A question rings with everybody in charge; of one who waits already those who are here see it come."""
    values = {
        "conversation": chat.public_id,
        "params": {"name": sender.name},
        "url": address(chat.public_id),
    }
    if not waited:
        bursts.tell(told, bursts.QUESTION, **values)
        return
    for operator in told:
        bursts.begin(session.connection(), operator, bursts.QUESTION, **values)


def _tell_person(session, chat, line):
    """By letter if it stays unread; what is said out of hours goes by letter in any case."""
    person = session.get(User, chat.client_id)
    if not person.is_active:
        return
    promised = {} if is_open() else {"after": line.seq - 1}
    bursts.begin(
        session.connection(),
        person,
        bursts.ANSWER,
        conversation=chat.public_id,
        params={"preview": shown(line)} | promised,
        url=ASK,
    )

"""What happens at the support desk: asking, taking, passing on, closing, and notes among operators.

The rule: while a question is open both sides write. An operator closes it; whoever asked reopens it by writing again,
which begins a new ticket in the same conversation. Two who take a ticket at once: one has it, the other is told.
"""

from datetime import datetime, time
from statistics import median

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission, may
from app.access.scopes import clause, visible_to
from app.constants import AuditTag, ConversationKind, NotificationKind, SystemEvent
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import SUPPORT, Conversation
from app.models.support import SupportNote, Ticket
from app.services import audit, conversations, desk, notifications, settings, texts
from app.services.transaction import after_commit, insert_once, transaction

NOTE_LENGTH = 2000
_SUPPORT = Conversation.kind == ConversationKind.SUPPORT
_ONE_EACH = sa.text("kind = 'support'")  # as text: prepared with a bound value, PostgreSQL finds no index for it
_WAITING = SUPPORT, Conversation.waiting_since.is_not(None), Conversation.open  # off an index of them alone


def mine(actor):
    """The support conversation of a person, or None."""
    return db.session.scalar(visible_to(actor, Conversation).where(_SUPPORT, Conversation.client_id == actor.id))


def ask(*, nonce, body, actor, **more):
    """The person's message to support; the first one makes the conversation. Returns ``(conversation, Line)``."""
    if not may(actor, Permission.SUPPORT_ASK):
        raise Forbidden()
    body = texts.clean_message(body)  # an empty first message makes nothing
    values = {"kind": ConversationKind.SUPPORT, "client_id": actor.id}
    if mine(actor) is None:
        with transaction():
            insert_once(Conversation, values, ["client_id"], where=_ONE_EACH)
    conversation = mine(actor)
    return conversation, conversations.send(conversation, nonce=nonce, body=body, actor=actor, **more)


# What operators do


def take(conversation, *, actor):
    """The open ticket is this operator's now; taking it again changes nothing. RefusedMove when a colleague has it."""
    _demand(actor, conversation)
    with transaction() as session:
        ticket = _open(conversation)
        if ticket.taken_by_id == actor.id:
            return
        taken = sa.update(Ticket).where(Ticket.id == ticket.id, Ticket.taken_by_id.is_(None))
        done = session.execute(taken.values(taken_by_id=actor.id, taken_at=utcnow()))
        session.expire(ticket)
        if not done.rowcount:
            raise RefusedMove(_l("%(name)s has taken this question already.", name=ticket.taken_by.name), code="taken")
        audit.record(AuditTag.TICKET_TAKEN, conversation, actor=actor)
        after_commit("support:changed", conversation_id=conversation.id)


def pass_on(conversation, receiver, *, note="", actor):
    """Give the open ticket to a colleague (or take it over oneself), with a note if there is something to say."""
    _demand(actor, conversation)
    if not may(receiver, Permission.SUPPORT_ANSWER, conversation):
        raise InvalidInput(_l("Choose a colleague from the list."), field="to")
    with transaction() as session:
        ticket = _open(conversation)
        if note.strip():
            session.add(_note(conversation, note, actor))
        if ticket.taken_by_id == receiver.id:
            return
        ticket.taken_by_id, ticket.taken_at = receiver.id, utcnow()
        audit.record(AuditTag.TICKET_PASSED, conversation, actor=actor, to=receiver.name)
        if receiver.id != actor.id:
            _tell_colleague(conversation, receiver, actor)
        after_commit("support:changed", conversation_id=conversation.id)


def close(conversation, *, actor):
    """The question is settled; closing it twice is once."""
    _demand(actor, conversation)
    with transaction() as session:
        session.refresh(conversation, with_for_update=True)  # of two operators who close it one does
        if not conversation.open:
            return
        end_ticket(conversation, actor)
        conversation.open, conversation.waiting_since = False, None
        conversation.closed_at, conversation.closed_by_id = utcnow(), actor.id
        session.flush()
        conversations.say(conversation, SystemEvent.SUPPORT_CLOSED, by=actor.id, name=actor.name)
        audit.record(AuditTag.TICKET_CLOSED, conversation, actor=actor)
        after_commit("conversation:state", conversation_id=conversation.id)


def end_ticket(conversation, actor):
    """Whatever ticket is open ends now. Inside transaction()."""
    ticket = desk.open_ticket(conversation.id)
    if ticket:
        ticket.closed_at, ticket.closed_by_id = utcnow(), actor.id
        after_commit("support:changed", conversation_id=conversation.id)


def release(user):
    """Somebody leaves the desk: what they had in hand is free again. Inside transaction()."""
    theirs = sa.update(Ticket).where(Ticket.taken_by_id == user.id, Ticket.closed_at.is_(None))
    freed = db.session.scalars(
        theirs.values(taken_by_id=None, taken_at=None)
        .returning(Ticket.conversation_id)
        .execution_options(synchronize_session=False)
    ).all()
    for conversation_id in freed:
        after_commit("support:changed", conversation_id=conversation_id)


def add_note(conversation, body, *, actor):
    _demand(actor, conversation)
    with transaction() as session:
        session.add(_note(conversation, body, actor))
        after_commit("support:changed", conversation_id=conversation.id)


def notes(conversation, *, actor):
    """Oldest first; nothing for anybody but operators."""
    query = visible_to(actor, SupportNote).where(SupportNote.conversation_id == conversation.id)
    author = joinedload(SupportNote.author, innerjoin=True).lazyload(User.realtor)
    return db.session.scalars(query.options(author).order_by(SupportNote.id)).all()


def _demand(actor, conversation):
    if not may(actor, Permission.SUPPORT_ANSWER, conversation):
        raise Forbidden()


def _open(conversation):
    ticket = desk.open_ticket(conversation.id)
    if ticket is None:
        raise RefusedMove(_l("The question is closed. It opens again when the person writes."))
    return ticket


def _note(conversation, body, actor):
    body = texts.clean_message(body)
    if len(body) > NOTE_LENGTH:
        raise InvalidInput(_l("A note may have up to %(n)s characters.", n=NOTE_LENGTH), field="body")
    return SupportNote(conversation_id=conversation.id, author_id=actor.id, body=body)


def _tell_colleague(conversation, receiver, actor):
    notifications.notify(
        [receiver],
        NotificationKind.SUPPORT_PASSED,
        params={"name": actor.name, "person": conversation.client.name},
        url=desk.address(conversation.public_id),
        email="notification",
    )


# What operators see


def counts(*, actor):
    """Tab → open tickets in it."""
    rows = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(Ticket.taken_by_id.is_(None)),
            sa.func.count().filter(Ticket.taken_by_id == actor.id),
        ).where(clause(actor, Ticket), Ticket.closed_at.is_(None))
    ).one()
    return dict(zip(("open", "new", "mine"), rows, strict=True))


def waiting_count(actor):
    """How many people wait for an answer: the number in the operators' menu."""
    waiting = *_WAITING, clause(actor, Conversation)
    return db.session.scalar(sa.select(sa.func.count()).select_from(Conversation).where(*waiting))


def today(*, actor):
    """``{"waiting", "longest", "answered", "median"}``: who waits since when, and today's first answers in minutes."""
    waiting = sa.select(sa.func.count(), sa.func.min(Conversation.waiting_since)).where(
        *_WAITING, clause(actor, Conversation)
    )
    count, since = db.session.execute(waiting).one()
    answers = _first_answers(actor)
    return {
        "waiting": count,
        "longest": since,
        "answered": len(answers),
        "median": median(answers) if answers else None,
    }


def _first_answers(actor):
    """Seconds to the first answer of each ticket opened on this business day."""
    zone = settings.business_zone()
    midnight = datetime.combine(datetime.now(zone).date(), time(), zone)
    rows = db.session.execute(
        sa.select(Ticket.opened_at, Ticket.first_response_at).where(
            clause(actor, Ticket), Ticket.opened_at >= midnight, Ticket.first_response_at.is_not(None)
        )
    )
    return [(answered - opened).total_seconds() for opened, answered in rows]


def unread(actor):
    """1 when support has answered something the person has not read: the number in their menu."""
    person, unread = db.session().info.get(KNOWN, (None, None))
    if person != actor.id:
        own = visible_to(actor, Conversation).where(_SUPPORT, Conversation.client_id == actor.id)
        unread = db.session.scalar(own.with_only_columns(Conversation.last_seq > Conversation.client_read_seq))
    return int(bool(unread))


KNOWN = "unread_support"  # in the info of a database session: (person, whether there is something)
# The same beside the question who somebody is, of people who see their own conversation with support.
UNREAD = (
    sa.select(Conversation.last_seq > Conversation.client_read_seq)
    .where(_SUPPORT, Conversation.client_id == User.id)
    .limit(1)
    .correlate(User)
    .scalar_subquery()
)


def know_unread(person, unread):
    """Asked beside who ``person`` is; for a page that marks nothing as read."""
    db.session().info[KNOWN] = person.id, unread

"""An account with much behind it goes a little at a time: its ways in are shut at once, the rest follows.

As with merges (merging/moving.py) a little is one transaction, more is worked on for a second, the rest by the worker.
Each part takes what is left of its own kind, so whoever is killed on the way is followed by another.
"""

import time
from dataclasses import replace

import sqlalchemy as sa

from app.constants import InquiryStatus, SystemEvent
from app.extensions import db
from app.models.accounts import Departure, Identity, SignIn, User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import OPEN, Conversation
from app.models.inquiries import Inquiry
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.services import conversations, inquiries, leases, push, support
from app.services.accounts import forgetting, passkeys, second_factor, traces
from app.services.telegram import links as telegram
from app.services.transaction import after_commit, afterwards, transaction

LITTLE = 50  # inquiries and conversations, and a hundred times as many notifications: what one transaction takes
CHUNK = 500  # rows of one commit
SOME = 5  # conversations or inquiries of one, each with what is told of it
WAITED_FOR = 1  # seconds that the person's request works on at more
OVER = (InquiryStatus.DONE, InquiryStatus.CANCELLED, InquiryStatus.EXPIRED)


def leave(user):
    """Inside transaction(): everything where it is little."""
    if is_leaving(user):
        return
    if _is_much(user):
        departure = _shut(user)
        afterwards(lambda: _work_at(departure, WAITED_FOR))
        return
    while _close_conversations(user) or _close_inquiries(user):
        pass
    _end(user, traces.Marks.of(user))


def is_leaving(user):
    return db.session.get(Departure, user.id) is not None


def work():
    """A slice of one that waits; whether there was one. For the worker."""
    user_id = leases.take(Departure)
    if user_id is None:
        return False
    _work_at(user_id, leases.SLICE)
    return True


def _is_much(user):
    asked = sa.select(Inquiry.id).where(Inquiry.client_id == user.id)
    talks = sa.select(Conversation.id).where(_sides(user))
    told, letters = (sa.select(model.id).where(model.user_id == user.id) for model in (Notification, Delivery))
    limits = ((asked, LITTLE), (talks, LITTLE), (told, 100 * LITTLE), (letters, 100 * LITTLE))
    return any(_count(found, limit) > limit for found, limit in limits)


def _count(found, limit):
    return db.session.scalar(sa.select(sa.func.count()).select_from(found.limit(limit + 1).subquery()))


def _sides(user):
    return sa.or_(Conversation.client_id == user.id, Conversation.realtor_id == user.id)


def _shut(user):
    """Nobody comes in by it any more. Returns the key of its Departure."""
    session = db.session
    session.add(Departure(id=user.id, email=user.email, busy_until=utcnow() + leases.LEASE))
    user.email = user.password_hash = None
    user.session_epoch += 1
    user.version += 1
    for model in (Identity, SignIn):
        session.execute(sa.delete(model).where(model.user_id == user.id))
    for room in (passkeys, second_factor, telegram, push):
        room.forget(user)
    session.flush()
    return user.id


def _work_at(user_id, seconds):
    stop, there_is_more = time.monotonic() + seconds, True
    while there_is_more and time.monotonic() < stop:
        begun = time.monotonic()
        there_is_more = _step(user_id)
        time.sleep(min((time.monotonic() - begun) / 2, 0.5))
    if there_is_more:
        leases.give_back(Departure, user_id)


def _step(user_id):
    """One commit; False once the person is gone."""
    with transaction() as session:
        departure = session.get_one(Departure, user_id, with_for_update=True)
        departure.busy_until = utcnow() + leases.LEASE
        user = session.get_one(User, user_id)
        if any(part(user, departure) for part in PARTS):
            return True
    marks, past = _marks(user_id), traces.Horizon.now()
    for one in (marks, *map(traces.Marks.of, _twins(db.session.get_one(User, user_id)))):
        _forget_traces(one)
    with transaction() as session:
        user, departure = session.get_one(User, user_id), session.get_one(Departure, user_id)
        if any(part(user, departure) for part in PARTS):  # something has come meanwhile
            return True
        session.delete(departure)
        session.flush()
        _end(user, marks, asked=False, past=past)
    return False


def _twins(user):
    """Those that were made one with the account, and theirs."""
    return [one for twin in forgetting.twins(user) for one in (twin, *_twins(twin))]


def _forget_traces(marks):
    """What others were told, what was brought in, what the journal says: to look for that takes long, and no lock."""
    told, brought, said = traces.tellings(marks), traces.brought_in(marks), traces.naming(marks)
    db.session.rollback()
    _some_at_a_time(told, lambda ids: traces.forget_tellings(marks, ids))
    _some_at_a_time(brought, traces.forget_brought_in)
    _some_at_a_time(said, traces.blank_naming)


def _some_at_a_time(ids, forget):
    for start in range(0, len(ids), CHUNK):
        with transaction():
            forget(ids[start : start + CHUNK])


def _marks(user_id):
    """Anybody may take the e-mail of a shut account: what was said of it until then is this person's, no more."""
    departure, marks = db.session.get_one(Departure, user_id), traces.Marks.of(db.session.get_one(User, user_id))
    return replace(marks, email=departure.email, left_at=departure.created_at)


def _end(user, marks, **done):
    if user.realtor:
        user.realtor.active = False
        after_commit("places:changed")
    support.release(user)
    forgetting.forget(user, marks, **done)
    after_commit("account:ended", user_id=user.id)
    after_commit("person:changed", user_id=user.id)


def _close_inquiries(user, departure=None):
    """Some of those that are not over; how many."""
    query = sa.select(Inquiry).where(Inquiry.client_id == user.id, Inquiry.status.not_in(OVER)).limit(SOME)
    found = db.session.scalars(query.order_by(Inquiry.id)).all()
    for inquiry in found:
        inquiries.move(inquiry, InquiryStatus.CANCELLED, actor=user, reason=traces.DELETED)
    return len(found)


def _close_conversations(user, departure=None):
    """Some of those that are open; how many."""
    # Open said of each side by itself: the index of what a realtor has open answers, however much there is behind.
    sides = (sa.and_(column == user.id, OPEN) for column in (Conversation.client_id, Conversation.realtor_id))
    query = sa.select(Conversation).where(sa.or_(*sides)).order_by(Conversation.id).limit(SOME)
    found = db.session.scalars(query).all()
    for conversation in found:
        conversations.say(conversation, SystemEvent.ACCOUNT_DELETED)
        conversation.open, conversation.waiting_since = False, None
        conversation.closed_by_id, conversation.closed_at = user.id, utcnow()
        support.end_ticket(conversation, user)
        after_commit("conversation:state", conversation_id=conversation.id)
    db.session.flush()
    return len(found)


def _notifications(user, departure):
    return _delete(Notification, user)


def _letters(user, departure):
    return _delete(Delivery, user)


def _delete(model, user):
    some = sa.select(model.id).where(model.user_id == user.id).limit(CHUNK)
    return db.session.execute(sa.delete(model).where(model.id.in_(some))).rowcount


def _addresses(user, departure):
    theirs = AuditEvent.actor_id == user.id, AuditEvent.address.is_not(None)
    some = sa.select(AuditEvent.id).where(*theirs).limit(CHUNK)
    return db.session.execute(sa.update(AuditEvent).where(AuditEvent.id.in_(some)).values(address=None)).rowcount


def _words(user, departure):
    """Of inquiries, in the order of their ids, and what the journal has of them."""
    theirs = Inquiry.client_id == user.id, Inquiry.id > departure.reached
    found = db.session.scalars(sa.select(Inquiry).where(*theirs).order_by(Inquiry.id).limit(20)).all()
    if found:
        forgetting.forget_words(found)
        departure.reached = found[-1].id
    return len(found)


PARTS = (_close_conversations, _close_inquiries, _notifications, _letters, _addresses, _words)

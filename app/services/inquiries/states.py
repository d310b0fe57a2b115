"""The one state table of an inquiry (DESIGN rule 6): which moves there are, who may make them, what each entails."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission, may
from app.constants import AuditTag, Role, SystemEvent
from app.constants import InquiryStatus as S
from app.constants import NotificationKind as Kind
from app.errors import Forbidden, RefusedMove
from app.extensions import db
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.services import audit, conversations
from app.services.inquiries.editing import moved_since, send_to_new_city
from app.services.inquiries.publishing import lifetime, publish_or_wait, waiting
from app.services.inquiries.telling import open_conversations, params, tell_client
from app.services.notifications import notify
from app.services.transaction import after_commit, transaction

SYSTEM = "system"
AUTHOR_OR_OWNER = frozenset({Role.CLIENT, Role.SUPERVISOR})
CLOSED = frozenset({S.DONE, S.CANCELLED, S.EXPIRED})
REOPENABLE = timedelta(days=30)  # later the author repeats it: realtors should see a fresh wish

# (from, to) → who may. in_work is entered by a realtor's acceptance, or again when a closed one is reopened.
MOVES = {
    (S.NEW, S.IN_WORK): frozenset({Role.REALTOR}),
    (S.DRAFT, S.CANCELLED): AUTHOR_OR_OWNER,
    (S.DRAFT, S.EXPIRED): frozenset({SYSTEM}),
    **{(old, S.DONE): AUTHOR_OR_OWNER for old in (S.NEW, S.IN_WORK)},
    **{(old, S.CANCELLED): AUTHOR_OR_OWNER for old in (S.NEW, S.IN_WORK)},
    **{(old, S.EXPIRED): frozenset({SYSTEM, Role.SUPERVISOR}) for old in (S.NEW, S.IN_WORK)},
    **{(old, new): AUTHOR_OR_OWNER for old in CLOSED for new in (S.DRAFT, S.NEW, S.IN_WORK)},
}

REFUSALS = {
    S.DRAFT: _l("The inquiry has not reached any realtor yet."),
    S.NEW: _l("No realtor has accepted the inquiry yet."),
    S.IN_WORK: _l("Realtors already work on the inquiry."),
    S.DONE: _l("The inquiry is closed: its home is found. Reopen it first."),
    S.CANCELLED: _l("The inquiry is cancelled. Reopen it first."),
    S.EXPIRED: _l("The inquiry has expired. Reopen it first."),
}
TOO_LATE = _l("The inquiry was closed more than 30 days ago. Repeat it instead.")


def reopened(inquiry):
    """The status a closed inquiry returns to."""
    if inquiry.published_at is None:
        return S.DRAFT
    return S.IN_WORK if inquiry.acceptances else S.NEW


def may_move(inquiry, status, *, actor):
    """Whether move() would do it: for buttons."""
    return why_not(inquiry, status, actor=actor) is None


def why_not(inquiry, status, *, actor):
    """The reason why move() would refuse, in words; None when it would not."""
    try:
        _check(inquiry, status, actor)
    except (RefusedMove, Forbidden) as error:
        return error.message
    return None


def _check(inquiry, status, actor):
    who = _as_whom(actor)
    allowed = MOVES.get((inquiry.status, status))
    if allowed is None:
        raise RefusedMove(REFUSALS[inquiry.status])
    if who not in allowed or (who == Role.CLIENT and inquiry.client_id != actor.id):
        raise Forbidden()
    reopening = inquiry.status in CLOSED
    if reopening and who == Role.CLIENT and inquiry.closed_at and inquiry.closed_at < utcnow() - REOPENABLE:
        raise RefusedMove(TOO_LATE)


def _as_whom(actor):
    if actor is None:
        return SYSTEM
    return Role.SUPERVISOR if may(actor, Permission.INQUIRY_CORRECT) else actor.role


def move(inquiry, status, *, actor, reason="", helped_by=None):
    """Bring the inquiry to ``status``; already there is done. Any open status reopens a closed one.

    ``reason``: the author's words; ``helped_by``: the realtor through whom the home was found, whose conversation
    stays open while the others are closed with thanks. Raises RefusedMove with the reason, Forbidden.
    """
    with transaction() as session:
        session.refresh(inquiry, with_for_update=True)
        if inquiry.status in CLOSED and status not in CLOSED:
            status = reopened(inquiry)
        if inquiry.status == status:
            return inquiry
        _check(inquiry, status, actor)
        old, inquiry.status = inquiry.status, status
        _record(inquiry, old, actor, reason)
        if status in CLOSED:
            _close(inquiry, actor, helped_by)
        elif old in CLOSED:
            _reopen(inquiry, actor)
        after_commit("inquiry:changed", inquiry_id=inquiry.id)
    return inquiry


def _record(inquiry, old, actor, reason):
    audit.record(
        AuditTag.INQUIRY_STATUS,
        inquiry,
        actor=actor,
        old={"status": old.value},
        new={"status": inquiry.status.value},
        reason=reason.strip()[:500],
    )


def _close(inquiry, actor, helped_by):
    inquiry.closed_at = utcnow()
    inquiry.helped_by_id = helped_by.id if helped_by and inquiry.status == S.DONE else None
    open_ones = open_conversations(inquiry)
    if actor and actor.id == inquiry.client_id:
        _end(open_ones, inquiry, actor)
    else:  # only the client ends conversations (DESIGN rule 7)
        tell_client(inquiry, Kind.INQUIRY_CLOSED, email=_letter(inquiry))
    if inquiry.status != S.EXPIRED:
        _tell_realtors(open_ones, inquiry)


def _letter(inquiry):
    if inquiry.status != S.EXPIRED:
        return None
    return "inquiry_expired" if inquiry.published_at else "inquiry_unserved"


def _end(open_ones, inquiry, actor):
    """A polite word in every open conversation, and its end; that with the realtor who helped goes on."""
    event = SystemEvent.INQUIRY_DONE if inquiry.status == S.DONE else SystemEvent.INQUIRY_CANCELLED
    for conversation in open_ones:
        if inquiry.helped_by_id and conversation.realtor_id == inquiry.helped_by_id:
            conversations.say(conversation, event, by=actor.id)
        else:
            conversations.close(conversation, actor=actor, event=event, tell=False)


def _tell_realtors(open_ones, inquiry):
    for conversation in open_ones:
        url = conversations.path(conversation.public_id, conversation.realtor)
        notify([conversation.realtor], Kind.INQUIRY_CLOSED, params=params(inquiry), url=url, email="notification")


def _reopen(inquiry, actor):
    closed_at = inquiry.closed_at
    inquiry.closed_at = inquiry.helped_by_id = None
    if inquiry.status == S.DRAFT:
        publish_or_wait(inquiry, actor=actor)
        return
    inquiry.expires_at = utcnow() + lifetime()
    if closed_at and moved_since(inquiry, closed_at):
        send_to_new_city(inquiry)


def expire_old(limit=500):
    """Close what has outlived its days (setting ``inquiry_days``), and what has waited for a realtor in vain.

    Returns how many. Short transactions, one each.
    """
    ids = db.session.scalars(sa.select(Inquiry.id).where(_due()).order_by(Inquiry.id).limit(limit)).all()
    return sum(_expire(inquiry_id) for inquiry_id in ids)


def _due():
    # A draft that waited before drafts had a term has none: it counts from the day it was made.
    waits = sa.and_(Inquiry.status == S.DRAFT, Inquiry.awaiting_realtor.is_(True))
    forgotten = sa.and_(waits, Inquiry.expires_at.is_(None), Inquiry.created_at < utcnow() - waiting())
    return sa.or_(
        sa.and_(sa.or_(Inquiry.status.in_((S.NEW, S.IN_WORK)), waits), Inquiry.expires_at < utcnow()), forgotten
    )


def _expire(inquiry_id):
    with transaction() as session:
        inquiry = session.scalar(sa.select(Inquiry).where(Inquiry.id == inquiry_id, _due()))
        if inquiry is None:
            return False
        move(inquiry, S.EXPIRED, actor=None)
    return True

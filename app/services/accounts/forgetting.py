"""Everything that still says who a person was, once they are gone.

Rows of their own go, the bin's included; their inquiries keep what is counted and lose their words. Where other
people's rows name them (``traces``), the name goes out of those. What they said to somebody stays with that person.
"""

from uuid import UUID

import sqlalchemy as sa

from app.constants import AuditTag
from app.extensions import db
from app.models.accounts import Identity, SignIn, User
from app.models.audit import AuditEvent, Merge
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, PendingInquiry
from app.models.notifications import Notification
from app.models.outbox import Delivery
from app.models.support import SupportNote
from app.services import bin, comments, preferences, push, request_fields, search, standings
from app.services.accounts import passkeys, second_factor, traces
from app.services.telegram import links as telegram

OWN_CHANGES = (AuditTag.ACCOUNT_CHANGED, AuditTag.ACCOUNT_MERGED, AuditTag.ACCOUNT_PARTED, AuditTag.ACCOUNT_BLOCKED)


def forget(user, marks=None, *, asked=True, past=traces.EVERYTHING):
    """Inside transaction(), once nothing of theirs is open any more.

    ``asked``: what they asked for and what others were told of them, too; leaving.py has done that before where it is
    much, and has been through files and the journal up to ``past``.
    """
    session = db.session
    marks, deleted = marks or traces.Marks.of(user), _deleted_inquiries(user)
    theirs = AuditEvent.actor_id == user.id, AuditEvent.address.is_not(None)
    session.execute(sa.update(AuditEvent).where(*theirs).values(address=None))
    for model in (Identity, SignIn, Notification, Delivery):
        session.execute(sa.delete(model).where(model.user_id == user.id))
    for room in (preferences, comments, standings, push, telegram, second_factor, passkeys, bin):
        room.forget(user)
    _forget_notes(user)
    _forget_drafts(user)
    _blank_journal(user)
    traces.wipe(marks, past)
    _blank_wishes(deleted)
    if asked:
        _forget_words(user)
        traces.forget_tellings(marks, traces.tellings(marks))
    for twin in twins(user):
        forget(twin, asked=asked, past=past)
    session.execute(sa.delete(Merge).where(_made_one_with(user)))
    _blank(user)
    search.index_person(user)


def _blank(user):
    user.email = user.password_hash = user.phone = user.timezone = None
    user.name = user.first_name = user.last_name = ""
    user.email_verified_at = None
    user.deleted_at, user.blocked_reason = utcnow(), ""
    user.session_epoch += 1
    user.version += 1


def _deleted_inquiries(user):
    """The public ids of those that lie in the bin."""
    return [item.object_id for item in bin.owned(user) if item.object_type == "inquiry"]


def _forget_notes(user):
    """What operators have told each other about the person."""
    asked = sa.select(Conversation.id).where(Conversation.client_id == user.id)
    db.session.execute(sa.delete(SupportNote).where(SupportNote.conversation_id.in_(asked)))


def _forget_drafts(user):
    drafts = PendingInquiry.inquiry_id.in_(sa.select(Inquiry.id).where(Inquiry.client_id == user.id))
    db.session.execute(sa.update(PendingInquiry).where(drafts).values(payload={}))


def _forget_words(user):
    forget_words(db.session.scalars(sa.select(Inquiry).where(Inquiry.client_id == user.id)).all())


def forget_words(inquiries):
    """What they asked for stays counted; how they put it goes, out of the journal too. Inside transaction()."""
    for inquiry in inquiries:
        inquiry.wishes = ""
        if inquiry.answers:
            inquiry.answers = request_fields.wordless(inquiry.answers)
            request_fields.index(inquiry)
    _blank_wishes([str(inquiry.public_id) for inquiry in inquiries])


def _blank_wishes(ids):
    for start in range(0, len(ids), 500):
        traces.blank_wishes(ids[start : start + 500])


def twins(user):
    """Accounts that were made one with this one: they hold the same person's name."""
    ids = [UUID(loser) for loser in db.session.scalars(sa.select(Merge.loser).where(_made_one_with(user)))]
    return db.session.scalars(sa.select(User).where(User.public_id.in_(ids), User.deleted_at.is_not(None))).all()


def _made_one_with(user):
    return sa.and_(Merge.object_type == "user", Merge.winner == str(user.public_id))


def journal(user):
    """What is written of the account."""
    about = AuditEvent.object_type == "user", AuditEvent.object_id == str(user.public_id)
    return sa.select(AuditEvent).where(*about).order_by(AuditEvent.id)


def _blank_journal(user):
    """The journal keeps that something was changed, not what it was."""
    own_words = AuditEvent.actor_id == user.id, AuditEvent.tag.in_((AuditTag.MESSAGE_EDITED, AuditTag.MESSAGE_DELETED))
    for query in (journal(user).where(AuditEvent.tag.in_(OWN_CHANGES)), sa.select(AuditEvent).where(*own_words)):
        for event in db.session.scalars(query):
            event.data = traces.blanked(event.data)

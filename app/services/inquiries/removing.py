"""An inquiry that was brought in by mistake goes again, into the bin, as long as nothing stands on it.

Numbers are never given twice, so its number leaves a gap; gaps are kept as stretches, for lists that count by numbers.
"""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, InquiryStatus
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match, NumberGap, PendingInquiry
from app.models.search import inquiries_search
from app.services import audit, bin, request_fields, search
from app.services.inquiries.drafts import current
from app.services.inquiries.telling import tell_withdrawn
from app.services.merging import kept
from app.services.statistics import counted_again, tracked
from app.services.transaction import after_commit, transaction

OPEN = (InquiryStatus.DRAFT, InquiryStatus.NEW)
GAPS = sa.select(NumberGap.first, NumberGap.last)


def why_not_removed(inquiry):
    """In words, or None."""
    about = sa.exists().where(Conversation.inquiry_id == inquiry.id)
    if inquiry.acceptances or db.session.scalar(sa.select(about)):
        return _l("A realtor has accepted it by now.")
    if inquiry.status not in OPEN:
        return _l("It has been closed by now.")
    if db.session.scalar(sa.select(sa.exists().where(Inquiry.repeated_from_id == inquiry.id))):
        return _l("Its client has repeated it by now.")
    return None


def remove(inquiry, *, actor):
    """Into the bin; statistics count it no more. Whoever was sent it is told. Raises RefusedMove."""
    with transaction() as session, tracked(inquiry):
        if reason := why_not_removed(inquiry):
            raise RefusedMove(reason)
        tell_withdrawn(inquiry)
        gone = {"inquiry": str(inquiry.public_id), "city": str(inquiry.city.public_id)}
        session.execute(sa.delete(Match).where(Match.inquiry_id == inquiry.id))
        session.execute(
            sa.update(PendingInquiry).where(PendingInquiry.inquiry_id == inquiry.id).values(inquiry_id=None)
        )
        session.execute(sa.delete(inquiries_search).where(inquiries_search.c.rowid == inquiry.id))
        session.expire(inquiry, ["matches"])
        audit.record(AuditTag.INQUIRY_REMOVED, inquiry, actor=actor, number=inquiry.number)
        bin.put(inquiry, actor=actor)
        _leave_gap(session, inquiry.number)
        after_commit("inquiry:gone", **gone)


def _returned(inquiry):
    """bin.take_out has put its row back: all that follows from it. What was merged meanwhile has a successor."""
    if inquiry.client.deleted_at:
        inquiry.client = kept.became(User, inquiry.client.public_id)
        if inquiry.client is None or inquiry.client.deleted_at:
            raise RefusedMove(_l("Its client has deleted the account."))
    inquiry.city = current(inquiry.city)
    _close_gap(db.session(), inquiry.number)
    request_fields.index(inquiry)
    search.index_inquiry(inquiry)
    counted_again(inquiry)
    after_commit("inquiry:changed", inquiry_id=inquiry.id)


bin.RETURNED[Inquiry] = _returned


def _leave_gap(session, number):
    touching = sa.or_(NumberGap.last == number - 1, NumberGap.first == number + 1)
    _replace(session, touching, lambda gaps: [(min([number, *gaps[::2]]), max([number, *gaps[1::2]]))])


def _close_gap(session, number):
    around = sa.and_(NumberGap.first <= number, NumberGap.last >= number)
    _replace(session, around, lambda gaps: [(gaps[0], number - 1), (number + 1, gaps[1])] if gaps else [])


def _replace(session, which, make):
    """The gaps of ``which`` by those that ``make([first, last, first, last …])`` gives; empty ones are none."""
    ends = [end for gap in session.execute(GAPS.where(which).with_for_update()) for end in gap]
    session.execute(sa.delete(NumberGap).where(which).execution_options(synchronize_session=False))
    rows = [{"first": first, "last": last} for first, last in make(ends) if first <= last]
    if rows:
        session.execute(sa.insert(NumberGap), rows)

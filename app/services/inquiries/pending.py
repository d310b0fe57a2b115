"""What somebody typed before signing in: kept for some days, claimed once, by whoever signs in with its token."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from app.constants import InquirySource, Role
from app.errors import InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.inquiries import Inquiry, PendingInquiry
from app.services import settings
from app.services.behaviour import visits
from app.services.inquiries.drafts import InquiryDraft
from app.services.inquiries.publishing import submit
from app.services.transaction import insert_once, transaction


def keep_pending(payload, *, nonce=None, visit=None):
    """Keep an InquiryDraft's payload; the token that claims it. The same form again replaces what it said before.

    ``visit``: the behaviour.Visit that is counted, or None.
    """
    token = _token(nonce)
    with transaction() as session:
        values = {"token": token, "payload": payload, "created_at": utcnow(), "visit": visit and visit.mark}
        if not insert_once(PendingInquiry, values, ["token"]):
            row = session.scalar(sa.select(PendingInquiry).where(PendingInquiry.token == token))
            row.payload, row.created_at = payload, utcnow()
    return token


def _oldest():
    return utcnow() - timedelta(days=settings.get("draft_days"))


def _token(nonce):
    """One page's form makes one row, however often it is sent; its nonce is as unguessable as a token."""
    return hashlib.sha256(nonce.encode()).hexdigest() if nonce else secrets.token_urlsafe(32)


def peek_pending(token):
    """The unclaimed draft of a token, or None: to tell its author what waits."""
    pending = db.session.scalar(_fresh(token).where(PendingInquiry.inquiry_id.is_(None)))
    return InquiryDraft.restore(pending.payload) if pending else None


def claim_pending(token, *, actor, source=InquirySource.SITE):
    """Make the kept values the inquiry of ``actor`` (a client) and return it; claimed twice it is the same one.

    None when the token is unknown, too old or somebody else's, and when the kept values hold no longer.
    """
    if actor.role != Role.CLIENT:
        return None
    with transaction() as session:
        pending = session.scalar(_fresh(token).with_for_update())
        if pending is None:
            return None
        if pending.inquiry_id:
            return session.scalar(_own(pending, actor))
        inquiry = _make(pending.payload, actor, source)
        pending.inquiry_id = inquiry and inquiry.id
        visit, at = visits.read(pending.visit), pending.created_at
    if inquiry:
        visits.claimed(visit, at, by_sign_in=source != InquirySource.QUICK)
    return inquiry


def _fresh(token):
    return sa.select(PendingInquiry).where(PendingInquiry.token == token, PendingInquiry.created_at > _oldest())


def _own(pending, actor):
    return sa.select(Inquiry).where(Inquiry.id == pending.inquiry_id, Inquiry.client_id == actor.id)


def _make(payload, actor, source):
    draft = InquiryDraft.restore(payload)
    try:
        return submit(draft, actor=actor, source=source) if draft else None
    except InvalidInput:
        return None


def purge_pending():
    """Forget what nobody came back for, and the nonces of forms long sent. Returns how many."""
    with transaction() as session:
        return session.execute(sa.delete(PendingInquiry).where(PendingInquiry.created_at < _oldest())).rowcount

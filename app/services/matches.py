"""A realtor's answer to an inquiry: seen, accepted, declined. One row per pair, made when first needed."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission, may
from app.constants import AuditTag, DeclineReason, InquiryStatus
from app.constants import NotificationKind as Kind
from app.errors import Forbidden, NotFound, RefusedMove
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.inquiries import Match
from app.services import audit, conversations
from app.services.inquiries.states import CLOSED, move
from app.services.inquiries.telling import tell_client
from app.services.statistics import tracked
from app.services.transaction import after_commit, insert_missing, insert_once, transaction


def accept(inquiry, *, actor):
    """The conversation of ``actor`` (a realtor) about the inquiry; pressed twice or on two devices, the same one.

    Any number of realtors may accept. Raises RefusedMove when the inquiry is closed, unless it was accepted before.
    """
    with transaction() as session, tracked(inquiry):
        realtor = _realtor(session, actor)
        match = _match(session, inquiry, realtor)
        if match.accepted_at:
            return conversations.start(inquiry, realtor)
        _accept(inquiry, match, realtor)
        conversation = conversations.start(inquiry, realtor)
        _tell_client(inquiry, conversation, realtor)
    return conversation


def decline(inquiry, reason, *, actor):
    """Hide the inquiry from this realtor's list; again only changes the reason. Refused once it was accepted."""
    with transaction() as session:
        realtor = _realtor(session, actor)
        match = _match(session, inquiry, realtor)
        if match.accepted_at:
            raise RefusedMove(_l("You have accepted this inquiry already."))
        if match.declined_at and match.decline_reason == reason:
            return match
        match.declined_at = match.declined_at or utcnow()
        match.seen_at, match.decline_reason = match.seen_at or match.declined_at, DeclineReason(reason)
        audit.record(
            AuditTag.MATCH_DECLINED, match, actor=realtor, inquiry=inquiry.number, reason=match.decline_reason.value
        )
        after_commit("inquiry:changed", inquiry_id=inquiry.id)
    return match


def mark_seen(inquiries, *, actor):
    """The realtor has these on screen: counts once in the client's tracker. One query when all are seen."""
    if not inquiries:
        return
    ids = [inquiry.id for inquiry in inquiries]
    unseen = set(ids) - set(db.session.scalars(_seen(actor, ids)))
    if not unseen:
        return
    with transaction() as session:
        now = utcnow()
        rows = [_values(inquiry, actor.id) for inquiry in inquiries if inquiry.id in unseen]
        insert_missing(Match, rows, ["inquiry_id", "realtor_id"])
        session.execute(
            sa.update(Match)
            .where(Match.realtor_id == actor.id, Match.inquiry_id.in_(unseen), Match.seen_at.is_(None))
            .values(seen_at=now)
            .execution_options(synchronize_session=False)
        )
        for inquiry_id in sorted(unseen):
            after_commit("inquiry:seen", inquiry_id=inquiry_id)


def _seen(actor, ids):
    return sa.select(Match.inquiry_id).where(
        Match.realtor_id == actor.id, Match.inquiry_id.in_(ids), Match.seen_at.is_not(None)
    )


def _realtor(session, actor):
    realtor = session.get_one(User, actor.id)
    if not may(realtor, Permission.INQUIRY_ANSWER):
        raise Forbidden()
    return realtor


def _values(inquiry, realtor_id):
    pair = {"inquiry_id": inquiry.id, "realtor_id": realtor_id}
    return pair | {"published_day": inquiry.published_day, "created_at": utcnow()}


def _match(session, inquiry, realtor):
    """The pair's row. Another city's inquiry that was never accepted does not exist for this realtor."""
    session.refresh(inquiry)
    pair = sa.select(Match).where(Match.inquiry_id == inquiry.id, Match.realtor_id == realtor.id)
    found = session.scalar(pair.with_for_update())
    if found and found.accepted_at:
        return found
    if inquiry.city_id != realtor.realtor.city_id or inquiry.status == InquiryStatus.DRAFT:
        raise NotFound()
    if found is None:
        insert_once(Match, _values(inquiry, realtor.id), ["inquiry_id", "realtor_id"])
        found = session.scalar(pair.with_for_update())
    return found


def _accept(inquiry, match, realtor):
    if inquiry.status in CLOSED:
        raise RefusedMove(_l("The inquiry is closed, it cannot be accepted any more."))
    now = utcnow()
    match.accepted_at, match.seen_at = now, match.seen_at or now
    match.declined_at = match.decline_reason = None
    match.response_seconds = max(0, int((now - inquiry.published_at).total_seconds()))
    inquiry.acceptances += 1
    if inquiry.first_accepted_at is None:
        inquiry.first_accepted_at, inquiry.first_realtor_id = now, realtor.id
        inquiry.first_response_seconds = match.response_seconds
    audit.record(AuditTag.MATCH_ACCEPTED, match, actor=realtor, inquiry=inquiry.number)
    db.session.flush()
    if inquiry.status == InquiryStatus.NEW:
        move(inquiry, InquiryStatus.IN_WORK, actor=realtor)
    else:
        after_commit("inquiry:changed", inquiry_id=inquiry.id)


def _tell_client(inquiry, conversation, realtor):
    """Each reply stands on the site; a letter comes for the first one only."""
    email = "inquiry_accepted" if inquiry.acceptances == 1 else None
    url = f"/my/conversations/{conversation.public_id}"
    tell_client(inquiry, Kind.INQUIRY_ACCEPTED, email=email, url=url, name=realtor.name)


def accepted_by(inquiry):
    """Matches of the realtors who accepted, first one first."""
    return db.session.scalars(
        sa.select(Match)
        .where(Match.inquiry_id == inquiry.id, Match.accepted_at.is_not(None))
        .options(joinedload(Match.realtor))
        .order_by(Match.accepted_at)
    ).all()

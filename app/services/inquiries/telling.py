"""Who hears of an inquiry: the realtors of its city, those who talk about it, and its author."""

import sqlalchemy as sa

from app.constants import NotificationKind as Kind
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.conversations import Conversation
from app.models.inquiries import Match
from app.services import inquiry_text
from app.services.notifications import in_each_language, notify
from app.services.transaction import after_commit


def realtors_of(city_id):
    """(id,) of the realtors who work in the city now."""
    return db.session.execute(_working(city_id).order_by(User.id)).all()


def anybody_works_in(city_id):
    return db.session.execute(_working(city_id).limit(1)).first() is not None


def _working(city_id):
    return (
        sa.select(User.id)
        .join(Realtor, Realtor.user_id == User.id)
        .where(
            Realtor.city_id == city_id, Realtor.active.is_(True), User.blocked_at.is_(None), User.deleted_at.is_(None)
        )
    )


def tell_city(inquiry, kind=Kind.INQUIRY_NEW, *, again=0):
    """Send the inquiry to every realtor of its city: live, on the site and by letter; returns how many there are.

    They are counted as its recipients, besides those of cities it was in before; ``again`` of them had it already.
    """
    realtors = realtors_of(inquiry.city_id)
    accepted = set(db.session.scalars(sa.select(Match.realtor_id).where(_accepted(inquiry))))
    inquiry.recipients += len(realtors) - again
    url = f"/office/inquiries/{inquiry.public_id}"
    newcomers = [realtor for realtor in realtors if realtor.id not in accepted]
    notify(newcomers, kind, params=params(inquiry), url=url, email="inquiry_new")
    after_commit("inquiry:new", inquiry_id=inquiry.id)
    return len(realtors)


def _accepted(inquiry):
    return sa.and_(Match.inquiry_id == inquiry.id, Match.accepted_at.is_not(None))


def tell_client(inquiry, kind, *, email=None, url=None, **more):
    url = url or f"/my/inquiries/{inquiry.public_id}"
    notify([inquiry.client], kind, params=params(inquiry) | more, url=url, email=email)


def params(inquiry):
    """What sentences and letters about an inquiry say; ``inquiry`` lets a letter load every parameter."""
    return {
        "number": inquiry.number,
        "title": in_each_language(lambda: inquiry_text.title(inquiry)),
        "city": in_each_language(lambda: inquiry_text.city(inquiry)),
        "inquiry": str(inquiry.public_id),
    }


def open_conversations(inquiry):
    return db.session.scalars(
        sa.select(Conversation)
        .where(Conversation.inquiry_id == inquiry.id, Conversation.open.is_(True))
        .order_by(Conversation.id)
    ).all()

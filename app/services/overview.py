"""What owners look at first: today's numbers, and everything that waits for somebody."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.access.scopes import clause, visible_to
from app.constants import ConversationKind, OutboxStatus, Role
from app.extensions import db
from app.models.accounts import User
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.models.outbox import Delivery
from app.models.places import City
from app.models.statistics import DailyCount
from app.services.settings import business_zone

SILENT = timedelta(days=7)
OVERDUE = timedelta(minutes=15)
MANY = 1_000  # a tile says «1 000+» rather than count on


_WAITING = Conversation.waiting_since.is_not(None), Conversation.open  # as the list that the tile opens has it


def today(*, actor):
    """``(inquiries, accepted)`` of the current business day, and of the same day a week ago."""
    day = datetime.now(business_zone()).date()
    return _day(day, actor), _day(day - timedelta(days=7), actor)


def _day(day, actor):
    figures = sa.select(sa.func.sum(DailyCount.inquiries), sa.func.sum(DailyCount.accepted))
    figures = figures.where(DailyCount.day == day, clause(actor, DailyCount))
    inquiries, accepted = db.session.execute(figures).one()
    return inquiries or 0, accepted or 0


def silent():
    """Realtors who work but have not been seen for a week, as a clause on User."""
    seen = sa.func.coalesce(User.last_seen_at, User.created_at)
    return sa.and_(
        User.role == Role.REALTOR, User.blocked_at.is_(None), User.deleted_at.is_(None), seen < utcnow() - SILENT
    )


def overdue():
    """Deliveries that should have left a while ago: is the worker running?"""
    return sa.and_(Delivery.status == OutboxStatus.PENDING, Delivery.due_at < utcnow() - OVERDUE)


def waits(*, actor):
    """Name of a tile → how many, never counting beyond MANY."""
    return {
        "awaiting": _count(actor, Inquiry, Inquiry.awaiting_realtor.is_(True)),
        "waiting": _count(actor, Conversation, *_WAITING),
        "silent": _count(actor, User, silent()),
        "dead": _count(actor, Delivery, Delivery.status == OutboxStatus.DEAD),
        "overdue": _count(actor, Delivery, overdue()),
    }


def _count(actor, model, *clauses):
    found = sa.select(model.id).where(clause(actor, model), *clauses).limit(MANY + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found))


def unserved_cities(limit=6, *, actor):
    """``[(City, inquiries waiting there)]``, most wanted first."""
    count = sa.func.count(Inquiry.id)
    wanted = sa.select(Inquiry.city_id, count.label("waiting")).where(Inquiry.awaiting_realtor.is_(True))
    wanted = wanted.where(clause(actor, Inquiry)).group_by(Inquiry.city_id).order_by(count.desc()).limit(limit)
    wanted = wanted.subquery()
    found = (
        sa.select(City, wanted.c.waiting).join(wanted, wanted.c.city_id == City.id).order_by(wanted.c.waiting.desc())
    )
    return db.session.execute(found).unique().all()


def longest_waiting(limit=6, *, actor):
    """Open conversations whose client has waited longest for a realtor; the support desk has its own queue."""
    about_inquiries = Conversation.kind == ConversationKind.INQUIRY
    found = visible_to(actor, Conversation).where(*_WAITING, about_inquiries)
    people = (joinedload(side).lazyload(User.realtor) for side in (Conversation.client, Conversation.realtor))
    found = found.options(*people, joinedload(Conversation.inquiry)).order_by(Conversation.waiting_since).limit(limit)
    return db.session.scalars(found).unique().all()


def latest(limit=6, *, actor):
    """The newest inquiries."""
    found = visible_to(actor, Inquiry).options(
        joinedload(Inquiry.city), joinedload(Inquiry.client).lazyload(User.realtor)
    )
    return db.session.scalars(found.order_by(Inquiry.id.desc()).limit(limit)).unique().all()

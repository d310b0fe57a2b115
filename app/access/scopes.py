"""Which rows an actor can see at all. No scope declared for a role means no rows."""

import sqlalchemy as sa

from app.constants import InquiryStatus, Role
from app.models.accounts import Consent, Identity, JoinLink, Realtor, User
from app.models.audit import AuditEvent
from app.models.content import MessengerLink, Page, PageVersion
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry, Match
from app.models.notifications import Notification, Preference, Rhythm
from app.models.outbox import Delivery
from app.models.partners import Agency
from app.models.places import City, CityAlias, Country
from app.models.settings import Setting
from app.models.statistics import DailyCount, MonthlyCount


def _city_inquiries(actor):
    """Published inquiries of the realtor's city, and those the realtor has accepted."""
    accepted = sa.select(Match.inquiry_id).where(Match.realtor_id == actor.id, Match.accepted_at.is_not(None))
    return sa.and_(
        Inquiry.status != InquiryStatus.DRAFT,
        sa.or_(Inquiry.city_id == actor.realtor.city_id, Inquiry.id.in_(accepted)),
    )


def _conversation_messages(actor):
    mine = sa.select(Conversation.id).where(_CLAUSES[actor.role][Conversation](actor))
    return Message.conversation_id.in_(mine)


def _everything(actor):
    return sa.true()


_OWN = {
    User: lambda a: User.id == a.id,
    Notification: lambda a: Notification.user_id == a.id,
    Consent: lambda a: Consent.user_id == a.id,
    Identity: lambda a: Identity.user_id == a.id,
    Preference: lambda a: Preference.user_id == a.id,
    Rhythm: lambda a: Rhythm.user_id == a.id,
}

# Country and City are open to everybody: they stand on the home page.
_PUBLIC = {Country: _everything, City: _everything, CityAlias: _everything}

_OWNERS_SEE = (
    *(User, Realtor, JoinLink, Consent, Agency, Country, City, CityAlias),
    *(Inquiry, Match, Conversation, Message, AuditEvent, Delivery),
    *(Page, PageVersion, MessengerLink, Setting, DailyCount, MonthlyCount),
)

_CLAUSES = {
    Role.CLIENT: _OWN
    | _PUBLIC
    | {
        Inquiry: lambda a: Inquiry.client_id == a.id,
        Conversation: lambda a: Conversation.client_id == a.id,
        Message: _conversation_messages,
    },
    Role.REALTOR: _OWN
    | _PUBLIC
    | {
        Inquiry: _city_inquiries,
        Match: lambda a: Match.realtor_id == a.id,
        Conversation: lambda a: Conversation.realtor_id == a.id,
        Message: _conversation_messages,
        DailyCount: lambda a: DailyCount.city_id == a.realtor.city_id,
        MonthlyCount: lambda a: MonthlyCount.city_id == a.realtor.city_id,
    },
    Role.SUPERVISOR: dict.fromkeys(_OWNERS_SEE, _everything)
    | {model: _OWN[model] for model in (Notification, Preference, Rhythm, Identity)},
    Role.SCOUT: _OWN | _PUBLIC,
    Role.AGENT: _OWN | _PUBLIC,
}


def clause(actor, model):
    """The WHERE clause of ``visible_to``: false when in doubt."""
    if actor is None:
        return _PUBLIC.get(model, lambda a: sa.false())(actor)
    if not actor.is_active:
        return sa.false()
    return _CLAUSES[actor.role].get(model, lambda a: sa.false())(actor)


def visible_to(actor, model):
    """A Select of the rows of ``model`` that ``actor`` (a User or None) may see."""
    return sa.select(model).where(clause(actor, model))

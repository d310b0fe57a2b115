"""Which rows an actor can see at all. No scope declared for a role means no rows."""

import sqlalchemy as sa

from app.access.permissions import Permission as P
from app.access.permissions import holds
from app.constants import CommentState, ConversationKind, InquiryStatus, MediaState, Role
from app.models.accounts import Consent, Identity, JoinLink, Realtor, SignIn, User
from app.models.api import ApiToken
from app.models.articles import Article, ArticleVersion, FormerAddress, Picture
from app.models.audit import AuditEvent, BinItem, Merge, Operation
from app.models.base import utcnow
from app.models.behaviour import COUNTS
from app.models.bulk_edits import BulkEdit
from app.models.comments import Comment
from app.models.content import MessengerLink, Page, PageVersion
from app.models.conversations import Conversation, Message, Standing
from app.models.diagnostics import Checkup
from app.models.exports import Export
from app.models.faq import FaqQuestion, FaqTopic
from app.models.hints import FieldHint
from app.models.imports import Import
from app.models.inquiries import Inquiry, Match
from app.models.list_views import ListView
from app.models.media import Media
from app.models.menus import MenuItem
from app.models.notifications import Notification, Preference, PushSubscription, Rhythm
from app.models.outbox import Delivery
from app.models.partner_pages import PartnerPage
from app.models.partners import Agency
from app.models.passkeys import Passkey
from app.models.places import City, CityAlias, Country
from app.models.ready_answers import ReadyAnswer
from app.models.reports import SavedReport
from app.models.request_fields import RequestField
from app.models.roles import StaffRole
from app.models.settings import Setting
from app.models.statistics import DailyCount, MonthlyCount, YearlyCount
from app.models.support import SupportNote, Ticket
from app.models.takebacks import Takeback
from app.models.telegram import TelegramLink
from app.models.webhooks import Webhook, WebhookAttempt
from app.models.wordings import Wording


def _city_inquiries(actor):
    """Published inquiries of the realtor's city, and those the realtor has accepted."""
    accepted = sa.select(Match.inquiry_id).where(Match.realtor_id == actor.id, Match.accepted_at.is_not(None))
    return sa.and_(
        Inquiry.status != InquiryStatus.DRAFT,
        sa.or_(Inquiry.city_id == actor.realtor.city_id, Inquiry.id.in_(accepted)),
    )


def _conversation_messages(actor):
    mine = sa.select(Conversation.id).where(clause(actor, Conversation))
    return Message.conversation_id.in_(mine)


def _conversation_media(actor):
    mine = sa.select(Conversation.id).where(clause(actor, Conversation))
    return sa.and_(Media.conversation_id.in_(mine), Media.state.not_in((MediaState.NEW, MediaState.GONE)))


def _own_conversations(actor):
    """A realtor's with clients, and the one with support."""
    return sa.or_(Conversation.realtor_id == actor.id, Conversation.client_id == actor.id)


_SUPPORT = Conversation.kind == ConversationKind.SUPPORT
_ASKED_SUPPORT = sa.select(Conversation.client_id).where(_SUPPORT)  # people an operator has to know


def _support_people(actor):
    return sa.or_(User.id == actor.id, User.id.in_(_ASKED_SUPPORT))


def _ready_answers(actor):
    return sa.or_(ReadyAnswer.user_id.is_(None), ReadyAnswer.user_id == actor.id)


def _own_or_shared(model):
    """One's own and those of one's role, which may be an own role; owners look after all that are shared."""

    def clause(actor):
        shared = model.role == actor.role
        if actor.role == Role.SUPERVISOR:
            shared = model.role.is_not(None)
        elif actor.role == Role.STAFF:
            shared = sa.and_(shared, model.staff_role_id == actor.staff_role_id)
        return sa.or_(model.owner_id == actor.id, shared)

    return clause


_KEPT = {model: _own_or_shared(model) for model in (ListView, SavedReport)}


def _everything(actor):
    return sa.true()


_OWN = {
    User: lambda a: User.id == a.id,
    Notification: lambda a: Notification.user_id == a.id,
    Consent: lambda a: Consent.user_id == a.id,
    Identity: lambda a: Identity.user_id == a.id,
    SignIn: lambda a: SignIn.user_id == a.id,
    Passkey: lambda a: Passkey.user_id == a.id,
    Preference: lambda a: Preference.user_id == a.id,
    Rhythm: lambda a: Rhythm.user_id == a.id,
    PushSubscription: lambda a: PushSubscription.user_id == a.id,
    TelegramLink: lambda a: TelegramLink.user_id == a.id,
    Standing: lambda a: Standing.user_id == a.id,
}


def _published_articles(actor):
    return sa.and_(Article.publish_at <= utcnow(), sa.not_(Article.withdrawn))


def _published_pictures(actor):
    return Picture.article.in_(sa.select(Article.public_id).where(_published_articles(actor)))


def _comments(actor):
    """Those that are shown, and one's own that wait."""
    return sa.or_(Comment.state == CommentState.SHOWN, Comment.author_id == actor.id)


# Open to everybody: the places stand on the home page, the answers under support.
_PUBLIC = {
    Country: _everything,
    City: _everything,
    CityAlias: _everything,
    FaqTopic: _everything,
    FaqQuestion: lambda a: FaqQuestion.visible,
    Article: _published_articles,
    Comment: lambda a: Comment.state == CommentState.SHOWN,
    Picture: _published_pictures,
    FormerAddress: _everything,
}

_TALKING = {Comment: _comments}  # whoever is signed in

# What an operator sees of those who have asked support; everything else of theirs stays closed.
_DESK = {
    Conversation: lambda a: _SUPPORT,
    Message: lambda a: Message.conversation_id.in_(sa.select(Conversation.id).where(_SUPPORT)),
    Media: _conversation_media,
    Ticket: _everything,
    SupportNote: _everything,
    ReadyAnswer: _ready_answers,
    User: _support_people,
    Inquiry: lambda a: Inquiry.client_id.in_(_ASKED_SUPPORT),
    # Not what they did in conversations: the journal has the words of messages they took back.
    AuditEvent: lambda a: AuditEvent.actor_id.in_(_ASKED_SUPPORT) & AuditEvent.object_type.in_(("user", "inquiry")),
}

_OWNERS_SEE = (
    *(User, Realtor, JoinLink, Consent, Agency, Country, City, CityAlias),
    *(Inquiry, Match, Conversation, Message, AuditEvent, Delivery),
    *(FieldHint, MenuItem, Comment, Wording),
    *(Article, ArticleVersion, FormerAddress, Picture),
    *(Page, PageVersion, MessengerLink, Setting, DailyCount, MonthlyCount, YearlyCount),
    *(Ticket, SupportNote, FaqTopic, FaqQuestion, BinItem, Merge, Operation, Checkup, StaffRole),
    *(RequestField, PartnerPage),
    *(Import, Takeback),
    *(ApiToken, Webhook, WebhookAttempt),
    *COUNTS,
)


OUTSIDERS = (Role.CLIENT, Role.REALTOR)


def _outsiders(actor):
    """Nobody of the console: whoever corrects people has no hold on those who run the service."""
    return sa.or_(User.id == actor.id, User.role.in_(OUTSIDERS))


def sees_person(actor, user):
    """_outsiders() of one person who is at hand: a link to them leads somewhere."""
    return actor.role == Role.SUPERVISOR or user.role in OUTSIDERS or user.id == actor.id


def _realtors(actor):
    return sa.or_(User.id == actor.id, User.role == Role.REALTOR)


def _own_bulk_edits(actor):
    return BulkEdit.actor_id == actor.id


# The kinds of records whose changes a reader of the journal sees, with what lets look at such a record.
_CHRONICLED = {"inquiry": P.INQUIRY_READ, "agency": P.AGENCIES_READ, "city": P.PLACES_READ, "country": P.PLACES_READ}
_CHRONICLED |= {"wording": P.TEXTS, "comment": P.COMMENTS_MODERATE, "joinlink": P.JOIN_LINKS_READ}
_CHRONICLED |= dict.fromkeys(("page", "article", "faqtopic", "faqquestion", "fieldhint"), P.CONTENT_READ)
_CHRONICLED |= dict.fromkeys(("menuitem", "messengerlink"), P.CONTENT_READ)


def _told(actor):
    """Changes of what one may look at anyway. Of conversations none: the journal has words that were taken back."""
    kinds = [kind for kind, look in _CHRONICLED.items() if holds(actor, look)]
    found = AuditEvent.object_type.in_(kinds)
    if holds(actor, P.PEOPLE_READ):
        found = sa.or_(found, sa.and_(AuditEvent.object_type == "user", ~_of_the_console()))
    return found


def _of_the_console():
    """Events about people who run the service. The journal keeps ids as text; SQLite has those of rows without «-»."""
    person = sa.select(User.id).where(User.role.not_in(OUTSIDERS))
    return person.where(_bare(sa.cast(User.public_id, sa.String)) == _bare(AuditEvent.object_id)).exists()


def _bare(id):
    return sa.func.replace(id, "-", "")


_INQUIRIES = dict.fromkeys((Inquiry, Match, Realtor, Agency, RequestField), _everything) | {User: _outsiders}
_PEOPLE = dict.fromkeys((Realtor, Agency, JoinLink, Consent), _everything) | {User: _outsiders}
_AGENCIES = dict.fromkeys((Agency, Realtor, Merge), _everything) | {User: _realtors}
_FIGURES = dict.fromkeys((DailyCount, MonthlyCount, YearlyCount, Inquiry, Match, Realtor, Agency), _everything) | {
    User: _realtors
}
_CONTENT = dict.fromkeys((Page, PageVersion, MessengerLink, FaqTopic, FaqQuestion, MenuItem), _everything)
_CONTENT |= dict.fromkeys((Article, ArticleVersion, FormerAddress, Picture), _everything)
_BULK = {BulkEdit: _own_bulk_edits}

# The rows that each permission of an own role opens, beside one's own and the public ones.
OPENS = {
    P.SUPPORT_DESK: _DESK,
    P.STATISTICS: _FIGURES,
    P.REPORTS_READ: {SavedReport: _KEPT[SavedReport]},
    P.REPORTS: _FIGURES | {SavedReport: _KEPT[SavedReport]},
    P.BEHAVIOUR: dict.fromkeys(COUNTS, _everything),
    P.INQUIRY_READ: _INQUIRIES,
    P.INQUIRY_CORRECT: _INQUIRIES | _BULK,
    P.CONVERSATION_SUPERVISE: dict.fromkeys((Conversation, Message, Inquiry, Realtor), _everything)
    | {User: _outsiders, Media: _conversation_media},
    P.PEOPLE_READ: _PEOPLE,
    P.PEOPLE: _PEOPLE | _BULK,
    P.AGENCIES_READ: _AGENCIES,
    P.AGENCIES: _AGENCIES | _BULK,
    P.PLACES_READ: {Merge: _everything},
    P.PLACES: {Merge: _everything},
    P.JOURNAL_READ: {AuditEvent: _told},
    P.JOIN_LINKS_READ: {JoinLink: _everything},
    P.JOIN_LINKS: {JoinLink: _everything},
    P.CONTENT_READ: _CONTENT,
    P.CONTENT: _CONTENT,
    P.TEXTS: {Wording: _everything},
    P.COMMENTS_MODERATE: {Comment: _everything},
    P.DELIVERIES_READ: {Delivery: _everything},
    P.DELIVERIES: {Delivery: _everything},
    P.DIAGNOSTICS_READ: {Checkup: _everything},
    P.DIAGNOSTICS: {Checkup: _everything},
}

_CLAUSES = {
    Role.CLIENT: _OWN
    | _PUBLIC
    | _TALKING
    | {
        Inquiry: lambda a: Inquiry.client_id == a.id,
        Conversation: lambda a: Conversation.client_id == a.id,
        Message: _conversation_messages,
        Media: _conversation_media,
    },
    Role.REALTOR: _OWN
    | _PUBLIC
    | _TALKING
    | {
        Inquiry: _city_inquiries,
        Match: lambda a: Match.realtor_id == a.id,
        ReadyAnswer: lambda a: ReadyAnswer.user_id == a.id,
        Conversation: _own_conversations,
        Message: _conversation_messages,
        Media: _conversation_media,
        DailyCount: lambda a: DailyCount.city_id == a.realtor.city_id,
        MonthlyCount: lambda a: MonthlyCount.city_id == a.realtor.city_id,
        YearlyCount: lambda a: YearlyCount.city_id == a.realtor.city_id,
    },
    Role.SUPERVISOR: dict.fromkeys(_OWNERS_SEE, _everything)
    | {
        model: _OWN[model]
        for model in (
            *(Notification, Preference, Rhythm, PushSubscription, TelegramLink, Standing),
            *(Identity, SignIn, Passkey),
        )
    }
    | {ReadyAnswer: _ready_answers}
    | _KEPT
    | {BulkEdit: lambda a: BulkEdit.actor_id == a.id}
    | {Export: lambda a: Export.user_id == a.id}
    | {Media: _conversation_media},
    Role.SCOUT: _OWN | _PUBLIC | _TALKING,
    Role.AGENT: _OWN | _PUBLIC | _TALKING | _DESK | _KEPT,
    Role.STAFF: _OWN | _PUBLIC | _TALKING | {ListView: _KEPT[ListView], Export: lambda a: Export.user_id == a.id},
}


def _opened(actor, model):
    """What an own role opens of ``model``: all that any of its permissions does."""
    granted = sorted(actor.granted & OPENS.keys())
    return sa.or_(sa.false(), *(OPENS[each][model](actor) for each in granted if model in OPENS[each]))


def openings(actor, model):
    """``[(permission, clause)]``: for a statement that is made before it is known what was granted."""
    return [(permission, models[model](actor)) for permission, models in OPENS.items() if model in models]


def clause(actor, model):
    """The WHERE clause of ``visible_to``: false when in doubt."""
    if actor is None:
        return _PUBLIC.get(model, lambda a: sa.false())(actor)
    if not actor.is_active:
        return sa.false()
    own = _CLAUSES[actor.role].get(model, lambda a: sa.false())(actor)
    return sa.or_(own, _opened(actor, model)) if actor.role == Role.STAFF else own


def visible_to(actor, model):
    """A Select of the rows of ``model`` that ``actor`` (a User or None) may see."""
    return sa.select(model).where(clause(actor, model))

"""The whole policy on one page: each permission, the roles that hold it, and what must be true of the object."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.constants import ConversationKind, Role


class Permission(StrEnum):
    # everybody who is signed in
    PROFILE = "profile"
    NOTIFICATIONS = "notifications"
    WAYS_IN = "ways_in"
    PUSH = "push"
    COMMENT = "comment"
    COMMENT_OWN = "comment.own"
    # clients
    INQUIRY_SUBMIT = "inquiry.submit"
    INQUIRY_OWN = "inquiry.own"
    CONVERSATION_OWN = "conversation.own"
    CONVERSATION_CLOSE = "conversation.close"
    # both sides of a conversation
    CONVERSATION_READ = "conversation.read"
    MESSAGE_SEND = "message.send"
    MESSAGE_CHANGE = "message.change"
    VOICE_SEND = "voice.send"
    MEDIA_READ = "media.read"
    MESSAGE_READ = "message.read"
    # clients and realtors
    SUPPORT_ASK = "support.ask"
    # realtors
    OFFICE = "office"
    INQUIRY_RECEIVE = "inquiry.receive"
    INQUIRY_ANSWER = "inquiry.answer"
    # operators of the support desk
    SUPPORT_DESK = "support.desk"
    SUPPORT_ANSWER = "support.answer"
    # whoever has a room in the console
    LIST_VIEWS = "list_views"
    REPORTS_READ = "reports.read"
    CONSOLE = "console"
    # owners
    STATISTICS = "statistics"
    BEHAVIOUR = "behaviour"
    REPORTS = "reports"
    INQUIRY_READ = "inquiry.read"
    INQUIRY_CORRECT = "inquiry.correct"
    CONVERSATION_SUPERVISE = "conversation.supervise"
    PEOPLE_READ = "people.read"
    PEOPLE = "people"
    VIEW_AS = "view_as"
    AGENCIES_READ = "agencies.read"
    AGENCIES = "agencies"
    PLACES_READ = "places.read"
    PLACES = "places"
    JOIN_LINKS_READ = "join_links.read"
    JOIN_LINKS = "join_links"
    CONTENT_READ = "content.read"
    CONTENT = "content"
    TEXTS = "texts"
    COMMENTS_MODERATE = "comments.moderate"
    REQUEST_FIELDS = "request_fields"
    SETTINGS = "settings"
    DELIVERIES_READ = "deliveries.read"
    DELIVERIES = "deliveries"
    JOURNAL_READ = "journal.read"
    JOURNAL = "journal"
    BIN = "bin"
    DIAGNOSTICS_READ = "diagnostics.read"
    DIAGNOSTICS = "diagnostics"
    API_TOKENS = "api_tokens"
    IMPORTS = "imports"
    EXPORTS = "exports"
    WEBHOOKS = "webhooks"
    DEVELOPER = "developer"
    PARTNER_PAGES = "partner_pages"
    ROLES = "roles"


@dataclass(frozen=True)
class Rule:
    roles: frozenset
    when: Callable = lambda actor, subject: True


def _is_self(actor, subject):
    return subject.id == actor.id


def _is_no_owner(actor, subject):
    return subject.is_active and subject.role != Role.SUPERVISOR


def _is_somebody_else(actor, subject):
    return subject.public_id != actor.public_id  # of an own role, too, whose number may well be that of an account


def _is_own(actor, subject):
    return subject.user_id == actor.id


def _owns(actor, subject):
    return subject.client_id == actor.id


def _holds_the_key(actor, subject):
    return subject.client_id == actor.id and subject.kind == ConversationKind.INQUIRY


def _is_support(actor, subject):
    return subject.kind == ConversationKind.SUPPORT


def _keeps(actor, subject):
    return subject.owner_id == actor.id or (subject.role is not None and actor.role == Role.SUPERVISOR)


def _asked_support(actor, subject):
    return subject.client_id == actor.id and _is_support(actor, subject)


def _takes_part(actor, subject):
    """One of the two people; on the support desk's side any operator."""
    if actor.id in (subject.client_id, subject.realtor_id):
        return True
    return holds(actor, P.SUPPORT_DESK) and _is_support(actor, subject)


def _said(actor, subject):
    return subject.author_id == actor.id


def _wrote(actor, subject):
    return subject.sender_id == actor.id


EVERYONE = frozenset(Role)
CLIENT, REALTOR, SUPERVISOR = frozenset({Role.CLIENT}), frozenset({Role.REALTOR}), frozenset({Role.SUPERVISOR})
OPERATORS = frozenset({Role.AGENT, Role.SUPERVISOR})
P = Permission

POLICY = {
    P.PROFILE: Rule(EVERYONE, _is_self),
    P.NOTIFICATIONS: Rule(EVERYONE),
    P.WAYS_IN: Rule(EVERYONE, _is_own),
    P.PUSH: Rule(EVERYONE, _is_own),
    P.COMMENT: Rule(EVERYONE),
    P.COMMENT_OWN: Rule(EVERYONE, _said),
    P.INQUIRY_SUBMIT: Rule(CLIENT),
    P.INQUIRY_OWN: Rule(CLIENT, _owns),
    P.CONVERSATION_OWN: Rule(CLIENT, _owns),
    P.CONVERSATION_CLOSE: Rule(CLIENT, _holds_the_key),
    P.CONVERSATION_READ: Rule(CLIENT | REALTOR | OPERATORS, _takes_part),
    P.MESSAGE_SEND: Rule(CLIENT | REALTOR | OPERATORS, _takes_part),
    P.VOICE_SEND: Rule(CLIENT, _holds_the_key),  # DESIGN rule 7
    P.MEDIA_READ: Rule(EVERYONE),  # whoever sees the conversation
    P.MESSAGE_READ: Rule(EVERYONE),  # likewise
    P.MESSAGE_CHANGE: Rule(EVERYONE, _wrote),
    P.SUPPORT_ASK: Rule(CLIENT | REALTOR, _asked_support),
    P.SUPPORT_DESK: Rule(OPERATORS),
    P.SUPPORT_ANSWER: Rule(OPERATORS, _is_support),
    P.OFFICE: Rule(REALTOR),
    P.INQUIRY_RECEIVE: Rule(REALTOR),
    P.INQUIRY_ANSWER: Rule(REALTOR),
    P.LIST_VIEWS: Rule(OPERATORS, _keeps),
    P.REPORTS_READ: Rule(OPERATORS),
    P.CONSOLE: Rule(OPERATORS | {Role.SCOUT}),  # each tile of the overview asks for its own besides
    P.STATISTICS: Rule(SUPERVISOR),
    P.BEHAVIOUR: Rule(SUPERVISOR),
    P.REPORTS: Rule(SUPERVISOR, _keeps),
    P.INQUIRY_READ: Rule(SUPERVISOR),
    P.INQUIRY_CORRECT: Rule(SUPERVISOR),
    P.CONVERSATION_SUPERVISE: Rule(SUPERVISOR),
    P.PEOPLE_READ: Rule(SUPERVISOR),
    P.PEOPLE: Rule(SUPERVISOR),
    P.VIEW_AS: Rule(SUPERVISOR, _is_no_owner),
    P.AGENCIES_READ: Rule(SUPERVISOR),
    P.AGENCIES: Rule(SUPERVISOR),
    P.PLACES_READ: Rule(SUPERVISOR),
    P.PLACES: Rule(SUPERVISOR),
    P.JOIN_LINKS_READ: Rule(SUPERVISOR),
    P.JOIN_LINKS: Rule(SUPERVISOR),
    P.CONTENT_READ: Rule(SUPERVISOR),
    P.CONTENT: Rule(SUPERVISOR),
    P.TEXTS: Rule(SUPERVISOR),
    P.COMMENTS_MODERATE: Rule(SUPERVISOR),
    P.REQUEST_FIELDS: Rule(SUPERVISOR),
    P.SETTINGS: Rule(SUPERVISOR),
    P.DELIVERIES_READ: Rule(SUPERVISOR),
    P.DELIVERIES: Rule(SUPERVISOR),
    P.JOURNAL_READ: Rule(SUPERVISOR),
    P.JOURNAL: Rule(SUPERVISOR),
    P.BIN: Rule(SUPERVISOR),
    P.DIAGNOSTICS_READ: Rule(SUPERVISOR),
    P.DIAGNOSTICS: Rule(SUPERVISOR),
    P.API_TOKENS: Rule(SUPERVISOR),
    P.IMPORTS: Rule(SUPERVISOR),  # and that of what is imported
    P.PARTNER_PAGES: Rule(SUPERVISOR),
    P.EXPORTS: Rule(SUPERVISOR, _is_own),  # of the lists that the person may open, looked at again with each
    P.WEBHOOKS: Rule(SUPERVISOR),
    P.DEVELOPER: Rule(SUPERVISOR),
    P.ROLES: Rule(SUPERVISOR, _is_somebody_else),
}

# Correcting → looking at the same: two permissions where somebody may well have the second without the first.
HALVES = {
    P.INQUIRY_CORRECT: P.INQUIRY_READ,
    P.PEOPLE: P.PEOPLE_READ,
    P.AGENCIES: P.AGENCIES_READ,
    P.PLACES: P.PLACES_READ,
    P.JOIN_LINKS: P.JOIN_LINKS_READ,
    P.CONTENT: P.CONTENT_READ,
    P.DELIVERIES: P.DELIVERIES_READ,
    P.DIAGNOSTICS: P.DIAGNOSTICS_READ,
}
# What an own role can be composed of, with what each brings along. access/scopes.OPENS says which rows it opens.
# Nothing here leads to owners, to what somebody may do, or to records of every kind at once.
GIVABLE = {
    P.SUPPORT_DESK: {P.SUPPORT_ANSWER, P.CONVERSATION_READ, P.MESSAGE_SEND},
    **{correct: {look} for correct, look in HALVES.items()},
    **dict.fromkeys((*HALVES.values(), P.JOURNAL_READ), frozenset()),
    P.REPORTS_READ: frozenset(),
    P.REPORTS: {P.REPORTS_READ},
    **dict.fromkeys((P.STATISTICS, P.BEHAVIOUR, P.CONVERSATION_SUPERVISE), frozenset()),
    **dict.fromkeys((P.TEXTS, P.COMMENTS_MODERATE), frozenset()),
}
_FILED = {P.INQUIRY_CORRECT, P.PEOPLE, P.AGENCIES, P.PLACES}  # lists that can be taken away as files
# Whoever has a room enters the console, keeps views of a list and files of a long one: what those doors show is asked
# for again.
_BY_ANY = {
    **dict.fromkeys((P.CONSOLE, P.LIST_VIEWS), frozenset(GIVABLE)),
    P.EXPORTS: frozenset({*_FILED, *map(HALVES.get, _FILED), P.CONVERSATION_SUPERVISE, P.JOURNAL_READ}),
}
_GIVEN_BY = {
    wanted: frozenset(given for given, along in GIVABLE.items() if wanted == given or wanted in along)
    for wanted in Permission
} | _BY_ANY


def gives(granted, permission):
    """Whether an own role of these permissions holds ``permission``."""
    return not _GIVEN_BY[permission].isdisjoint(granted)


def holds(actor, permission):
    """Whether the role of ``actor`` has ``permission``, whatever the object."""
    if actor.role in POLICY[permission].roles:
        return True
    return actor.role == Role.STAFF and gives(actor.granted, permission)


def may(actor, permission, subject=None):
    """Whether ``actor`` (a User or None) holds ``permission``, over ``subject`` when one is given."""
    if actor is None or not actor.is_active:
        return False
    return holds(actor, permission) and (subject is None or POLICY[permission].when(actor, subject))

"""Every permission in the owners' words: its group, what it lets do, and why it may stay out of own roles."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission as P


class Words(NamedTuple):
    group: object
    label: object
    hint: object = ""
    withheld: object = ""  # why no own role can have it; empty where one can


EVERYBODY, CLIENTS, TALKS, REALTORS = _l("Everybody"), _l("Clients"), _l("Conversations"), _l("The realtors")
SUPPORT, NUMBERS, DATA, SITE, SERVICE = _l("Support"), _l("Numbers"), _l("Data"), _l("The site"), _l("The service")

_OWN = _l("Everybody has it over what is their own.")
_CLIENT = _l("Belongs to a client's account.")
_REALTOR = _l("Belongs to a realtor's account.")
_ALONG = _l("Comes along with “Support desk”.")
_BOTH = _l("Belongs to the two people of a conversation.")
_WHOLE = _l("Shows records of every kind at once, so no narrower role can have it.")
_POWER = _l("Whoever has it could take every other permission.")

WORDS = {
    P.PROFILE: Words(EVERYBODY, _l("Own profile"), withheld=_OWN),
    P.NOTIFICATIONS: Words(EVERYBODY, _l("Own notifications"), withheld=_OWN),
    P.WAYS_IN: Words(EVERYBODY, _l("Own ways to sign in"), withheld=_OWN),
    P.PUSH: Words(EVERYBODY, _l("Own devices for push messages"), withheld=_OWN),
    P.MEDIA_READ: Words(EVERYBODY, _l("Files of conversations one sees"), withheld=_OWN),
    P.MESSAGE_READ: Words(EVERYBODY, _l("Messages of conversations one sees"), withheld=_OWN),
    P.MESSAGE_CHANGE: Words(EVERYBODY, _l("Correct and take back own messages"), withheld=_OWN),
    P.COMMENT: Words(EVERYBODY, _l("Discuss articles"), withheld=_OWN),
    P.COMMENT_OWN: Words(EVERYBODY, _l("Take back own comments"), withheld=_OWN),
    P.INQUIRY_SUBMIT: Words(CLIENTS, _l("Send inquiries"), withheld=_CLIENT),
    P.INQUIRY_OWN: Words(CLIENTS, _l("See and change own inquiries"), withheld=_CLIENT),
    P.CONVERSATION_OWN: Words(CLIENTS, _l("Open own conversations"), withheld=_CLIENT),
    P.CONVERSATION_CLOSE: Words(CLIENTS, _l("Close and reopen a conversation"), withheld=_CLIENT),
    P.VOICE_SEND: Words(CLIENTS, _l("Send voice messages"), withheld=_CLIENT),
    P.CONVERSATION_READ: Words(TALKS, _l("Read a conversation one takes part in"), withheld=_ALONG),
    P.MESSAGE_SEND: Words(TALKS, _l("Write in a conversation one takes part in"), withheld=_ALONG),
    P.SUPPORT_ASK: Words(TALKS, _l("Ask support"), withheld=_BOTH),
    P.OFFICE: Words(REALTORS, _l("The back office of the own city"), withheld=_REALTOR),
    P.INQUIRY_RECEIVE: Words(REALTORS, _l("Receive inquiries of the own city"), withheld=_REALTOR),
    P.INQUIRY_ANSWER: Words(REALTORS, _l("Accept and decline inquiries"), withheld=_REALTOR),
    P.SUPPORT_DESK: Words(
        SUPPORT,
        _l("Support desk"),
        _l("The queue of questions, answers to them, ready answers; who asked and what they wished for."),
    ),
    P.SUPPORT_ANSWER: Words(SUPPORT, _l("Answer questions to support"), withheld=_ALONG),
    P.STATISTICS: Words(
        NUMBERS,
        _l("Statistics and demand"),
        _l("All numbers and their Excel; names of realtors in the lists of active and silent ones."),
    ),
    P.BEHAVIOUR: Words(
        NUMBERS,
        _l("Behaviour"),
        _l("Where the form loses people, searches that find nothing, use of ready answers: sums without names."),
    ),
    P.CONSOLE: Words(
        NUMBERS, _l("Overview"), withheld=_l("Comes along: its tiles show what the other permissions open.")
    ),
    P.INQUIRY_READ: Words(
        DATA,
        _l("Inquiries: look"),
        _l("See any inquiry and its replies, search, download the list. Nothing is changed."),
    ),
    P.INQUIRY_CORRECT: Words(
        DATA, _l("Inquiries: correct"), _l("Besides: correct, move, cancel and reopen them, one or many at once.")
    ),
    P.CONVERSATION_SUPERVISE: Words(
        DATA,
        _l("Conversations of others"),
        _l("Read and search any conversation, with its files. Nothing can be written there."),
    ),
    P.PEOPLE_READ: Words(
        DATA,
        _l("Clients and realtors: look"),
        _l("See them with their phones and e-mails, download the list. People of the console stay out of sight."),
    ),
    P.PEOPLE: Words(
        DATA,
        _l("Clients and realtors: correct"),
        _l("Besides: correct, merge and block them. Roles are not given."),
    ),
    P.AGENCIES_READ: Words(DATA, _l("Agencies: look"), _l("See agencies and how many realtors each has.")),
    P.AGENCIES: Words(DATA, _l("Agencies: correct"), _l("Besides: add, correct, merge and delete them.")),
    P.PLACES_READ: Words(
        DATA, _l("Places: look"), _l("See cities and countries, their realtors and what is asked for there.")
    ),
    P.PLACES: Words(DATA, _l("Places: correct"), _l("Besides: rename and merge cities, correct countries.")),
    P.JOURNAL_READ: Words(
        DATA,
        _l("Journal: look"),
        _l("Who changed what and from where, of the kinds of records that this role may look at."),
    ),
    P.JOURNAL: Words(DATA, _l("Journal: take back"), withheld=_l("It reaches records of every kind.")),
    P.JOIN_LINKS_READ: Words(
        DATA,
        _l("Invitations: look"),
        _l("See which invitation brought how many realtors. Their addresses stay out of sight."),
    ),
    P.JOIN_LINKS: Words(
        DATA,
        _l("Invitations: make and revoke"),
        _l("Besides: copy the closed addresses by which realtors join, make new ones and revoke them."),
    ),
    P.DIAGNOSTICS_READ: Words(DATA, _l("Diagnostics: look"), _l("See what does not add up, with examples.")),
    P.DIAGNOSTICS: Words(DATA, _l("Diagnostics: mend"), _l("Besides: look at everything now, and mend it.")),
    P.CONTENT_READ: Words(
        SITE,
        _l("Content: look"),
        _l("See pages, articles with their drafts and versions, menus, hints, frequent questions and contacts."),
    ),
    P.CONTENT: Words(
        SITE, _l("Content: correct"), _l("Besides: write, publish, correct and delete them, add pictures.")
    ),
    P.TEXTS: Words(
        SITE, _l("Texts of letters and messages"), _l("What letters, pushes, the bot and system messages say.")
    ),
    P.COMMENTS_MODERATE: Words(SITE, _l("Discussions"), _l("Show, hide and delete comments under articles.")),
    P.DELIVERIES_READ: Words(
        SERVICE, _l("Delivery of letters: look"), _l("The queue of letters and push messages, with addresses.")
    ),
    P.DELIVERIES: Words(SERVICE, _l("Delivery of letters: send again"), _l("Besides: send again what did not arrive.")),
    P.LIST_VIEWS: Words(SERVICE, _l("Own views of lists"), withheld=_l("Comes along with every list.")),
    P.REPORTS_READ: Words(
        NUMBERS, _l("Reports: open shared ones"), _l("Those that an owner has shared with this role, and their Excel.")
    ),
    P.REPORTS: Words(
        NUMBERS,
        _l("Reports: compose"),
        _l("Besides: compose reports over all figures, keep and pin them, get them by mail. Owners share them."),
    ),
    P.DEVELOPER: Words(SERVICE, _l("Developer's corner"), withheld=_WHOLE),
    P.WEBHOOKS: Words(SERVICE, _l("Webhooks"), withheld=_WHOLE),
    P.PARTNER_PAGES: Words(
        NUMBERS, _l("Pages for partners"), withheld=_l("They leave the service in its owners' name.")
    ),
    P.EXPORTS: Words(SERVICE, _l("Files of long lists"), withheld=_l("Comes along with long lists.")),
    P.REQUEST_FIELDS: Words(
        SITE, _l("Fields of the request form"), withheld=_l("They change what every client is asked.")
    ),
    P.VIEW_AS: Words(SERVICE, _l("Look at the site as somebody"), withheld=_POWER),
    P.SETTINGS: Words(SERVICE, _l("Settings"), withheld=_l("They change the service for everybody.")),
    P.BIN: Words(SERVICE, _l("Bin"), withheld=_WHOLE),
    P.API_TOKENS: Words(SERVICE, _l("API tokens"), withheld=_POWER),
    P.IMPORTS: Words(SERVICE, _l("Import"), withheld=_l("Brings in records of every kind, accounts included.")),
    P.ROLES: Words(SERVICE, _l("Roles"), withheld=_POWER),
}


def grouped(permissions=P):
    """``{group: [permission]}`` in the order of the table."""
    found = {}
    for permission, words in WORDS.items():
        if permission in permissions:
            found.setdefault(str(words.group), []).append(permission)
    return found

"""What owners are told about each text: its name, when it is said, where a part stands, what a field is."""

from flask_babel import lazy_gettext as _l

from app.admin.supervisor.outbox import LETTERS
from app.constants import NotificationKind as Kind
from app.constants import SystemEvent
from app.services import wordings

GROUPS = {
    "letter": (_l("Letters"), "mail"),
    "notice": (_l("Notifications and push"), "bell"),
    "telegram": (_l("Telegram bot"), "send"),
    "system": (_l("System messages in conversations"), "message-square-text"),
}
TITLES = {
    "letter": LETTERS | {"base": _l("at the foot of every letter")},
    "notice": {
        Kind.INQUIRY_NEW: _l("to realtors of the city: a new inquiry"),
        Kind.INQUIRY_MOVED: _l("to realtors: an inquiry has moved to their city"),
        Kind.INQUIRY_ACCEPTED: _l("to the client: a realtor accepted the inquiry"),
        Kind.INQUIRY_PUBLISHED: _l("to the client: the city has a realtor, the inquiry is out"),
        Kind.CITY_SERVED: _l("to the client: the city has a realtor, the inquiry had expired"),
        Kind.INQUIRY_CHANGED: _l("to realtors: the client changed the inquiry"),
        Kind.INQUIRY_CORRECTED: _l("to the client: an owner corrected the inquiry"),
        Kind.INQUIRY_CLOSED: _l("to realtors: the client closed the inquiry"),
        Kind.INQUIRY_WITHDRAWN: _l("to realtors: an inquiry brought in from a file is taken back"),
        Kind.CONVERSATION_CLOSED: _l("to the realtor: the client ended the conversation"),
        Kind.CONVERSATION_REOPENED: _l("to the realtor: the client reopened the conversation"),
        Kind.MESSAGE: _l("to both: a new message"),
        Kind.SNOOZE_OVER: _l("to both: a conversation put off is due"),
        Kind.SUPPORT_ANSWER: _l("to whoever asked support: an answer"),
        Kind.SUPPORT_QUESTION: _l("to operators: a question to support"),
        Kind.SUPPORT_PASSED: _l("to an operator: a question is passed on"),
        Kind.REPORT_READY: _l("to readers of a report: it is ready"),
        Kind.WEBHOOK_OFF: _l("to owners: a webhook is switched off"),
        Kind.COMMENT_NEW: _l("to the author of an article: a comment"),
        Kind.COMMENT_ANSWERED: _l("to the author of a comment: an answer"),
        Kind.ACCOUNT: _l("to its person: the account was changed"),
        Kind.EXPORT_READY: _l("to whoever asked for a file: it is ready"),
        Kind.EXPORT_FAILED: _l("to whoever asked for a file: it failed"),
    },
    "telegram": {
        "reply": _l("under news of a message: how to answer"),
        "more": _l("under news: how many messages are not shown"),
        "accept": _l("button under a new inquiry"),
        "open": _l("button that opens the site"),
        "linked": _l("the account is linked"),
        "stopped": _l("the person sent /stop"),
        "unknown": _l("somebody unknown writes"),
        "unknown_button": _l("somebody unknown presses a button"),
        "bad_code": _l("the code does not fit"),
        "blocked": _l("a blocked person writes"),
        "whom": _l("a message that answers nothing"),
        "forgotten": _l("an answer to a message that is not known any more"),
        "text_only": _l("voice, a photo or a file"),
        "sent": _l("the answer went to the conversation"),
        "not_sent": _l("the answer could not be sent"),
        "accepted": _l("the inquiry is accepted by the button"),
        "not_open": _l("the button is not theirs to press"),
    },
    "system": {
        SystemEvent.ACCEPTED: _l("the inquiry is accepted, the conversation begins"),
        SystemEvent.CLOSED: _l("the client ended the conversation"),
        SystemEvent.REOPENED: _l("the client reopened the conversation"),
        SystemEvent.INQUIRY_DONE: _l("the client found a home"),
        SystemEvent.INQUIRY_CANCELLED: _l("the client cancelled the inquiry"),
        SystemEvent.INQUIRY_CHANGED: _l("the inquiry was changed"),
        SystemEvent.INQUIRY_MOVED: _l("the inquiry moved to another city"),
        SystemEvent.SUPPORT_CLOSED: _l("the question to support is closed"),
        SystemEvent.ACCOUNT_DELETED: _l("somebody deleted their account"),
        "note_closed": _l("in place of the field to write in: the conversation is closed"),
        "note_deleted": _l("in place of the field to write in: the account was deleted"),
        "note_done": _l("above the field to write in: a home is found"),
        "note_cancelled": _l("above the field to write in: the inquiry is cancelled"),
        "note_expired": _l("above the field to write in: the inquiry has expired"),
        "note_blocked": _l("above the field to write in: the other side is blocked"),
        "note_left": _l("above the field to write in: the other side is not who they were"),
        "note_moved": _l("above the field to write in: the cities are two"),
    },
}
ROLES = {
    "subject": _l("Subject"),
    "preheader": _l("Line after the subject"),
    "heading": _l("Title of the letter"),
    "text": _l("Paragraph"),
    "small": _l("Small print"),
    "button": _l("Button"),
    "caption": _l("Caption"),
    "why": _l("Why this letter has come"),
    "foot": _l("Link at the foot"),
    "notice": _l("Text"),
    "bot": _l("Text"),
    "bot_button": _l("Button"),
    "bot_line": _l("Text"),
}
SIDES = {
    "": _l("What both see"),
    "client": _l("What the client sees"),
    "realtor": _l("What the realtor sees"),
    "other": _l("What the realtor sees"),
    "operator": _l("What the operator sees"),
    "asker": _l("What the person who asked sees"),
}
OF_SUPPORT = {"client": "asker", "other": "operator"}
FORMS = {
    "one": _l("for 1, 21, 31…"),
    "few": _l("for 2–4, 22–24…"),
    "many": _l("for 0, 5–20, 25–30…"),
    "other": _l("for all other numbers"),
}
ONE = {"en": _l("for 1")}
FIELDS = {
    "name": _l("name of the person it is about or written to"),
    "service": _l("name of the service"),
    "person": _l("name of the person who asked"),
    "number": _l("number of the inquiry"),
    "title": _l("what the inquiry, report, file or article is called"),
    "city": _l("city of the inquiry"),
    "change": _l("what was changed, from what to what"),
    "reason": _l("the reason, in the words of whoever gave it"),
    "text": _l("what exactly"),
    "email": _l("e-mail of the receiver"),
    "old": _l("the e-mail there was"),
    "new": _l("the e-mail there is now"),
    "passkey": _l("name of the passkey"),
    "provider": _l("the service one signs in with"),
    "host": _l("address of the webhook"),
    "site": _l("address of the support page"),
    "device": _l("browser and system"),
    "when": _l("moment of the sign-in"),
    "headline": _l("deal, kind of home and city"),
    "summary": _l("the inquiry in one line"),
    "subject": _l("the subject its author wrote"),
    "sentence": _l("text of the notification"),
    "num": _l("how many"),
    "n": _l("how many"),
    "rows": _l("how many rows"),
}


def title(document):
    return TITLES[document.group].get(document.word, document.word)


def label(document, part):
    """«Тема, заголовок письма», «Абзац 2», «Что видит клиент»"""
    if document.group == "system":
        sides = OF_SUPPORT if document.word == SystemEvent.SUPPORT_CLOSED else {}
        return str(SIDES[sides.get(part.key, part.key)])
    first, *others = (str(ROLES[role]) for role in part.roles)
    name = ", ".join([first, *(each[:1].lower() + each[1:] for each in others)])
    alike = [each for each in document.parts if each.roles == part.roles]
    return f"{name} {alike.index(part) + 1}" if len(alike) > 1 else name


def form_label(locale, form):
    return ONE.get(locale, FORMS["one"]) if form == "one" else FORMS[form]


def name_in(key, name):
    """What the journal calls a text, which the program may have no more."""
    known = {document.key: document for document in wordings.everything()}
    document = known.get(key)
    return label_of(document, name) if document and name in document.names else name


def label_of(document, name):
    """«Тема, RU»"""
    part, locale, form = document.names[name]
    rest = [locale.upper(), str(form_label(locale, form)) if form else ""]
    return ", ".join(filter(None, (label(document, part), *rest)))

"""The journal in words: what was done, from what to what, as a sentence that a person would say."""

import re
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.admin import cells
from app.admin.supervisor import texts_words
from app.admin.supervisor.comments import STATES as COMMENT_STATES
from app.admin.supervisor.outbox import LETTERS
from app.admin.supervisor.permission_words import WORDS
from app.admin.words import word
from app.constants import AuditTag as Tag
from app.constants import Deal, FieldKind, InquiryStatus, MessengerKind, PropertyType, Role
from app.extensions import db
from app.formatting import day, language, moment
from app.forms.api import SCOPES
from app.forms.articles import SECTIONS
from app.forms.menus import PLACES
from app.forms.request_fields import KINDS as FIELD_KINDS
from app.integrations import sign_in
from app.models.accounts import User
from app.services import history, imports, inquiry_text, settings
from app.services.reports import words as reports_in_words

TITLES = {
    Tag.ACCOUNT_REGISTERED: _l("registered"),
    Tag.ACCOUNT_IMPORTED: _l("brought in an account from a file"),
    Tag.ACCOUNT_REMOVED: _l("removed an unused account"),
    Tag.ACCOUNT_CHANGED: _l("changed an account"),
    Tag.ACCOUNT_MERGED: _l("merged two accounts"),
    Tag.ACCOUNT_PARTED: _l("parted two accounts again"),
    Tag.ACCOUNT_BLOCKED: _l("blocked an account"),
    Tag.ACCOUNT_UNBLOCKED: _l("unblocked an account"),
    Tag.ACCOUNT_DELETED: _l("deleted an account"),
    Tag.PASSWORD_CHANGED: _l("changed the password"),
    Tag.SIGNED_IN: _l("signed in"),
    Tag.SIGNED_OUT_EVERYWHERE: _l("signed out everywhere"),
    Tag.SECOND_FACTOR_ON: _l("switched the second step on"),
    Tag.SECOND_FACTOR_OFF: _l("switched the second step off"),
    Tag.RECOVERY_CODE_USED: _l("used a recovery code"),
    Tag.RECOVERY_CODES_RENEWED: _l("made new recovery codes"),
    Tag.PASSKEY_ADDED: _l("added a passkey"),
    Tag.PASSKEY_REMOVED: _l("removed a passkey"),
    Tag.VIEW_BEGUN: _l("began to look as a person"),
    Tag.VIEW_ENDED: _l("finished looking as a person"),
    Tag.IDENTITY_LINKED: _l("connected a way to sign in"),
    Tag.IDENTITY_UNLINKED: _l("disconnected a way to sign in"),
    Tag.TELEGRAM_LINKED: _l("linked the Telegram bot"),
    Tag.TELEGRAM_UNLINKED: _l("unlinked the Telegram bot"),
    Tag.REALTOR_JOINED: _l("joined as a realtor"),
    Tag.JOIN_LINK_CREATED: _l("made an invitation"),
    Tag.JOIN_LINK_ROTATED: _l("gave an invitation a new address"),
    Tag.JOIN_LINK_REVOKED: _l("revoked an invitation"),
    Tag.INQUIRY_CREATED: _l("made an inquiry"),
    Tag.INQUIRY_PUBLISHED: _l("published an inquiry"),
    Tag.INQUIRY_CHANGED: _l("changed an inquiry"),
    Tag.INQUIRY_STATUS: _l("moved an inquiry"),
    Tag.INQUIRY_REMOVED: _l("took an inquiry out"),
    Tag.MATCH_ACCEPTED: _l("accepted an inquiry"),
    Tag.MATCH_DECLINED: _l("declined an inquiry"),
    Tag.CONVERSATION_CLOSED: _l("closed a conversation"),
    Tag.CONVERSATION_REOPENED: _l("reopened a conversation"),
    Tag.MESSAGE_EDITED: _l("edited an own message"),
    Tag.MESSAGE_DELETED: _l("deleted an own message"),
    Tag.TICKET_TAKEN: _l("took a question to support"),
    Tag.TICKET_PASSED: _l("passed a question to support on"),
    Tag.TICKET_CLOSED: _l("closed a question to support"),
    Tag.READY_ANSWER_CHANGED: _l("changed a ready answer"),
    Tag.LIST_VIEW_CHANGED: _l("changed a saved view"),
    Tag.REQUEST_FIELD_CHANGED: _l("changed a field of the inquiry"),
    Tag.FAQ_CHANGED: _l("changed the frequent questions"),
    Tag.AGENCY_CREATED: _l("added an agency"),
    Tag.AGENCY_CHANGED: _l("changed an agency"),
    Tag.AGENCY_DELETED: _l("deleted an agency"),
    Tag.AGENCY_MERGED: _l("merged agencies"),
    Tag.AGENCY_PARTED: _l("parted agencies again"),
    Tag.RESTORED: _l("brought back from the bin"),
    Tag.REPAIRED: _l("mended by diagnostics"),
    Tag.CITY_CREATED: _l("added a city"),
    Tag.CITY_CHANGED: _l("changed a city"),
    Tag.CITY_REMOVED: _l("removed an unused city"),
    Tag.CITY_MERGED: _l("merged cities"),
    Tag.CITY_PARTED: _l("parted cities again"),
    Tag.COUNTRY_CREATED: _l("added a country"),
    Tag.COUNTRY_CHANGED: _l("changed a country"),
    Tag.PAGE_CHANGED: _l("changed a page"),
    Tag.ARTICLE_CHANGED: _l("changed an article"),
    Tag.ARTICLE_WRITTEN: _l("wrote in an article"),
    Tag.COMMENT_MODERATED: _l("decided about a comment"),
    Tag.COMMENTER_SILENCED: _l("changed who may comment"),
    Tag.HINT_CHANGED: _l("changed a hint beside a field"),
    Tag.WORDING_CHANGED: _l("changed a text of the service"),
    Tag.MENU_CHANGED: _l("changed an entry of a menu"),
    Tag.MESSENGER_LINK_CHANGED: _l("changed a contact"),
    Tag.SETTING_CHANGED: _l("changed a setting"),
    Tag.IMPORT_RUN: _l("brought in a file"),
    Tag.STAFF_ROLE_CHANGED: _l("changed a role of the console"),
    Tag.OUTBOX_RETRIED: _l("sent a letter again"),
    Tag.STATISTICS_EXPORTED: _l("downloaded statistics"),
    Tag.API_TOKEN_CREATED: _l("made an API token"),
    Tag.API_TOKEN_ROTATED: _l("gave an API token a new secret"),
    Tag.API_TOKEN_REVOKED: _l("revoked an API token"),
    Tag.LIST_EXPORTED: _l("downloaded a list"),
    Tag.PARTNER_PAGE_CREATED: _l("made a page for a partner"),
    Tag.PARTNER_PAGE_REVOKED: _l("switched a partner's page off"),
    Tag.REPORT_CHANGED: _l("changed a report"),
    Tag.REPORT_EXPORTED: _l("downloaded a report"),
    Tag.WEBHOOK_CREATED: _l("added a webhook"),
    Tag.WEBHOOK_CHANGED: _l("changed a webhook"),
    Tag.WEBHOOK_ROTATED: _l("gave a webhook a new secret"),
    Tag.WEBHOOK_DELETED: _l("deleted a webhook"),
}
# The same where the change made the record, and where it ended it.
BEGUN = {
    Tag.READY_ANSWER_CHANGED: _l("added a ready answer"),
    Tag.LIST_VIEW_CHANGED: _l("kept a view of a list"),
    Tag.REQUEST_FIELD_CHANGED: _l("added a field of the inquiry"),
    Tag.FAQ_CHANGED: _l("added to the frequent questions"),
    Tag.ARTICLE_CHANGED: _l("added an article"),
    Tag.MENU_CHANGED: _l("added an entry of a menu"),
    Tag.MESSENGER_LINK_CHANGED: _l("added a contact"),
    Tag.STAFF_ROLE_CHANGED: _l("added a role of the console"),
    Tag.REPORT_CHANGED: _l("added a report"),
}
ENDED = {
    Tag.READY_ANSWER_CHANGED: _l("deleted a ready answer"),
    Tag.LIST_VIEW_CHANGED: _l("deleted a saved view"),
    Tag.REQUEST_FIELD_CHANGED: _l("deleted a field of the inquiry"),
    Tag.FAQ_CHANGED: _l("deleted from the frequent questions"),
    Tag.ARTICLE_CHANGED: _l("deleted an article"),
    Tag.COMMENT_MODERATED: _l("deleted a comment"),
    Tag.MENU_CHANGED: _l("deleted an entry of a menu"),
    Tag.MESSENGER_LINK_CHANGED: _l("deleted a contact"),
    Tag.STAFF_ROLE_CHANGED: _l("deleted a role of the console"),
    Tag.REPORT_CHANGED: _l("deleted a report"),
}
# Words for the fields in ``data``; a field without one stands by its own name.
FIELDS = {
    "name": _l("name"),
    "first_name": _l("first name"),
    "last_name": _l("last name"),
    "email": _l("e-mail"),
    "phone": _l("phone"),
    "role": _l("role"),
    "staff_role": _l("role of the console"),
    "permissions": _l("permissions"),
    "title_ru": _l("title in Russian"),
    "title_en": _l("title in English"),
    "locale": _l("language"),
    "city": _l("city"),
    "country": _l("country"),
    "agency": _l("agency"),
    "website": _l("website"),
    "join_link": _l("invitation"),
    "reason": _l("reason"),
    "status": _l("state"),
    "number": _l("No."),
    "source": _l("source"),
    "inquiry": _l("inquiry"),
    "recipients": _l("received by"),
    "name_ru": _l("name in Russian"),
    "name_en": _l("name in English"),
    "currency": _l("currency"),
    "into": _l("into"),
    "out_of": _l("out of"),
    "gone": _l("joined to it"),
    "back": _l("on its own again"),
    "stayed": _l("stayed"),
    "moved": _l("moved"),
    "slug": _l("address of the page"),
    "version": _l("version"),
    "seq": _l("message No."),
    "url": _l("address"),
    "label": _l("caption"),
    "position": _l("place in the row"),
    "visible": _l("visible"),
    "kind": _l("kind"),
    "how": _l("how"),
    "left": _l("left"),
    "provider": _l("service"),
    "code": _l("code"),
    "timezone": _l("time zone"),
    "latitude": _l("latitude"),
    "longitude": _l("longitude"),
    "population": _l("population"),
    "aliases": _l("spellings"),
    "realtors": _l("realtors"),
    "inquiries": _l("inquiries"),
    "conversations": _l("conversations"),
    "filters": _l("filters"),
    "variant": _l("variant"),
    "period": _l("period"),
    "day": _l("day"),
    "from": _l("from"),
    "to": _l("to"),
    "deal": _l("deal"),
    "title": _l("title"),
    "body": _l("text"),
    "topic": _l("topic"),
    "question_ru": _l("question in Russian"),
    "question_en": _l("question in English"),
    "answer_ru": _l("answer in Russian"),
    "answer_en": _l("answer in English"),
    "words": _l("further words"),
    "section": _l("section"),
    "cover": _l("cover picture"),
    "publish_at": _l("is out since"),
    "withdrawn": _l("withdrawn"),
    "text_ru": _l("hint in Russian"),
    "text_en": _l("hint in English"),
    "silenced": _l("may not comment"),
    "discussed": _l("open to comments"),
    "state": _l("state"),
    "place": _l("place"),
    "label_ru": _l("caption in Russian"),
    "label_en": _l("caption in English"),
    "target": _l("leads to"),
    "for_visitors": _l("visitors see it"),
    "for_clients": _l("clients see it"),
    "for_realtors": _l("realtors see it"),
    "acceptances": _l("acceptances"),
    "first_accepted_at": _l("first accepted"),
    "first_response_seconds": _l("first answer, seconds"),
    "response_seconds": _l("answer, seconds"),
    "published_day": _l("day of publishing"),
    "last_seq": _l("last message No."),
    "client_messages": _l("messages of the client"),
    "realtor_messages": _l("messages of the other side"),
    "active": _l("at work"),
    "query": _l("filters"),
    "pinned": _l("a tab"),
    "scopes": _l("what it is for"),
    "file": _l("file"),
    "rows": _l("rows"),
    "hint_ru": _l("hint in Russian"),
    "hint_en": _l("hint in English"),
    "unit_ru": _l("unit in Russian"),
    "unit_en": _l("unit in English"),
    "options": _l("options"),
    "minimum": _l("not less than"),
    "maximum": _l("not more than"),
    "required": _l("has to be filled in"),
    "counted": _l("in statistics"),
    "deals": _l("deals"),
    "property_types": _l("property"),
    "retired_at": _l("retired"),
    "key": _l("word in addresses"),
    "spec": _l("report"),
    "schedule": _l("by mail"),
    "hour": _l("hour"),
    "receivers": _l("receivers"),
    "format": _l("file"),
    "types": _l("is told of"),
    "host": _l("address"),
    "about": _l("caption"),
}
WAYS = {
    "site": _l("site"),
    "quick": _l("quick form"),
    "repeat": _l("repeated"),
    "demo": _l("demo"),
    "api": "API",
    "form": _l("by the form"),
    "password": _l("with the password"),
    "passkey": _l("with a passkey"),
    "join": _l("by an invitation"),
    "link": _l("by the link from a letter"),
    "profile": _l("in the profile"),
    "registration": _l("at registration"),
    "command line": _l("from the command line"),
    "email": _l("by the confirmed e-mail"),
    "address proven": _l("because the e-mail was confirmed"),
    **{provider.name.value: provider.label for provider in sign_in.TABLE.values()},
    "day": _l("day"),
    "week": _l("week"),
    "month": _l("month"),
    "year": _l("year"),
    "range": _l("range"),
    "rent": _l("rent"),
    "buy": _l("purchase"),
    "full": _l("full"),
    "partner": _l("for a partner"),
}
# The same where a field of one name means another thing: (object_type, field).
OWN_FIELDS = {
    ("requestfield", "label_ru"): _l("name in Russian"),
    ("requestfield", "label_en"): _l("name in English"),
    ("savedreport", "pinned"): _l("on the overview"),
    ("country", "code"): _l("country"),
}
CODED = ("source", "how", "provider", "period", "deal", "variant")  # fields whose values WAYS puts into words
CHANGE = ("old", "new")


def _people(ids):
    found = sa.select(User.name).where(User.public_id.in_([UUID(id) for id in ids])).order_by(User.name)
    return ", ".join(db.session.scalars(found))


def _country(code):
    return get_locale().territories.get(code, code)


def _comment_state(value):
    return COMMENT_STATES[value][0] if value in {state.value for state in COMMENT_STATES} else value


def _permissions(words):
    return ", ".join(str(WORDS[each].label) if each in WORDS else each for each in words)


def _reason(value):
    reasons = {reason.value: words for reason, words in inquiry_text.DECLINE_REASONS.items()} | history.REASONS
    return reasons.get(value, value)


# field → what puts its value into words; where fields of one name differ by their record, (object_type, field).
SAID_BY = {
    "spec": reports_in_words.describe,
    "receivers": _people,
    "status": lambda value: inquiry_text.STATUSES[InquiryStatus(value)],
    "role": lambda value: word(Role(value)),
    "permissions": _permissions,
    "options": lambda options: ", ".join(option[language()] for option in options),
    "cover": lambda value: _("yes"),
    "place": lambda value: PLACES.get(value, value),
    "state": _comment_state,
    "section": lambda value: SECTIONS[value],
    "reason": _reason,
    "deals": lambda words: ", ".join(str(inquiry_text.DEALS[Deal(each)]) for each in words),
    "property_types": lambda words: ", ".join(str(inquiry_text.TYPES[PropertyType(each)]) for each in words),
    "scopes": lambda words: ", ".join(str(SCOPES.get(each, each)) for each in words),
}
ENUMS = {
    ("delivery", "kind"): lambda value: LETTERS.get(value, value),
    ("requestfield", "kind"): lambda value: FIELD_KINDS[FieldKind(value)],
    ("messengerlink", "kind"): lambda value: word(MessengerKind(value)),
    ("import", "kind"): lambda value: imports.KINDS[value].label if value in imports.KINDS else value,
    ("list", "kind"): str.upper,
    ("city", "country"): _country,
    ("country", "code"): _country,
}


def said(event):
    """What was done: «изменён пункт меню», or «добавлен», or «удалён»."""
    if is_new(event):
        return BEGUN.get(event.tag, TITLES[event.tag])
    return ENDED.get(event.tag, TITLES[event.tag]) if is_ended(event) else TITLES[event.tag]


def is_new(event):
    """Whether the change made the record."""
    return bool(event.data.get("new")) and not event.data.get("old")


def is_ended(event):
    return bool(event.data.get("old")) and not event.data.get("new")


def change(event):
    """«бюджет: 500 → 650 €; город: Прага → Брно»"""
    if event.tag == Tag.INQUIRY_CHANGED:
        return history.change_words(event.data["old"], event.data["new"])
    if event.tag == Tag.WORDING_CHANGED:
        return _wording(event)
    if event.tag == Tag.SETTING_CHANGED:
        return _setting(event)
    if event.tag == Tag.TICKET_PASSED:
        return _("to whom: %(name)s", name=event.data["to"])
    moves = []
    if "new" in event.data and not is_new(event) and not is_ended(event):
        moves = _moves(event.object_type, *(event.data[side] for side in CHANGE))
    return "; ".join([*moves, *_facts(event.object_type, _told(event))])


def _setting(event):
    """By its heading on the page of settings: other records have fields of the same names."""
    [(key, new)] = event.data["new"].items()
    declared = settings.REGISTRY.get(key)
    old, new = (
        "—" if value in _EMPTY else declared.kind.words(value) if declared else value
        for value in (event.data["old"].get(key), new)
    )
    return f"{declared.label if declared else key}: {old} → {new}"


def _wording(event):
    """«Тема, RU: … → …»; of a text that the program has no more, by its bare name."""
    old, new = ({name: text or _("the program's own") for name, text in event.data[side].items()} for side in CHANGE)
    return "; ".join(f"{texts_words.name_in(event.object_id, name)}: {old[name]} → {new[name]}" for name in new)


def _told(event):
    """``{name: value}``: all that there is to tell besides what was changed, or of a record that is new or gone."""
    named = getattr(event, "subject", "")
    hidden = _hidden(event.object_type, event.data | event.data.get("new", {}))
    data = {name: value for name, value in event.data.items() if name not in CHANGE}
    if is_new(event):
        data |= {name: value for name, value in event.data["new"].items() if name not in FIRST}
    if is_ended(event):
        data |= event.data["old"]
    told = {name: value for name, value in data.items() if name not in hidden and not _is_nothing(name, value)}
    return {name: value for name, value in told.items() if not named or _as_name(name, value) != named}


FIRST = ("position", "counted", "visible", "version")  # as a new record comes


def _hidden(kind, values):
    """Numbers that never leave the house, what follows from another field, and «own role» where it is named."""
    return {"topic_id", "key", *(["role"] if "staff_role" in values and kind != "user" else [])}


def _is_nothing(name, value):
    """Nothing was moved, nothing has stayed: that needs no words; how many have received it does."""
    if name in TOTALS:
        return not any(value.values()) if isinstance(value, dict) else not value
    return value in _EMPTY or value is False


def _as_name(name, value):
    """The value as the record is called, where it is a name of it."""
    if name == "number":
        return _("No.\xa0%(number)s", number=value)
    return value if name in NAMES else None


NAMES = ("name", "title", "title_ru", "title_en", "label_ru", "label_en", "question_ru", "question_en")
_EMPTY = (None, "", [], {})
TOTALS = ("moved", "stayed")


def _moves(kind, old, new):
    hidden = _hidden(kind, new)
    names = [name for name in dict.fromkeys([*old, *new]) if name not in hidden]
    if all(value in _EMPTY for value in old.values()):
        return _facts(kind, {name: new[name] for name in names if new[name] not in _EMPTY})
    return [_move(kind, name, old.get(name), new.get(name)) for name in names]


def _move(kind, name, old, new):
    if name in UNSPOKEN:
        return _label(kind, name)
    return f"{_label(kind, name)}: {_value(kind, name, old)} → {_value(kind, name, new)}"


def _facts(kind, data):
    return [_fact(kind, name, value) for name, value in data.items()]


def _fact(kind, name, value):
    if name in ("number", "inquiry"):
        return _("No.\xa0%(number)s", number=value)
    if name in UNSPOKEN:
        return _label(kind, name)
    return f"{_label(kind, name)}: {_value(kind, name, value)}"


UNSPOKEN = ("query",)  # filters as an address spells them


def _label(kind, name):
    own = OWN_FIELDS.get((kind, name)) or (_("called") if name == "name" and kind not in PEOPLE else None)
    return str(own or FIELDS.get(name, name))


PEOPLE = ("user", "realtor")


def _value(kind, name, value):
    if name == "recipients" and not value:
        return _("nobody")
    if value in _EMPTY:
        return "—"
    if name.endswith("_at"):
        return moment(datetime.fromisoformat(value))
    if (kind, name) in ENUMS:
        return str(ENUMS[kind, name](value))
    if name in SAID_BY:
        return str(SAID_BY[name](value))
    if name in CODED and value in WAYS:
        return str(WAYS[value])
    if isinstance(value, dict):
        return ", ".join(_part(kind, key, item) for key, item in value.items() if item)
    if isinstance(value, str) and DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    return cells.plain(value)


def _part(kind, name, value):
    """«3 запроса» or «период месяц»"""
    return COUNTED[name](value) if name in COUNTED else f"{_label(kind, name)} {_value(kind, name, value)}"


DAY = re.compile(r"\d{4}-\d\d-\d\d")
COUNTED = {
    "inquiries": lambda count: _n("%(num)s inquiry", "%(num)s inquiries", count),
    "conversations": lambda count: _n("%(num)s conversation", "%(num)s conversations", count),
    "realtors": lambda count: _n("%(num)s realtor", "%(num)s realtors", count),
}

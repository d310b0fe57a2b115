"""The journal: who changed what, from what to what, as sentences."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy.orm import joinedload

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice, Days, Key, Reference
from app.admin.listing import Order
from app.admin.supervisor import links, lookups, texts_words
from app.admin.supervisor.comments import STATES as COMMENT_STATES
from app.admin.supervisor.outbox import LETTERS
from app.admin.supervisor.permission_words import WORDS
from app.admin.theme import may_open
from app.admin.words import word
from app.constants import AuditTag as Tag
from app.constants import Door, InquiryStatus, Role
from app.doors import current_actor
from app.errors import DomainError
from app.extensions import db
from app.formatting import language, moment
from app.forms.articles import SECTIONS
from app.forms.menus import PLACES
from app.integrations import sign_in
from app.models.accounts import User
from app.models.articles import Article
from app.models.audit import AuditEvent, Merge, Operation
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.models.places import City
from app.models.reports import SavedReport
from app.models.request_fields import RequestField
from app.models.roles import StaffRole
from app.services import history, inquiry_text, settings, takebacks, undoing
from app.services.reports import words as reports_in_words
from app.services.settings import business_zone

TITLES = {
    Tag.ACCOUNT_REGISTERED: _l("registered"),
    Tag.ACCOUNT_IMPORTED: _l("brought in an account"),
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
    Tag.COMMENTER_SILENCED: _l("decided who may comment"),
    Tag.HINT_CHANGED: _l("changed a hint beside a field"),
    Tag.WORDING_CHANGED: _l("changed a text of the service"),
    Tag.MENU_CHANGED: _l("changed a menu"),
    Tag.MESSENGER_LINK_CHANGED: _l("changed a contact"),
    Tag.SETTING_CHANGED: _l("changed a setting"),
    Tag.IMPORT_RUN: _l("brought in a file"),
    Tag.STAFF_ROLE_CHANGED: _l("changed an own role"),
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
# Words for the fields in ``data``; a field without one stands by its own name.
FIELDS = {
    "name": _l("name"),
    "first_name": _l("first name"),
    "last_name": _l("last name"),
    "email": _l("e-mail"),
    "phone": _l("phone"),
    "role": _l("role"),
    "staff_role": _l("own role"),
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
    "slug": _l("page"),
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
CODED = ("source", "how", "provider", "period", "deal", "variant")  # fields whose values WAYS puts into words
DOORS = {Door.SITE: _l("site"), Door.OFFICE: _l("back office"), Door.CONSOLE: _l("console"), Door.API: "API"}
# object_type → (model, columns, how they say what the record is called)
NAMED = {
    "user": (User, (User.name,), str),
    "inquiry": (Inquiry, (Inquiry.number,), lambda number: _("No.\xa0%(number)s", number=number)),
    "agency": (Agency, (Agency.name,), str),
    "article": (Article, (Article.title_ru, Article.title_en), lambda ru, en: ru or en),
    "requestfield": (RequestField, (RequestField.label_ru, RequestField.label_en), lambda ru, en: _either(ru, en)),
    "staffrole": (StaffRole, (StaffRole.title_ru, StaffRole.title_en), lambda ru, en: _either(ru, en)),
    "city": (City, (City.name_ru, City.name_en), lambda ru, en: _either(ru, en)),
    "savedreport": (SavedReport, (SavedReport.title,), str),
}
SAID = 10  # refusals of one operation that are told one by one
# object_type → the endpoint that shows such a record.
RECORDS = {
    "user": "people.details_view",
    "inquiry": "inquiries_admin.details_view",
    "conversation": "talks.details_view",
    "agency": "agencies.details_view",
    "city": "cities.details_view",
    "country": "countries.edit_view",
    "page": "pages.details_view",
    "article": "articles_admin.details_view",
    "staffrole": "roles.edit_view",
    "delivery": "deliveries.details_view",
    "apitoken": "api_tokens.details_view",
    "import": "imports.show",
    "requestfield": "request_fields.edit",
    "wording": "texts.edit",
    "savedreport": "reports.show",
    "webhook": "webhooks.details_view",
}


CHANGE = ("old", "new")
GONE = (Tag.AGENCY_DELETED, Tag.CITY_MERGED, Tag.CITY_REMOVED, Tag.ACCOUNT_REMOVED, Tag.WEBHOOK_DELETED)
GONE += (Tag.INQUIRY_REMOVED,)


def _either(ru, en):
    return ru if language() == "ru" else en


def _people(ids):
    found = sa.select(User.name).where(User.public_id.in_([UUID(id) for id in ids])).order_by(User.name)
    return ", ".join(db.session.scalars(found))


SAID_BY = {"spec": reports_in_words.describe, "receivers": _people}  # field → what puts its value into words


def what(event):
    """«изменил аккаунт»; a link to the record where there is a page of it."""
    text = TITLES[event.tag]
    endpoint = RECORDS.get(event.object_type)
    gone = event.tag in GONE
    opened = endpoint and not gone and may_open(endpoint)
    return cells.link(links.record(endpoint, event.object_id), str(text)) if opened else text


def change(event):
    """«бюджет: 500 → 650 €; город: Прага → Брно»"""
    if event.tag == Tag.INQUIRY_CHANGED:
        return history.change_words(event.data["old"], event.data["new"])
    if event.tag == Tag.WORDING_CHANGED:
        return _wording(event)
    if event.tag == Tag.SETTING_CHANGED:
        return _setting(event)
    if "new" in event.data:
        rest = {name: value for name, value in event.data.items() if name not in ("old", "new")}
        old, new = (_shown(event.object_type, event.data[side]) for side in CHANGE)
        return "; ".join([*_moves(old, new), *_facts(rest)])
    return "; ".join(_facts(event.data))


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


def _shown(kind, values):
    """Without what follows from another field."""
    return {name: value for name, value in values.items() if (kind, name) not in DERIVED}


DERIVED = {("agency", "key")}
_EMPTY = (None, "", [], {})


def _moves(old, new):
    names = dict.fromkeys([*old, *new])
    if all(value in _EMPTY for value in old.values()):
        return _facts(new)  # a new record: it came from nothing
    return [f"{_label(name)}: {_value(name, old.get(name))} → {_value(name, new.get(name))}" for name in names]


def _facts(data):
    return [f"{_label(name)}: {_value(name, value)}" for name, value in data.items() if value not in _EMPTY]


def _label(name):
    return FIELDS.get(name, name)


def _value(name, value):
    if value in _EMPTY:
        return "—"
    if name.endswith("_at"):
        return moment(datetime.fromisoformat(value))
    if name == "status":
        return inquiry_text.STATUSES[InquiryStatus(value)]
    if name == "role":
        return word(Role(value))
    if name == "permissions":
        return ", ".join(str(WORDS[each].label) if each in WORDS else each for each in value)
    if name == "kind" and value in LETTERS:
        return str(LETTERS[value])
    if name == "options":
        return ", ".join(option[language()] for option in value)
    if name in CODED and value in WAYS:
        return str(WAYS[value])
    if name == "cover":
        return _("yes")
    if name == "place" and value in PLACES:
        return str(PLACES[value])
    if name == "state" and value in {state.value for state in COMMENT_STATES}:
        return str(COMMENT_STATES[value][0])
    if name == "section":
        return str(SECTIONS[value])
    if name in SAID_BY:
        return SAID_BY[name](value)
    if name in ("number", "inquiry"):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(f"{_label(key)} {_value(key, item)}" for key, item in value.items())
    return cells.plain(value)


def who(event):
    return links.person(event.actor) if event.actor else _("the system")


def where(event):
    """«консоль, 203.0.113.7»"""
    if event.door is None:
        return _("the service itself")
    return ", ".join(filter(None, (str(DOORS[event.door]), event.address)))


def marked(event):
    """What was done, and whether it has been taken back since or takes something back itself."""
    marks = [escape(event.subject)] if event.subject else []
    if event.taken_back:
        marks.append(cells.tag(_("taken back")))
    if event.undoes_id:
        marks.append(cells.tag(_("takes back")))
    return Markup(f"<span>{Markup(' ').join([escape(what(event)), *marks])}</span>")  # one thing beside its label


def _names(events):
    """What the records of ``events`` are called today: (object type, public id) → name; a question to each table."""
    ids, names = defaultdict(set), {}
    for event in events:
        ids[event.object_type].add(event.object_id)
    for kind, (model, columns, say) in NAMED.items():
        if wanted := ids.get(kind):
            found = sa.select(model.public_id, *columns).where(model.public_id.in_([UUID(id) for id in wanted]))
            names |= {(kind, str(id)): say(*values) for id, *values in db.session.execute(found)}
    return names


def _about(key):
    kind, _colon, id = key.partition(":")
    merges = sa.select(Merge.event_id).where(Merge.object_type == kind, sa.or_(Merge.winner == id, Merge.loser == id))
    return sa.or_(sa.and_(AuditEvent.object_type == kind, AuditEvent.object_id == id), AuditEvent.id.in_(merges))


def _together(key):
    return AuditEvent.operation_id.in_(sa.select(Operation.id).where(Operation.public_id == UUID(key)))


class JournalAdmin(SecureModelView):
    permission = Permission.JOURNAL_READ
    corrects = Permission.JOURNAL
    icon = "scroll-text"
    label = _l("Journal")
    group = groups.UPKEEP
    can_export = can_view_details = True
    details_template = "admin/supervisor/event.html"

    column_list = ("created_at", "actor", "what", "change")
    column_details_list = ("created_at", "actor", "where", "what", "change")
    column_export_list = ("created_at", "actor", "where", "what", "object_type", "object_id", "change")
    column_labels = {
        "created_at": _l("When"),
        "actor": _l("Who"),
        "where": _l("From where"),
        "what": _l("What"),
        "change": _l("From what to what"),
        "object_type": _l("Record"),
        "object_id": _l("Its id"),
    }
    column_formatters = {
        "actor": cells.of(who),
        "where": cells.of(where),
        "what": cells.of(marked),
        "change": cells.of(change),
    }
    column_formatters_export = {
        "actor": cells.of(lambda row: row.actor.name if row.actor else _("the system")),
        "where": cells.of(where),
        "what": cells.of(lambda row: str(TITLES[row.tag])),
        "change": cells.of(change),
    }
    orders = {"created_at": Order((AuditEvent.id,))}
    filters = (
        Choice(
            name="tag",
            label=_l("What"),
            column=AuditEvent.tag,
            choices=lambda: [(tag.value, title) for tag, title in TITLES.items()],
        ),
        Reference(
            name="who",
            label=_l("Who"),
            loader=lookups.people("who"),
            meaning=lambda user: AuditEvent.actor_id == user.id,
        ),
        Days(
            name="day",
            label=_l("When"),
            column=AuditEvent.created_at,
            zone=business_zone,
            order=Order((AuditEvent.created_at, AuditEvent.id)),
        ),
        Key(name="record", label=_l("One record"), pattern=r"[a-z]{1,40}:[\w-]{1,40}", meaning=_about),
        Key(
            name="together",
            label=_l("Done at once"),
            pattern=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            meaning=_together,
        ),
    )
    eager = (joinedload(AuditEvent.actor).lazyload(User.realtor),)
    details_eager = (*eager, joinedload(AuditEvent.operation))

    def title(self, row):
        text = str(TITLES[row.tag])
        return text[:1].upper() + text[1:]

    def adorn(self, rows):
        back, names = undoing.taken_back(rows), _names(rows)
        for row in rows:
            row.taken_back = row.id in back
            row.subject = names.get((row.object_type, row.object_id), "")

    def details_context(self, row):
        undoable = undoing.is_undoable(row)
        together = row.operation and undoing.count(row.operation)
        return {"undoable": undoable, "refusal": undoing.refusal(row) if undoable else None, "together": together}

    @expose("/<id>/undo/", methods=("POST",))
    def undo_view(self, id):
        try:
            remark = undoing.undo(self.get_one(id), actor=current_actor())
            flash(" ".join(filter(None, (_("Taken back."), remark))), "success")
        except DomainError as error:
            flash(str(error.message), "error")
        return self._back() or self.to("details_view", id=id)

    @expose("/together/<id>/undo/", methods=("POST",))
    def undo_together_view(self, id):
        operation = get_visible(current_actor(), Operation, id, self.permission)
        if takebacks.is_large(operation):
            takebacks.begin(operation, actor=current_actor(), address=request.remote_addr)
            return self.to("takeback_view", id=id)
        outcomes = undoing.undo_operation(operation, actor=current_actor())
        refused = [(event, reason) for event, reason in outcomes if reason]
        for event, reason in refused[:SAID]:
            flash(f"{TITLES[event.tag]} ({change(event)}): {reason}", "error")
        if done := len(outcomes) - len(refused):
            flash(_("Taken back: %(count)s.", count=done), "success")
        return self._back() or self.to("index_view", together=id)

    def _back(self):
        """To the page of the console where the button stood, if it was another than the journal's own."""
        page = request.form.get("back", "")
        return redirect(page, 303) if page.startswith(f"{self.admin.url}/") else None

    @expose("/together/<id>/")
    def takeback_view(self, id):
        """How far the worker is with taking a large operation back."""
        operation = get_visible(current_actor(), Operation, id, self.permission)
        takeback = takebacks.latest(operation)
        if takeback is None:
            return self.to("index_view", together=id)
        refused = [(row.event, row.reason) for row in takebacks.refusals(takeback)]
        context = {"takeback": takeback, "operation": operation, "refused": refused, "titles": TITLES, "change": change}
        return self.render("admin/supervisor/takeback.html", **context)

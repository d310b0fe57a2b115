"""The journal: who changed what, from what to what, as sentences."""

from collections import defaultdict
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
from app.admin.supervisor import links, lookups
from app.admin.supervisor.journal_words import TITLES, change, is_ended, said
from app.admin.theme import may_open
from app.constants import AuditTag as Tag
from app.constants import Door
from app.doors import current_actor
from app.errors import DomainError
from app.extensions import db
from app.formatting import language
from app.models.accounts import JoinLink, User
from app.models.api import ApiToken
from app.models.articles import Article
from app.models.audit import AuditEvent, Merge, Operation
from app.models.content import Page
from app.models.faq import FaqQuestion, FaqTopic
from app.models.inquiries import Inquiry
from app.models.menus import MenuItem
from app.models.partner_pages import PartnerPage
from app.models.partners import Agency
from app.models.places import City
from app.models.reports import SavedReport
from app.models.request_fields import RequestField
from app.models.roles import StaffRole
from app.services import takebacks, undoing
from app.services.settings import business_zone

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
    "page": (Page, (Page.title_ru, Page.title_en), lambda ru, en: _either(ru, en)),
    "menuitem": (MenuItem, (MenuItem.label_ru, MenuItem.label_en), lambda ru, en: _either(ru, en)),
    "faqtopic": (FaqTopic, (FaqTopic.title_ru, FaqTopic.title_en), lambda ru, en: _either(ru, en)),
    "faqquestion": (FaqQuestion, (FaqQuestion.question_ru, FaqQuestion.question_en), lambda ru, en: _either(ru, en)),
    "savedreport": (SavedReport, (SavedReport.title,), str),
    "partnerpage": (PartnerPage, (PartnerPage.title,), str),
    "joinlink": (JoinLink, (JoinLink.name,), str),
    "apitoken": (ApiToken, (ApiToken.name,), str),
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


GONE = (Tag.AGENCY_DELETED, Tag.CITY_MERGED, Tag.CITY_REMOVED, Tag.ACCOUNT_REMOVED, Tag.WEBHOOK_DELETED)
GONE += (Tag.INQUIRY_REMOVED,)


def _either(ru, en):
    return ru if language() == "ru" else en


def what(event):
    """«изменён аккаунт»; a link to the record where there is a page of it."""
    text = said(event)
    endpoint = RECORDS.get(event.object_type)
    gone = event.tag in GONE or is_ended(event)
    opened = endpoint and not gone and may_open(endpoint)
    return cells.link(links.record(endpoint, event.object_id), str(text)) if opened else text


def who(event):
    return links.person(event.actor) if event.actor else _("the system")


def where(event):
    """«консоль, 203.0.113.7»"""
    if event.door is None:
        return _("the service itself")
    return ", ".join(filter(None, (str(DOORS[event.door]), event.address)))


def marked(event):
    """What was done, and whether it has been taken back since or takes something back itself."""
    own = event.actor is not None and event.object_id == str(event.actor.public_id)  # who it was is said already
    marks = [escape(_named(event))] if event.subject and not own else []
    if event.taken_back:
        marks.append(cells.tag(_("taken back")))
    if event.undoes_id:
        marks.append(cells.tag(_("takes back")))
    return Markup(f"<span>{Markup(' ').join([escape(what(event)), *marks])}</span>")  # one thing beside its label


def _named(event):
    bare = event.object_type in ("user", "inquiry", "city")
    return event.subject if bare else _("“%(name)s”", name=event.subject)


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
        "what": cells.of(lambda row: str(said(row))),
        "change": cells.of(change),
    }
    asks_besides = True
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
        text = str(said(row))
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
            flash(f"{said(event)} ({change(event)}): {reason}", "error")
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
        context = {"takeback": takeback, "operation": operation, "refused": refused, "said": said, "change": change}
        return self.render("admin/supervisor/takeback.html", **context)

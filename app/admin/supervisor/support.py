"""«Поддержка»: the operators' desk. A queue, the chat, and beside it whom one talks to and what colleagues noted."""

from datetime import timedelta

import sqlalchemy as sa
from babel.dates import format_timedelta
from flask import flash, jsonify, render_template, request, url_for
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app import talk, talk_standing
from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.permissions import may
from app.access.scopes import visible_to
from app.admin import groups
from app.admin.base import SecureView
from app.admin.supervisor import conversations, journal_words
from app.admin.words import word
from app.constants import MessageKind
from app.doors import current_actor
from app.error_pages import wants_json
from app.errors import DomainError, InvalidInput
from app.extensions import db
from app.formatting import phone
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.services import desk, desk_queue, inbox, inquiry_text, ready_answers, settings, support

TABS = {"new": _l("New ones"), "mine": _l("In my hands"), "open": _l("All open"), "closed": _l("Closed ones")}
SHOWN = 5  # inquiries, conversations and journal entries on the card


class SupportDesk(SecureView):
    permission = P.SUPPORT_DESK
    icon = "headset"
    label = _l("Support desk")
    group = groups.WORK

    @expose("/")
    def index(self):
        return self.render("admin/supervisor/support/desk.html", **_queue_values())

    @expose("/queue")
    def queue(self):
        return _live_queue(None)

    @expose("/<uuid:public_id>")
    def show(self, public_id):
        conversation, actor = _asked(public_id), current_actor()
        values = talk.page(
            conversation,
            actor=actor,
            base=url_for("desk.show", public_id=public_id),
            back=url_for("desk.index", **_tab_query()),
            about=(),
        )
        values["chat"]["ready"] = ready_answers.for_chat(conversation, actor=actor)
        values |= _queue_values(conversation) | _panel_values(conversation) | _card(conversation)
        return self.render("admin/supervisor/support/ticket.html", **values)

    @expose("/<uuid:public_id>/queue")
    def queue_beside(self, public_id):
        return _live_queue(_asked(public_id))

    @expose("/<uuid:public_id>/panel")
    def panel(self, public_id):
        """What colleagues change while one looks: whose ticket it is, and the notes."""
        values = _panel_values(_asked(public_id))
        bar = render_template("admin/supervisor/support/_bar.html", **values)
        return jsonify(ok=True, bar=bar, notes=render_template("admin/supervisor/support/_notes.html", **values))

    @expose("/<uuid:public_id>/search")
    def search(self, public_id):
        return talk.search(_asked(public_id), actor=current_actor())

    @expose("/<uuid:public_id>/messages")
    def history(self, public_id):
        return talk.history(_asked(public_id), actor=current_actor())

    @expose("/<uuid:public_id>/messages", methods=("POST",))
    def send(self, public_id):
        base = url_for("desk.show", public_id=public_id)
        return talk.post(_asked(public_id), actor=current_actor(), base=base)

    @expose("/<uuid:public_id>/messages/<uuid:message_id>/edit", methods=("POST",))
    def edit(self, public_id, message_id):
        return talk.edit(_asked(public_id), message_id, actor=current_actor())

    @expose("/<uuid:public_id>/messages/<uuid:message_id>/delete", methods=("POST",))
    def delete(self, public_id, message_id):
        return talk.delete(_asked(public_id), message_id, actor=current_actor())

    @expose("/<uuid:public_id>/read", methods=("POST",))
    def read(self, public_id):
        return talk.read(_asked(public_id), actor=current_actor())

    @expose("/<uuid:public_id>/standing", methods=("POST",))
    def standing(self, public_id):
        """The operator's own draft."""
        here = url_for("desk.show", public_id=public_id)
        return talk_standing.change(_asked(public_id), actor=current_actor(), base=here, back=here)

    @expose("/<uuid:public_id>/take", methods=("POST",))
    def take(self, public_id):
        return self._do(public_id, support.take, tab="mine")

    @expose("/<uuid:public_id>/pass", methods=("POST",))
    def pass_on(self, public_id):
        def change(conversation, *, actor):
            support.pass_on(conversation, _colleague(), note=request.form.get("note", ""), actor=actor)

        return self._do(public_id, change)

    @expose("/<uuid:public_id>/close", methods=("POST",))
    def close(self, public_id):
        return self._do(public_id, support.close)

    @expose("/<uuid:public_id>/notes", methods=("POST",))
    def note(self, public_id):
        def change(conversation, *, actor):
            support.add_note(conversation, request.form.get("body", ""), actor=actor)

        return self._do(public_id, change)

    def _do(self, public_id, change, **query):
        """One change, and back to the page; a refused one says why there."""
        try:
            change(_asked(public_id), actor=current_actor())
        except DomainError as error:
            if wants_json():
                raise
            flash(str(error.message), "error")
        return jsonify(ok=True) if wants_json() else self.to("show", public_id=public_id, **(query or _tab_query()))


def _asked(public_id):
    people = joinedload(Conversation.client, innerjoin=True)
    return get_visible(current_actor(), Conversation, public_id, P.SUPPORT_ANSWER, options=(people,))


def _colleague():
    chosen = request.form.get("to", "")
    found = next((user for user in desk.operators() if str(user.public_id) == chosen), None)
    if found is None:
        raise InvalidInput(_("Choose a colleague from the list."), field="to")
    return found


# The queue


def _tab():
    tab = request.args.get("tab", "")
    return tab if tab in TABS else "new"


def _asked_for():
    return request.args.get("q", "").strip()[:100]


def _tab_query():
    """What of the address says which part of the queue one looks at."""
    places = {name: request.args.get(name, "")[:60] for name in ("after", "before")}
    query = {"tab": _tab(), "q": _asked_for()} | places
    return {name: value for name, value in query.items() if value and (name, value) != ("tab", "new")}


def _queue_values(conversation=None):
    actor, tab = current_actor(), _tab()
    door = {"endpoint": "desk.queue"} if conversation is None else {
        "endpoint": "desk.queue_beside", "public_id": conversation.public_id,
    }  # fmt: skip
    query, asked = _tab_query(), _asked_for()
    return {
        **_numbers(actor),
        **_page(tab, dict(query), asked, actor),
        "tab": tab,
        "asked": asked,
        "tabs": [
            (name, label, url_for("desk.index", **({} if name == "new" else {"tab": name}), q=asked or None))
            for name, label in TABS.items()
        ],
        "tab_query": query,
        "refresh": url_for(**door, **query),
        "current": conversation and conversation.public_id,
        "last_words": _last_words,
    }


def _page(tab, query, asked, actor):
    """A page of tickets, and where the pages around it are."""
    places = {name: query.pop(name, "") for name in ("after", "before")}
    page = desk_queue.page(tab, text=asked, **places, actor=actor)
    return {
        "tickets": page.tickets,
        "onward": url_for("desk.index", **query, after=page.after) if page.after else None,
        "back": url_for("desk.index", **query, before=page.before) if page.before else None,
    }


def _last_words(conversation, actor):
    system = conversation.last_kind == MessageKind.SYSTEM
    return conversations.last_words(conversation) if system else inbox.last_words(conversation, actor)


def _numbers(actor):
    return {
        "today": support.today(actor=actor),
        "counts": support.counts(actor=actor),
        "waited": waited,
        "long": _is_long,
    }


def _live_queue(conversation):
    values = _queue_values(conversation)
    html = render_template("admin/supervisor/support/_queue.html", **values)
    head = render_template("admin/supervisor/support/_head.html", **values)
    return jsonify(ok=True, html=html, head=head, unread=values["today"]["waiting"])


def waited(since):
    """«12 мин.»: how long somebody has waited, or how many seconds it took."""
    seconds = since if isinstance(since, int | float) else (utcnow() - since).total_seconds()
    return format_timedelta(max(seconds, 60), granularity="minute", threshold=1.2, format="short", locale=get_locale())


def _is_long(since):
    return utcnow() - since > timedelta(minutes=settings.get("support_late_minutes"))


# Beside the chat


def _panel_values(conversation):
    actor = current_actor()
    ticket = desk.open_ticket(conversation.id)
    return {
        "conversation": conversation,
        "ticket": ticket,
        "colleagues": [user for user in desk.operators() if ticket and user.id != ticket.taken_by_id],
        "notes": support.notes(conversation, actor=actor),
        "base": url_for("desk.show", public_id=conversation.public_id),
        "tab_query": _tab_query(),
    }


def _card(conversation):
    """The person: account, inquiries, other conversations, what they did lately; as far as this operator may see."""
    person, actor = conversation.client, current_actor()
    return {
        "person": person,
        "person_url": url_for("people.details_view", id=person.public_id) if may(actor, P.PEOPLE_READ) else None,
        "facts": _facts(person),
        "inquiries": [_inquiry_line(row, actor) for row in _latest(Inquiry, Inquiry.client_id == person.id)],
        "talks": _talks(conversation, actor),
        "events": _events(person),
    }


def _facts(person):
    realtor = person.realtor
    return [
        (_("Role"), word(person.role)),
        (_("City"), realtor.city.name(get_locale()) if realtor else ""),
        (_("Agency"), realtor.agency.name if realtor else ""),
        (_("E-mail"), person.email or ""),
        (_("Phone"), phone(person.phone) if person.phone else ""),
        (_("State"), _("blocked") if person.blocked_at else ""),
    ]


def _latest(model, *where, order=None):
    query = visible_to(current_actor(), model).where(*where).order_by((order if order is not None else model.id).desc())
    return db.session.scalars(query.limit(SHOWN)).unique().all()


def _inquiry_line(inquiry, actor):
    url = url_for("inquiries_admin.details_view", id=inquiry.public_id) if may(actor, P.INQUIRY_READ) else None
    state = inquiry_text.STATUSES[inquiry.status]
    return {"text": inbox.inquiry_line(inquiry), "state": state, "url": url}


def _talks(conversation, actor):
    """The person's other conversations, for those who may read them."""
    person = conversation.client_id
    theirs = sa.or_(Conversation.client_id == person, Conversation.realtor_id == person)
    found = _latest(Conversation, theirs, Conversation.id != conversation.id, order=Conversation.last_message_at)
    readable = may(actor, P.CONVERSATION_SUPERVISE)
    return [
        {
            "name": other.name if (other := row.other(conversation.client)) else _("Support"),
            "at": row.last_message_at,
            "url": url_for("talks.details_view", id=row.public_id) if readable else None,
        }
        for row in found
    ]


def _events(person):
    mine = AuditEvent.actor_id == person.id
    return [
        (event.created_at, journal_words.said(event), journal_words.change(event))
        for event in _latest(AuditEvent, mine)
    ]

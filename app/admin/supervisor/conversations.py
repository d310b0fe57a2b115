"""Conversations, to read: owners look into a dispute, they do not speak in it."""

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice, Reference
from app.admin.light import Light
from app.admin.listing import Order
from app.admin.supervisor import links, lookups, messages
from app.constants import ConversationKind, MessageKind, Role, SystemEvent
from app.doors import current_actor
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.services import attachments, conversation_search

SHOWN = 100  # messages of a page

SAID = {
    SystemEvent.ACCEPTED: _l("The realtor accepted the inquiry"),
    SystemEvent.CLOSED: _l("The client closed the conversation"),
    SystemEvent.REOPENED: _l("The client reopened the conversation"),
    SystemEvent.INQUIRY_DONE: _l("The client has found a home"),
    SystemEvent.INQUIRY_CANCELLED: _l("The client cancelled the inquiry"),
    SystemEvent.INQUIRY_CHANGED: _l("The inquiry was changed"),
    SystemEvent.INQUIRY_MOVED: _l("The inquiry was moved to another city"),
    SystemEvent.SUPPORT_CLOSED: _l("Support closed the question"),
    SystemEvent.ACCOUNT_DELETED: _l("The account was deleted"),
}


def last_words(conversation):
    """The last message as a third one reads it."""
    if conversation.last_kind == MessageKind.SYSTEM:
        return SAID[SystemEvent(conversation.last_preview)]
    return attachments.summary(conversation.last_kind, conversation.last_preview) or _("Message deleted")


def _abouts():
    number, support = links.numbers(), _("Support")
    return lambda row: number(row.inquiry) if row.inquiry else support


def _state(conversation):
    if not conversation.open:
        closed = _("closed by support") if conversation.kind == ConversationKind.SUPPORT else _("closed by the client")
        return cells.tag(closed, "stop")
    if conversation.waiting_since:
        return cells.tag(_("the client waits"), "new")
    return cells.tag(_("open"), "work")


class ConversationAdmin(SecureModelView):
    permission = Permission.CONVERSATION_SUPERVISE
    icon = "messages-square"
    label = _l("Conversations")
    group = groups.WORK
    tabs = messages.TABS
    can_view_details = True
    details_template = "admin/supervisor/conversation.html"
    search = conversation_search.Talks()
    empty_hint = _l("A conversation begins when a realtor accepts an inquiry.")

    column_list = ("about", "client", "realtor", "state", "last_preview", "last_seq", "last_message_at")
    numeric = ("last_seq",)
    column_details_list = ("inquiry", "client", "realtor", "state", "last_seq", "created_at", "last_message_at")
    column_details_list += ("closed_at", "waiting_since")
    column_labels = {
        "about": _l("Inquiry"),
        "inquiry": _l("Inquiry"),
        "client": _l("Client"),
        "realtor": _l("Realtor"),
        "state": _l("State"),
        "last_preview": _l("Last message"),
        "last_seq": _l("Messages"),
        "last_message_at": _l("Last one"),
        "created_at": _l("Begun"),
        "closed_at": _l("Closed"),
        "waiting_since": _l("The client waits since"),
    }
    column_formatters = {
        "about": cells.once(_abouts),
        "inquiry": cells.of(lambda row: links.inquiry(row.inquiry)),
        "client": links.person_at("client"),
        "realtor": links.person_at("realtor", by=lambda row: row.realtor),
        "state": cells.of(_state, by=lambda row: (row.open, row.kind, bool(row.waiting_since))),
        "last_preview": cells.of(last_words),
    }
    orders = {"last_message_at": Order((Conversation.last_message_at, Conversation.id), index="ix_conversations_last")}
    filters = (
        Choice(
            name="state",
            label=_l("State"),
            own=False,
            choices=[("waiting", _l("the client waits")), ("open", _l("open")), ("closed", _l("closed"))],
            clauses={
                "waiting": lambda: Conversation.waiting_since.is_not(None) & Conversation.open,
                "open": lambda: Conversation.open,
                "closed": lambda: ~Conversation.open,
            },
        ),
        Reference(
            name="realtor",
            label=_l("Realtor"),
            loader=lookups.realtors(),
            meaning=lambda user: Conversation.realtor_id == user.id,
            gathered=True,
        ),
        Reference(
            name="client",
            label=_l("Client"),
            loader=lookups.people("client", Role.CLIENT),
            meaning=lambda user: Conversation.client_id == user.id,
            gathered=True,
        ),
    )
    light = Light(
        *(Conversation.public_id, Conversation.kind, Conversation.open, Conversation.waiting_since),
        *(Conversation.last_kind, Conversation.last_preview),
        inquiry=Light(Inquiry.number),
        client=links.LIGHT_PERSON,
        realtor=links.LIGHT_PERSON,
    )
    details_eager = (
        joinedload(Conversation.inquiry),
        joinedload(Conversation.client, innerjoin=True).lazyload(User.realtor),
        joinedload(Conversation.realtor).lazyload(User.realtor),
    )

    def title(self, row):
        names = " — ".join(person.name for person in (row.client, row.realtor) if person)
        return f"{links.number(row.inquiry)}. {names}" if row.inquiry else names

    def details_context(self, row):
        before, at = request.args.get("before", type=int), request.args.get("at", type=int)
        if at:  # it stands among those around it
            before = at + SHOWN // 2
        found = visible_to(current_actor(), Message).where(Message.conversation_id == row.id)
        if before:
            found = found.where(Message.seq < min(before, row.last_seq + 1))
        found = found.options(joinedload(Message.sender).lazyload(User.realtor)).order_by(Message.seq.desc())
        messages = db.session.scalars(found.limit(SHOWN)).unique().all()[::-1]
        files = attachments.of([message.media_id for message in messages if message.media_id])
        later = bool(before) and before <= row.last_seq
        return {"messages": messages, "later": later, "say": _say, "files": files, "label": attachments.label}


def _say(message):
    """What the system told both sides, as a third one reads it."""
    return SAID[SystemEvent(message.body)]

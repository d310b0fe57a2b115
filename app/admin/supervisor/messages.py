"""When who wrote to whom, without a word of what: that is read in the conversation. Who looks for words is shown those
they stand among; no file has any.
"""

from functools import partial

import sqlalchemy as sa
from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.export import Filed
from app.admin.filters import Choice, Days, Reference
from app.admin.light import Light
from app.admin.listing import Order
from app.admin.supervisor import links, lookups
from app.admin.words import choices, word
from app.constants import MessageKind
from app.doors import list_page
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.media import Media
from app.services import message_search
from app.services.settings import business_zone

TABS = (("talks.index_view", _l("Conversations")), ("talk_messages.index_view", _l("Messages")))


BY_ID = Order((Message.id,))  # the same order, for rows that an index gives by their ids


def _of_kind(kind):
    """What is no text is found in an index of its own."""
    rare = sa.true() if kind == MessageKind.TEXT else sa.text("messages.kind <> 'text'")
    return sa.and_(Message.kind == kind, rare)


def of_conversations(clause):
    return Message.conversation_id.in_(sa.select(Conversation.id).where(clause))


def _abouts():
    """They lead to where the message stands in its conversation."""
    number, support, to_record = links.numbers(), _("Support"), links.records("talks.details_view")

    def about(message):
        talk = message.conversation
        text = number(talk.inquiry) if talk.inquiry else support
        return to_record(talk.public_id, text, f"?at={message.seq}#message-{message.seq}")

    return about


def _words():
    return request.args.get("q", "").strip()


def _found():
    """Around the words that were looked for."""
    query = message_search.parse(_words())

    def found(message):
        pieces = message_search.why_found(message.words, query)
        marked = (f"<mark>{escape(words)}</mark>" if sought else escape(words) for words, sought in pieces)
        return Markup(f'<span class="found-words">{"".join(marked)}</span>')

    return found


def _role_of(message):
    return message.sender and message.sender.role


def _system(name):
    return name or _("the system")


class MessageAdmin(SecureModelView):
    permission = Permission.CONVERSATION_SUPERVISE
    icon = "messages-square"
    label = _l("Messages")
    group = groups.WORK
    tabs = TABS
    can_export = True
    search = message_search.ALL
    empty_hint = _l("A conversation begins when a realtor accepts an inquiry.")

    column_list = ("about", "seq", "sender", "role", "kind", "created_at", "edited_at", "deleted_at")
    numeric = ("seq",)
    column_export_list = ("about", "seq", "sender", "role", "kind", "size", "created_at", "edited_at", "deleted_at")
    column_labels = {
        "about": _l("Inquiry"),
        "found": _l("Found"),
        "seq": _l("Message No."),
        "sender": _l("Sender"),
        "role": _l("Role"),
        "kind": _l("Kind"),
        "size": _l("File, bytes"),
        "created_at": _l("Sent"),
        "edited_at": _l("Edited"),
        "deleted_at": _l("Deleted by its author"),
    }
    column_formatters = {
        "about": cells.once(_abouts),
        "found": cells.once(_found),
        "sender": cells.of(lambda row: links.person(row.sender) or _("the system"), by=lambda row: row.sender),
        "role": cells.of(lambda row: word(row.sender.role) if row.sender else "", by=_role_of),
    }
    filed = {
        "about": Filed((Inquiry.number,), lambda number: _("Support") if number is None else number, few=True),
        "seq": Filed((Message.seq,)),
        "sender": Filed((User.name,), _system, few=True),
        "role": Filed((User.role,)),
        "kind": Filed((Message.kind,)),
        "size": Filed((Media.size,)),
        "created_at": Filed((Message.created_at,)),
        "edited_at": Filed((Message.edited_at,)),
        "deleted_at": Filed((Message.deleted_at,)),
    }
    orders = {"created_at": Order((Message.created_at, Message.id))}
    filters = (
        Days(
            name="day",
            label=_l("Sent"),
            column=Message.created_at,
            zone=business_zone,
            order=Order((Message.created_at, Message.id), index="ix_messages_created_at"),
        ),
        Choice(
            name="kind",
            label=_l("Kind"),
            choices=lambda: choices(MessageKind),
            clauses={kind.value: partial(_of_kind, kind) for kind in MessageKind},
            order=Order((Message.id,), counting=True),
        ),
        Reference(
            name="realtor",
            label=_l("Realtor"),
            loader=lookups.realtors(),
            meaning=lambda user: of_conversations(Conversation.realtor_id == user.id),
            order=BY_ID,
            gathered=True,
        ),
        Reference(
            name="client",
            label=_l("Client"),
            loader=lookups.people("client"),
            meaning=lambda user: of_conversations(Conversation.client_id == user.id),
            order=BY_ID,
            gathered=True,
        ),
    )
    light = Light(
        Message.public_id,
        conversation=Light(Conversation.public_id, inquiry=Light(Inquiry.number)),
        sender=links.LIGHT_PERSON,
    )

    def is_visible(self):
        return False  # a tab of the conversations

    @expose("/")
    @list_page
    def index_view(self):
        if _words():
            message_search.catch_up(message_search.PATIENCE)
        return super().index_view()

    def shown_columns(self, asked):
        first, *others = super().shown_columns(asked)
        return [first, "found", *others] if asked.text else [first, *others]

    def adorn(self, rows):
        if _words():
            found = sa.select(Message.id, Message.body, Media.name).outerjoin(Media, Media.id == Message.media_id)
            found = db.session.execute(found.where(Message.id.in_([row.id for row in rows])))
            words = {id: " ".join(filter(None, texts)) for id, *texts in found}
            for row in rows:
                row.words = words[row.id]

    def file_from(self, select):
        found = select.join(Conversation, Conversation.id == Message.conversation_id)
        found = found.outerjoin(Inquiry, Inquiry.id == Conversation.inquiry_id)
        return found.outerjoin(User, User.id == Message.sender_id).outerjoin(Media, Media.id == Message.media_id)

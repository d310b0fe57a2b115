"""«Переписки»: the realtor's inbox, three panes wide or one at a time. The talk itself is app/talk.py's."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import talk, talk_standing
from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.admin.base import SecureView
from app.admin.office.lists import chosen
from app.constants import ConversationKind
from app.doors import current_actor, office_page
from app.models.conversations import Conversation
from app.services import inbox, inquiry_text

ONLY = {
    "all": _l("All"),
    "unread": _l("Unread"),
    "waiting": _l("Waiting for me"),
    "later": _l("Set aside"),
    "closed": _l("Ended"),
}
ORDERS = {"last": _l("Last message first"), "waiting": _l("Longest waiting first"), "unread": _l("Unread first")}
STEP = 50


class OfficeConversations(SecureView):
    permission = P.OFFICE  # which of the two sides; each conversation is asked for besides
    label = _l("Conversations")
    icon = "messages-square"

    @expose("/")
    @office_page
    def index(self):
        values = _list_values("office_conversations.refresh") | talk_standing.snoozes()
        return self.render("office/conversations.html", **values)

    @expose("/threads")
    def refresh(self):
        return talk.thread_list(_threads(_chosen()))

    @expose("/search")
    def search_everywhere(self):
        address = url_for("office_conversations.search_everywhere")
        return talk.search_everywhere(actor=current_actor(), address=address, render=self.render)

    @expose("/<uuid:public_id>/search")
    def search(self, public_id):
        return talk.search(_mine(public_id), actor=current_actor())

    @expose("/<uuid:public_id>")
    def show(self, public_id):
        conversation = _mine(public_id, options=inbox.FOR_REALTOR)
        if conversation.kind == ConversationKind.SUPPORT:
            return redirect(url_for("support.chat"))
        listed = _list_values("office_conversations.threads", public_id=public_id)
        values = talk.page(
            conversation,
            actor=current_actor(),
            base=url_for("office_conversations.show", public_id=public_id),
            back=url_for("office_conversations.index", **listed["query"]),
            about=inquiry_text.rows(conversation.inquiry),
            threads=listed.pop("threads"),
            refresh=listed.pop("refresh"),
        )
        return self.render("office/conversation.html", inquiry=conversation.inquiry, **listed, **values)

    @expose("/<uuid:public_id>/threads")
    def threads(self, public_id):
        _mine(public_id)
        return talk.thread_list(_threads(_chosen()), current=str(public_id))

    @expose("/<uuid:public_id>/messages")
    def history(self, public_id):
        return talk.history(_mine(public_id), actor=current_actor())

    @expose("/<uuid:public_id>/messages", methods=("POST",))
    def send(self, public_id):
        base = url_for("office_conversations.show", public_id=public_id)
        return talk.post(_mine(public_id, P.MESSAGE_SEND), actor=current_actor(), base=base)

    @expose("/<uuid:public_id>/messages/<uuid:message_id>/edit", methods=("POST",))
    def edit(self, public_id, message_id):
        return talk.edit(_mine(public_id), message_id, actor=current_actor())

    @expose("/<uuid:public_id>/messages/<uuid:message_id>/delete", methods=("POST",))
    def delete(self, public_id, message_id):
        return talk.delete(_mine(public_id), message_id, actor=current_actor())

    @expose("/<uuid:public_id>/read", methods=("POST",))
    def read(self, public_id):
        return talk.read(_mine(public_id), actor=current_actor())

    @expose("/<uuid:public_id>/standing", methods=("POST",))
    def standing(self, public_id):
        base = url_for("office_conversations.show", public_id=public_id)
        back = url_for("office_conversations.index")
        return talk_standing.change(_mine(public_id), actor=current_actor(), base=base, back=back)


def _mine(public_id, permission=P.CONVERSATION_READ, options=()):
    return get_visible(current_actor(), Conversation, public_id, permission, options=options)


def _chosen():
    """The chosen filter, order and length of the list; what is as usual stays out of the address."""
    only, order = chosen("only", tuple(ONLY)), chosen("order", tuple(ORDERS))
    steps = min(max(request.args.get("steps", 1, type=int), 1), 10)
    query = {"only": only, "order": order, "steps": steps}
    usual = {"only": "all", "order": "last", "steps": 1}
    return {name: value for name, value in query.items() if value != usual[name]}


def _threads(query):
    listed = inbox.threads(
        current_actor(),
        only=query.get("only"),
        order=query.get("order", "last"),
        limit=STEP * query.get("steps", 1),
    )
    if not query:
        return listed
    return [replace(thread, url=f"{thread.url}?{urlencode(query)}") for thread in listed]


def _list_values(endpoint, **values):
    """What office/_inbox.html needs; the live list asks ``endpoint`` for the same filter and order."""
    query = _chosen()
    threads = _threads(query)
    steps = query.get("steps", 1)
    return {
        "query": query,
        "filters": [
            (label, _address(query, only=name), query.get("only", "all") == name) for name, label in ONLY.items()
        ],
        "orders": [
            (label, _address(query, order=name), query.get("order", "last") == name) for name, label in ORDERS.items()
        ],
        "threads": threads,
        "refresh": url_for(endpoint, **values, **query),
        "more": _address(query, steps=steps + 1) if len(threads) == STEP * steps else None,
        "nothing": _nothing(query.get("only", "all")),
    }


def _address(query, **changes):
    usual = {"only": "all", "order": "last"}
    chosen_now = {name: value for name, value in (query | changes).items() if value != usual.get(name)}
    return url_for("office_conversations.index", **chosen_now)


def _nothing(only):
    """(heading, advice) of an empty list."""
    return {
        "all": (_("No conversations yet"), _("Accept an inquiry, and the chat with its client opens here.")),
        "unread": (_("All read"), _("New messages appear here by themselves.")),
        "waiting": (_("Nobody is waiting for you"), _("You have answered everyone. That is what clients remember.")),
        "later": (_("Nothing is put off"), _("“Answer later” in a chat's menu moves it here until its time comes.")),
        "closed": (_("No ended conversations"), _("A client can end a conversation; it stays here to read.")),
    }[only]

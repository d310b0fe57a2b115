"""The client's side of the chat. The office mounts the same page at its own address; see app/talk.py."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app import talk, talk_standing
from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.constants import ConversationKind
from app.doors import current_actor, requires
from app.models.conversations import Conversation
from app.services import conversations, inbox, inquiry_text
from app.views.redirects import local_path

blueprint = Blueprint("conversations", __name__, url_prefix="/my/conversations")
ONLY = {None: _l("All"), "unread": _l("Unread"), "later": _l("Set aside")}


def _mine(public_id, permission=P.CONVERSATION_OWN, options=()):
    return get_visible(current_actor(), Conversation, public_id, permission, options=options)


def _base(conversation):
    return url_for("conversations.show", public_id=conversation.public_id)


@blueprint.get("/search")
@requires(P.CONVERSATION_OWN)
def search_everywhere():
    return talk.search_everywhere(actor=current_actor(), address=url_for("conversations.search_everywhere"))


@blueprint.get("/<public_id>/search")
@requires(P.CONVERSATION_OWN)
def search(public_id):
    return talk.search(_mine(public_id), actor=current_actor())


@blueprint.get("/<public_id>")
@requires(P.CONVERSATION_OWN)
def show(public_id):
    conversation, actor = _mine(public_id, options=inbox.FOR_CLIENT), current_actor()
    if conversation.kind == ConversationKind.SUPPORT:
        return redirect(url_for("support.chat"))
    inquiry = conversation.inquiry
    values = talk.page(
        conversation,
        actor=actor,
        base=_base(conversation),
        back=f"/my/inquiries/{inquiry.public_id}",
        about=inquiry_text.rows(inquiry),
        threads=_threads(conversation),
        refresh=url_for("conversations.threads", public_id=public_id, only=_only()),
    )
    values |= {"inquiry": inquiry, "title": inquiry_text.title(inquiry), "filters": _filters(public_id)}
    return render_template("client/conversation.html", **values)


def _only():
    only = request.args.get("only")
    return only if only in ONLY else None


def _threads(conversation):
    only = _only()
    listed = inbox.threads(current_actor(), inquiry=conversation.inquiry, only=only)
    return [replace(thread, url=f"{thread.url}?only={only}") for thread in listed] if only else listed


def _filters(public_id):
    address = lambda only: url_for("conversations.show", public_id=public_id, only=only)  # noqa: E731
    return [(label, address(name), name == _only()) for name, label in ONLY.items()]


@blueprint.get("/<public_id>/threads")
@requires(P.CONVERSATION_OWN)
def threads(public_id):
    conversation = _mine(public_id)
    return talk.thread_list(_threads(conversation), current=str(conversation.public_id))


@blueprint.get("/<public_id>/messages")
@requires(P.CONVERSATION_OWN)
def history(public_id):
    return talk.history(_mine(public_id), actor=current_actor())


@blueprint.post("/<public_id>/messages")
@requires(P.CONVERSATION_OWN)
def send(public_id):
    conversation = _mine(public_id)
    return talk.post(conversation, actor=current_actor(), base=_base(conversation))


@blueprint.post("/<public_id>/messages/<message_id>/edit")
@requires(P.MESSAGE_CHANGE)
def edit(public_id, message_id):
    return talk.edit(_mine(public_id), message_id, actor=current_actor())


@blueprint.post("/<public_id>/messages/<message_id>/delete")
@requires(P.MESSAGE_CHANGE)
def delete(public_id, message_id):
    return talk.delete(_mine(public_id), message_id, actor=current_actor())


@blueprint.post("/<public_id>/read")
@requires(P.CONVERSATION_OWN)
def read(public_id):
    return talk.read(_mine(public_id), actor=current_actor())


@blueprint.post("/<public_id>/standing")
@requires(P.CONVERSATION_OWN)
def standing(public_id):
    conversation = _mine(public_id)
    back = url_for("inquiries.show", public_id=conversation.inquiry.public_id) if conversation.inquiry_id else "/"
    base, asked_from = _base(conversation), request.form.get("next")
    pages = {"base": local_path(asked_from, base), "back": local_path(asked_from, back)}
    return talk_standing.change(conversation, actor=current_actor(), **pages)


@blueprint.post("/<public_id>/close")
@requires(P.CONVERSATION_CLOSE)
def close(public_id):
    return _switch(public_id, conversations.close)


@blueprint.post("/<public_id>/reopen")
@requires(P.CONVERSATION_CLOSE)
def reopen(public_id):
    return _switch(public_id, conversations.reopen)


def _switch(public_id, change):
    conversation, actor = _mine(public_id, P.CONVERSATION_CLOSE), current_actor()
    change(conversation, actor=actor)
    back = local_path(request.form.get("next"), _base(conversation))
    return talk.switched(conversation, actor=actor, base=back)

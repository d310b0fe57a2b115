"""«Чат с оператором»: the support conversation of a client or a realtor. The talk itself is app/talk.py's.

A visitor may write at once: the text is kept in a cookie of this browser over the sign-in.
"""

from uuid import uuid4

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import talk, talk_standing
from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.permissions import may
from app.doors import current_actor, public, requires
from app.errors import Forbidden, InvalidInput, TooMany
from app.extensions import limiter
from app.models.conversations import Conversation
from app.services import desk, faq, limits, support, texts
from app.views import kept_text
from app.views.limits import owned
from app.views.public.support.blueprint import blueprint
from app.views.redirects import see_other

QUESTION = 400  # as much of ``?question=`` as is taken over


@blueprint.get("/support/chat")
@public
def chat():
    actor = current_actor()
    if may(actor, P.SUPPORT_DESK):
        return redirect(url_for("desk.index"))
    if actor and not may(actor, P.SUPPORT_ASK):
        flash(_("Chats with an operator are for clients and realtors. Here is how to reach us."))
        return redirect(url_for("support.contacts"), 303)
    conversation = actor and support.mine(actor)
    text = request.args.get("question", "")[:QUESTION] or kept_text.read()
    if conversation is None:
        return _first(text)
    page = render_template("support/chat.html", typed=text, **_values(conversation, actor))
    response = make_response(page)
    kept_text.forget(response)  # from here on the page keeps it as a draft
    return response


@blueprint.post("/support/chat")
@limiter.limit(owned("questions_per_hour", "hour"))
@public
def begin():
    """The first message makes the conversation; a later one just joins it. Signed out: first sign in."""
    actor, body = current_actor(), request.form.get("body", "")
    if actor is None:
        return _keep(body)
    if not may(actor, P.SUPPORT_ASK):
        raise Forbidden()
    try:
        limits.hit(limits.messages, "message", actor)
        support.ask(nonce=request.form.get("nonce"), body=body, actor=actor)
    except (InvalidInput, TooMany) as error:
        return _first(body, error), 422
    response = see_other(url_for("support.chat"))
    kept_text.forget(response)
    return response


def _first(text, error=None):
    """The page before there is a conversation."""
    return render_template(
        "support/chat_new.html",
        typed=text,
        error=error and error.message,
        nonce=str(uuid4()),
        hours=desk.hours_words(),
        limit=texts.MESSAGE_LENGTH,
        suggested=faq.search(text, limit=3) if text else faq.first(3),
    )


def _keep(body):
    try:
        texts.clean_message(body)
        response = see_other(url_for("accounts.login", next=url_for("support.chat")))
        kept_text.keep(response, body)
    except InvalidInput as error:
        return _first(body, error), 422
    return response


def _values(conversation, actor):
    return talk.page(
        conversation,
        actor=actor,
        base=url_for("support.chat_show", public_id=conversation.public_id),
        back=url_for("support.index"),
        about=(),
    ) | {"hours": desk.hours_words(), "questions": faq.first(4)}


def _mine(public_id):
    return get_visible(current_actor(), Conversation, public_id, P.SUPPORT_ASK)


@blueprint.get("/support/chat/<public_id>")
@requires(P.SUPPORT_ASK)
def chat_show(public_id):
    _mine(public_id)
    return redirect(url_for("support.chat", at=request.args.get("at", type=int)))


@blueprint.get("/support/chat/<public_id>/search")
@requires(P.SUPPORT_ASK)
def chat_search(public_id):
    return talk.search(_mine(public_id), actor=current_actor())


@blueprint.get("/support/chat/<public_id>/messages")
@requires(P.SUPPORT_ASK)
def chat_history(public_id):
    return talk.history(_mine(public_id), actor=current_actor())


@blueprint.post("/support/chat/<public_id>/messages")
@requires(P.SUPPORT_ASK)
def chat_send(public_id):
    return talk.post(_mine(public_id), actor=current_actor(), base=url_for("support.chat"))


@blueprint.post("/support/chat/<public_id>/messages/<message_id>/edit")
@requires(P.MESSAGE_CHANGE)
def chat_edit(public_id, message_id):
    return talk.edit(_mine(public_id), message_id, actor=current_actor())


@blueprint.post("/support/chat/<public_id>/messages/<message_id>/delete")
@requires(P.MESSAGE_CHANGE)
def chat_delete(public_id, message_id):
    return talk.delete(_mine(public_id), message_id, actor=current_actor())


@blueprint.post("/support/chat/<public_id>/read")
@requires(P.SUPPORT_ASK)
def chat_read(public_id):
    return talk.read(_mine(public_id), actor=current_actor())


@blueprint.post("/support/chat/<public_id>/standing")
@requires(P.SUPPORT_ASK)
def chat_standing(public_id):
    here = url_for("support.chat")
    return talk_standing.change(_mine(public_id), actor=current_actor(), base=here, back=here)

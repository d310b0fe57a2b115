"""``GET /m/<id>``: a message's one address for everybody who may see it; each is sent on to the own door."""

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import joinedload

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.permissions import may
from app.constants import ConversationKind
from app.doors import current_actor, requires
from app.models.conversations import Message
from app.services import conversations

blueprint = Blueprint("messages", __name__, url_prefix="/m")
AROUND = 50  # messages after it that an owner's page also shows


@blueprint.get("/<public_id>")
@requires(P.MESSAGE_READ)
def show(public_id):
    actor = current_actor()
    message = get_visible(actor, Message, public_id, P.MESSAGE_READ, options=[joinedload(Message.conversation)])
    return redirect(_door(message, actor))


def _door(message, actor):
    chat, seq = message.conversation, message.seq
    if chat.kind == ConversationKind.INQUIRY and may(actor, P.CONVERSATION_SUPERVISE):
        page = {"id": chat.public_id, "before": seq + 1 + AROUND}
        return url_for("talks.details_view", **page, _anchor=f"message-{seq}")
    return f"{conversations.path(chat.public_id, actor, chat.kind)}?at={seq}"

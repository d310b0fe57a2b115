"""Conversations about inquiries: who, when, how many. What is said in them stays with the two people."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.loaders import get_visible
from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import ApiScope as S
from app.constants import ConversationKind
from app.errors import NotFound
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.views.api.v1.asking import OLDEST, ORDER, PAGING
from app.views.api.v1.common import moment, named, narrowed, number_of, text_id
from app.views.api.v1.operations import Answer, Operation, Param
from app.views.api.v1.schemas import FLAG, ID

WITH = (
    joinedload(Conversation.inquiry),
    joinedload(Conversation.client).lazyload(User.realtor),
    joinedload(Conversation.realtor).lazyload(User.realtor),
)
FILTERS = {
    "inquiry": lambda public_id: Conversation.inquiry_id == number_of(Inquiry, public_id),
    "realtor": lambda public_id: Conversation.realtor_id == number_of(User, public_id),
    "open": lambda yes: Conversation.open.is_(yes),
}


def shown(conversation):
    return {
        "id": str(conversation.public_id),
        "inquiry": str(conversation.inquiry.public_id),
        "client": named(conversation.client),
        "realtor": named(conversation.realtor),
        "open": conversation.open,
        "messages": conversation.last_seq,
        "created_at": moment(conversation.created_at),
        "last_message_at": moment(conversation.last_message_at),
        "closed_at": moment(conversation.closed_at),
    }


def index(ask):
    about_inquiries = visible_to(ask.actor, Conversation).where(Conversation.kind == ConversationKind.INQUIRY)
    rows = narrowed(about_inquiries.options(*WITH), ask.query, FILTERS)
    return ask.page(rows, Conversation.id, lambda found: [shown(conversation) for conversation in found])


def one(ask, id):
    return Answer(shown(_get(ask, id, WITH)))


def messages(ask, id):
    conversation = _get(ask, id)
    rows = visible_to(ask.actor, Message).where(Message.conversation_id == conversation.id)
    rows = rows.options(joinedload(Message.sender).lazyload(User.realtor))
    return ask.page(rows, Message.seq, lambda found: [_message(message) for message in found], order=OLDEST)


def _get(ask, id, options=()):
    conversation = get_visible(ask.actor, Conversation, id, P.CONVERSATION_SUPERVISE, options=options)
    if conversation.kind != ConversationKind.INQUIRY:
        raise NotFound()
    return conversation


def _message(message):
    return {
        "id": str(message.public_id),
        "seq": message.seq,
        "kind": message.kind.value,
        "sender": text_id(message.sender and message.sender.public_id),
        "created_at": moment(message.created_at),
        "edited_at": moment(message.edited_at),
        "deleted": message.deleted_at is not None,
    }


GROUP = _l("Conversations")
OPERATIONS = (
    Operation(
        name="listConversations",
        method="GET",
        path="/conversations",
        group=GROUP,
        about=_l("The conversations about inquiries, page by page"),
        scope=S.CONVERSATIONS_READ,
        permission=P.CONVERSATION_SUPERVISE,
        params=(Param("inquiry", ID), Param("realtor", ID), Param("open", FLAG), ORDER, *PAGING),
        gives="Conversation",
        pages=True,
        do=index,
    ),
    Operation(
        name="getConversation",
        method="GET",
        path="/conversations/{id}",
        group=GROUP,
        about=_l("One conversation"),
        scope=S.CONVERSATIONS_READ,
        permission=P.CONVERSATION_SUPERVISE,
        gives="Conversation",
        do=one,
    ),
    Operation(
        name="listMessages",
        method="GET",
        path="/conversations/{id}/messages",
        group=GROUP,
        about=_l("When somebody wrote in a conversation"),
        more=_l("In the order of writing, without a word of what was written."),
        scope=S.CONVERSATIONS_READ,
        permission=P.CONVERSATION_SUPERVISE,
        params=PAGING,
        gives="Message",
        pages=True,
        do=messages,
    ),
)

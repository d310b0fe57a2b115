"""Who hears what happens in a conversation: each is looked at anew, at delivery."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.constants import LOCALES, ConversationKind
from app.models.conversations import Conversation
from app.models.prepared import Prepared
from app.sockets import chats, rooms


@dataclass(frozen=True, slots=True)
class Receiver:
    room: str
    locale: str
    for_client: bool


_SIDES = Prepared(
    sa.select(*chats.SIDES, Conversation.kind)
    .select_from(Conversation.__table__)
    .join(chats.CLIENT, chats.CLIENT.c.id == Conversation.client_id)
    .outerjoin(chats.REALTOR, chats.REALTOR.c.id == Conversation.realtor_id)
    .where(Conversation.id == sa.bindparam("id"))
)


def receivers(conversation_id):
    """Those of a conversation who may hear of it now: not the blocked one. Of support's the whole desk does."""
    found = chats.sides_of(conversation_id) or _SIDES.read(id=conversation_id)
    client, client_locale, client_blocked, realtor, realtor_locale, realtor_blocked, kind = found
    sides = []
    if not client_blocked:
        sides.append(Receiver(rooms.of_user(client), client_locale, True))
    if realtor and not realtor_blocked:
        sides.append(Receiver(rooms.of_user(realtor), realtor_locale, False))
    if kind == ConversationKind.SUPPORT:
        sides.extend(Receiver(rooms.of_desk(locale), locale, False) for locale in LOCALES)
    return sides

"""Who hears what happens in a conversation: each is looked at anew, at delivery."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.constants import LOCALES, ConversationKind
from app.models.accounts import User
from app.models.conversations import Conversation
from app.models.prepared import Prepared
from app.sockets import rooms


@dataclass(frozen=True, slots=True)
class Receiver:
    room: str
    locale: str
    for_client: bool


_client, _realtor = User.__table__.alias("client"), User.__table__.alias("realtor")
_SIDES = Prepared(
    sa.select(
        *(column for side in (_client, _realtor) for column in (side.c.public_id, side.c.locale, side.c.blocked_at)),
        Conversation.kind,
    )
    .select_from(Conversation.__table__)
    .join(_client, _client.c.id == Conversation.client_id)
    .outerjoin(_realtor, _realtor.c.id == Conversation.realtor_id)
    .where(Conversation.id == sa.bindparam("id"))
)


def receivers(conversation_id):
    """Those of a conversation who may hear of it now: not the blocked one. Of support's the whole desk does."""
    client, client_locale, client_blocked, realtor, realtor_locale, realtor_blocked, kind = _SIDES.read(
        id=conversation_id
    )
    sides = []
    if not client_blocked:
        sides.append(Receiver(rooms.of_user(client), client_locale, True))
    if realtor and not realtor_blocked:
        sides.append(Receiver(rooms.of_user(realtor), realtor_locale, False))
    if kind == ConversationKind.SUPPORT:
        sides.extend(Receiver(rooms.of_desk(locale), locale, False) for locale in LOCALES)
    return sides

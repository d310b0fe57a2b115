"""A file becomes a message: judged, announced, stored, and only then said (DESIGN rules 3 and 7)."""

from io import BytesIO

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from uuid_utils.compat import uuid7

from app.access.permissions import Permission, may
from app.constants import ConversationKind, MediaState, MessageKind
from app.errors import Forbidden, InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.media import Media
from app.services import attachments, conversations, lines, texts
from app.services.media import store
from app.services.media.receiving import receive
from app.services.transaction import transaction

KINDS = (MessageKind.VOICE, MessageKind.IMAGE, MessageKind.FILE, MessageKind.TEXT)  # a plain form says text


def send(conversation, *, nonce, kind, body, name, stream, reply_to=None, actor):
    """Store the file in ``stream`` and the message that carries it; returns its Line. The same ``nonce`` is once.

    ``kind`` voice asks for a recording; otherwise the content decides between image and file. ``body`` is a caption.
    Raises Forbidden, InvalidInput, TooLarge, ConversationClosed, StorageFull, StorageDown: nothing is kept then.
    """
    kind = _permitted(conversation, kind, actor)
    nonce = conversations.checked_nonce(nonce)
    if known := lines.by_nonce(conversation.id, nonce):
        return known
    if not conversation.open and conversation.kind == ConversationKind.INQUIRY:  # writing reopens a question to support
        raise conversations.closed(conversation, actor)
    chat_id, uploader_id = conversation.id, actor.id
    caption = "" if kind == MessageKind.VOICE or not body else texts.clean_message(body)
    db.session.rollback()  # drawing a picture anew takes its time: hold no connection meanwhile
    received = receive(kind, name, stream)
    media = _announce(chat_id, uploader_id, received)
    try:
        _store(media, received)
        values = {"kind": received.kind, "body": caption, "media": media, "reply_to": reply_to}
        line = conversations.send(conversation, nonce=nonce, **values, actor=actor)
    except BaseException:
        withdraw(media)
        raise
    if line.media is None or line.media.public_id != media.facts.public_id:
        withdraw(media)  # the same nonce was faster in another request
    return line


def _permitted(conversation, kind, actor):
    if not may(actor, Permission.MESSAGE_SEND, conversation):
        raise Forbidden()
    if kind not in KINDS:
        raise InvalidInput(_l("There is no such kind of message."), code="kind")
    if kind == MessageKind.VOICE:
        conversations.check_voice(conversation, actor)
    return MessageKind(kind)


class Attachment:
    """A file that is stored but not said yet: what conversations.send needs of it."""

    def __init__(self, row):
        self.id, self.keys = row.id, row.keys
        self.facts = attachments.Facts(
            *(row.public_id, row.kind, _next_state(row.kind), row.name, row.content_type, row.size),
            *(row.width, row.height, row.seconds, None, row.thumb_key is not None, False),
        )


def _next_state(kind):
    return MediaState.WAITING if kind == MessageKind.VOICE else MediaState.READY


def _announce(conversation_id, uploader_id, received):
    """The row comes first: whatever happens next, it names the keys that may have to be removed."""
    public_id = uuid7()
    base = f"{utcnow():%Y/%m}/{public_id}"
    with transaction() as session:
        row = Media(
            public_id=public_id,
            conversation_id=conversation_id,
            uploader_id=uploader_id,
            kind=received.kind,
            name=received.name,
            content_type=received.content_type,
            size=len(received.data),
            width=received.width,
            height=received.height,
            seconds=received.seconds,
            key=f"{base}.{received.ending}",
            thumb_key=f"{base}.thumb.webp" if received.thumb else None,
        )
        session.add(row)
        session.flush()
        return Attachment(row)


def _store(media, received):
    contents = [received.data, received.thumb] if received.thumb else [received.data]
    for key, data in zip(media.keys, contents, strict=True):
        store.save(BytesIO(data), key)


def withdraw(media):
    """Nothing of it is left; where the storage refuses even that, the row stays for the sweeper."""
    if store.delete(media.keys):
        with transaction() as session:
            session.execute(sa.delete(Media).where(Media.id == media.id, Media.state == MediaState.NEW))

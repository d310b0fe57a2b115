"""A message as the people of its conversation see it, read straight from the tables: no objects are loaded."""

import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from app import wordings
from app.constants import MessageKind, SystemEvent
from app.errors import InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.prepared import Prepared
from app.services import attachments, texts
from app.services.notifications import in_each_language, in_this_language


class Quote(NamedTuple):
    """The message that is answered, as it is now: its ``body`` only as far as a preview needs it."""

    public_id: UUID
    seq: int
    sender: UUID | None
    kind: MessageKind
    body: str
    deleted_at: datetime | None


class Line(NamedTuple):
    """``conversation`` and ``sender`` are public ids; ``sender`` is None where the system speaks."""

    public_id: UUID
    conversation: UUID
    seq: int
    nonce: UUID
    sender: UUID | None
    kind: MessageKind
    body: str
    params: dict | None
    created_at: datetime
    media: attachments.Facts | None = None  # a media id between COLUMNS and lines_of()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    change: int = 0  # the conversation's count of changes when this message was last changed
    reply_to: Quote | None = None


_quoted, _author = aliased(Message), aliased(User)
_QUOTE = (
    _quoted.public_id,
    _quoted.seq,
    _author.public_id,
    _quoted.kind,
    sa.func.substr(_quoted.body, 1, 4 * texts.QUOTE_LENGTH),
    _quoted.deleted_at,
)
COLUMNS = (
    sa.select(
        Message.public_id,
        Conversation.public_id,
        Message.seq,
        Message.nonce,
        User.public_id,
        Message.kind,
        Message.body,
        sa.case((Message.kind == MessageKind.SYSTEM, Message.params)),  # nobody else has any
        Message.created_at,
        Message.media_id,
        Message.edited_at,
        Message.deleted_at,
        Message.change,
        *_QUOTE,
    )
    .join(Conversation, Conversation.id == Message.conversation_id)
    .outerjoin(User, User.id == Message.sender_id)
    .outerjoin(_quoted, _quoted.id == Message.reply_to_id)
    .outerjoin(_author, _author.id == _quoted.sender_id)
)


def _from_row(row):
    """The Line of a row of COLUMNS."""
    said, quote = row[: -len(_QUOTE)], row[-len(_QUOTE) :]
    return Line(*said, Quote(*quote) if quote[0] else None)


# What a system message says: to everybody, or first to the client and then to the other side.
SENTENCES = {
    SystemEvent.ACCEPTED: (
        _l("%(name)s accepted your inquiry. You can write here."),
        _l("You accepted the inquiry. Write to the client first."),
    ),
    SystemEvent.CLOSED: (
        _l("You ended the conversation."),
        _l("The client ended the conversation. You can write again once the client reopens it."),
    ),
    SystemEvent.REOPENED: (_l("You reopened the conversation."), _l("The client reopened the conversation.")),
    SystemEvent.INQUIRY_DONE: (
        _l("You have found a home. The realtor has been told, with thanks."),
        _l("The client has found a home and thanks you for your help."),
    ),
    SystemEvent.INQUIRY_CANCELLED: (_l("You cancelled the inquiry."), _l("The client cancelled the inquiry.")),
    SystemEvent.INQUIRY_CHANGED: (_l("The inquiry has been changed."),) * 2,
    SystemEvent.INQUIRY_MOVED: (_l("The inquiry now belongs to another city."),) * 2,
    SystemEvent.SUPPORT_CLOSED: (
        _l("The question is settled. Is something left? Just write: the conversation opens again."),
        _l("%(name)s closed the question."),
    ),
    SystemEvent.ACCOUNT_DELETED: (_l("The account of the person on the other side was deleted."),) * 2,
}


def lines_of(rows):
    """The Lines of rows of COLUMNS; one more query where some of them carry files."""
    found = [_from_row(row) for row in rows]
    facts = attachments.of([line.media for line in found if line.media])
    return [_with_media(line, facts) if line.media else line for line in found] if facts else found


def _with_media(line, facts):
    return line._replace(media=None if line.deleted_at else facts[line.media])


def line_of(message_id):
    """The Line of a stored message, or None."""
    return _first(COLUMNS.where(Message.id == message_id))


def by_nonce(conversation_id, nonce):
    return _first(COLUMNS.where(Message.conversation_id == conversation_id, Message.nonce == nonce))


def _first(query):
    return next(iter(lines_of(db.session.execute(query.limit(1)).all())), None)


def quoted(conversation_id, public_id):
    """``(id, Quote)`` of the message of this conversation that is answered. Raises InvalidInput when there is none."""
    query = (
        sa.select(_quoted.id, *_QUOTE)
        .outerjoin(_author, _author.id == _quoted.sender_id)
        .where(
            _quoted.conversation_id == conversation_id,
            _quoted.public_id == public_id,
            _quoted.kind != MessageKind.SYSTEM,
        )
    )
    row = db.session.execute(query).first()
    if row is None:
        raise InvalidInput(_l("The message you answer is not in this conversation."), code="reply_to")
    return row[0], Quote(*row[1:])


# What every page asks that comes back, all of them at once after a restart.
_SINCE = Prepared(
    COLUMNS.where(Message.conversation_id == sa.bindparam("chat"), Message.seq > sa.bindparam("since"))
    .order_by(Message.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


# The same with ids and moments in the contract's own letters: nothing is done with them but to write them down.
_SINCE_WRITTEN = _SINCE.with_words()


def written_since(conversation, since, limit, locale, *, for_client):
    """The payloads of messages_since() as JSON text."""
    rows = _SINCE_WRITTEN.read_all(chat=conversation.id, since=since, most=limit)
    return f"[{','.join([written(line, locale, for_client=for_client) for line in lines_of(rows)])}]"


def messages_since(conversation, since, limit=200):
    """Lines of what is committed by now after ``since``, oldest first, at most ``limit``."""
    return lines_of(_SINCE.read_all(chat=conversation.id, since=since, most=limit))


def messages_changed(conversation, since, limit=200):
    """Lines edited or deleted after the conversation's change number ``since`` (None: nobody asks), in that order."""
    if since is None or since >= conversation.changes:
        return []
    query = COLUMNS.where(Message.conversation_id == conversation.id, Message.change > max(since, 0))
    return lines_of(db.session.execute(query.order_by(Message.change).limit(limit)).all())


def messages_around(conversation, seq, limit=50):
    """The Line ``seq`` with its neighbours, oldest first: about half of ``limit`` on either side."""
    return messages_before(conversation, seq, limit // 2) + messages_since(conversation, seq - 1, limit - limit // 2)


def messages_before(conversation, before=None, limit=50):
    """The ``limit`` Lines just before ``before`` (or the newest), oldest first."""
    query = COLUMNS.where(Message.conversation_id == conversation.id)
    if before is not None:
        query = query.where(Message.seq < before)
    return lines_of(reversed(db.session.execute(query.order_by(Message.seq.desc()).limit(limit)).all()))


def shown(line):
    """A message in one line, as a notification's value: the text itself, or what kind of file it is per language."""
    if line.media is None:
        return texts.preview(line.body)
    return in_each_language(lambda: attachments.in_a_line(line.media, line.body))


def payload(line, locale, *, for_client=False):
    """The contract's message dict (DESIGN section 5) as a reader of ``locale`` gets it."""
    body = line.body
    if line.kind == MessageKind.SYSTEM:
        with force_locale(locale):
            body = sentence(line.body, line.params, for_client=for_client)
    return {
        "id": str(line.public_id),
        "conversation": str(line.conversation),
        "seq": line.seq,
        "nonce": str(line.nonce),
        "sender": str(line.sender) if line.sender else None,
        "kind": str(line.kind),
        "body": body,
        "media": attachments.payload(line.media),
        "created_at": _moment(line.created_at),
        "edited_at": line.edited_at and _moment(line.edited_at),
        "deleted": line.deleted_at is not None,
        "change": line.change,
        "reply_to": _quoted_payload(line.reply_to),
    }


def _moment(value):
    return value if isinstance(value, str) else value.isoformat(timespec="milliseconds")


# payload() of what almost every message is: a text of a person, not changed since, that answers none.
_PLAIN = (
    '{"id":"%s","conversation":"%s","seq":%d,"nonce":"%s","sender":"%s","kind":"text","body":%s,"media":null,'
    '"created_at":"%s","edited_at":null,"deleted":false,"change":0,"reply_to":null}'
)
_NOTHING_MORE = list(Line._field_defaults.values())
_letters, _json = json.encoder.encode_basestring, json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def written(line, locale, *, for_client=False):
    """payload() as JSON text."""
    id, conversation, seq, nonce, sender, kind, body, _params, created_at, *more = line
    if kind != MessageKind.TEXT or sender is None or more != _NOTHING_MORE:
        return _json(payload(line, locale, for_client=for_client))
    return _PLAIN % (id, conversation, seq, nonce, sender, _letters(body), _moment(created_at))


def _quoted_payload(quote):
    return quote and {
        "id": str(quote.public_id),
        "seq": quote.seq,
        "sender": str(quote.sender) if quote.sender else None,
        "kind": str(quote.kind),
        "preview": texts.preview(quote.body, texts.QUOTE_LENGTH),
        "deleted": quote.deleted_at is not None,
    }


def sentence(event, params, *, for_client):
    """A system message in the current language; with what was changed, where ``params`` (none for a preview) say it."""
    values = in_this_language(params or {})
    side = "client" if for_client else "other"
    default = SENTENCES[SystemEvent(event)][0 if for_client else 1]
    text = wordings.say(f"system-{event}", side, default, {"name": "", **values})
    change = values.get("change")
    return f"{text} {change[0].upper()}{change[1:]}." if change else text

"""What a message says of its file: the contract's ``media`` (DESIGN section 5) and the words for lists and letters."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.constants import MediaState, MessageKind
from app.extensions import db
from app.models.media import Media
from app.services import texts

AAC = "audio/mp4"
BOX = 320  # CSS pixels; js/conversations/media.js knows it too


class Facts(NamedTuple):
    """A row of Media without what only the storage needs to know."""

    public_id: UUID
    kind: MessageKind
    state: MediaState
    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    seconds: float | None
    waveform: list | None
    thumb: bool
    copy: bool

    @property
    def url(self):
        """The version to show or save; of a recording the copy that every device plays, once it is there."""
        return f"/media/{self.public_id}?as=aac" if self.copy else f"/media/{self.public_id}"

    @property
    def ending(self):
        return self.name.rpartition(".")[2].upper()

    @property
    def box(self):
        """(width, height) that an image takes in a bubble: known before it has arrived, so that nothing jumps."""
        scale = min(1, BOX / self.width, BOX / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    @property
    def thumb_url(self):
        return f"/media/{self.public_id}?as=thumb" if self.thumb else None

    @property
    def type(self):
        return AAC if self.copy else self.content_type


_COLUMNS = (
    *(Media.public_id, Media.kind, Media.state, Media.name, Media.content_type, Media.size, Media.width, Media.height),
    *(Media.seconds, Media.waveform, Media.thumb_key.is_not(None), Media.copy_key.is_not(None)),
)


def of(media_ids):
    """media id → Facts, in one query, or none where there is nothing to ask for."""
    if not media_ids:
        return {}
    rows = db.session.execute(sa.select(Media.id, *_COLUMNS).where(Media.id.in_(media_ids)))
    return {row[0]: Facts(*row[1:]) for row in rows}


def payload(facts):
    """``playable``: this recording has the copy that every device plays, and its waveform is drawn from it."""
    if facts is None or facts.state == MediaState.GONE:
        return None
    return {
        "id": str(facts.public_id),
        "url": facts.url,
        "name": facts.name,
        "type": facts.type,
        "size": facts.size,
        "width": facts.width,
        "height": facts.height,
        "thumb": facts.thumb_url,
        "seconds": facts.seconds,
        "waveform": facts.waveform,
        "playable": facts.copy,
    }


def summary(kind, text):
    """A message in one line, in the current language: ``text`` is Conversation.last_preview (see preview())."""
    if kind == MessageKind.IMAGE:
        return f"{_('Photo')}: {text}" if text else _("Photo")
    if kind == MessageKind.VOICE:
        return _("Voice message, %(length)s", length=clock(float(text or 0)))
    return text


def in_a_line(facts, body):
    """A message with this file and these words, for a list or a letter in the current language."""
    return texts.preview(summary(facts.kind, preview(facts, body)))


def label(facts):
    """What a screen reader says of the file."""
    if facts is None:
        return ""
    if facts.kind == MessageKind.IMAGE:
        return _("Photo: %(name)s", name=facts.name)
    return summary(facts.kind, preview(facts, ""))


def preview(facts, caption):
    """What is kept beside the conversation for summary(): no words of any language."""
    if facts.kind == MessageKind.VOICE:
        return f"{facts.seconds:.0f}"
    return facts.name if facts.kind == MessageKind.FILE else caption


def clock(seconds):
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"

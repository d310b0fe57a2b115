"""Which bytes of a file a reader gets."""

from io import RawIOBase
from typing import NamedTuple

from app.constants import MessageKind
from app.errors import NotFound
from app.services.attachments import AAC
from app.services.media import store


class Version(NamedTuple):
    """One stored object. ``inline``: a browser may show it; everything else is only ever saved."""

    key: str
    content_type: str
    size: int | None
    name: str
    inline: bool

    def open(self):
        return Lazy(self.key)


def version(media, asked):
    """``asked``: None for the file itself, ``thumb`` or ``aac``. Raises NotFound where there is no such version."""
    if asked == "thumb" and media.thumb_key:
        return Version(media.thumb_key, "image/webp", None, media.name, True)
    if asked == "aac" and media.copy_key:
        return Version(media.copy_key, AAC, media.copy_size, "voice.m4a", True)
    if asked:
        raise NotFound()
    return Version(media.key, media.content_type, media.size, media.name, media.kind != MessageKind.FILE)


class Lazy(RawIOBase):
    """A stored object that is opened where reading begins: a range from a bucket does not fetch what lies before it."""

    def __init__(self, key):
        self.key, self.at, self.source = key, 0, None

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.at

    def seek(self, offset, whence=0):
        if whence:
            raise OSError("only from the beginning")
        self.at = offset
        self.close_source()
        return offset

    def read(self, size=-1):
        if self.source is None:
            self.source = store.open_at(self.key, self.at)
        data = self.source.read(size if size >= 0 else None)
        self.at += len(data)
        return data

    def close_source(self):
        if self.source is not None:
            self.source.close()
            self.source = None

    def close(self):
        self.close_source()
        super().close()

"""From an uploaded stream to what will be stored: judged by its bytes, in memory, before anything touches a disk."""

import re
import threading
from dataclasses import dataclass

from app.constants import MessageKind
from app.later import later
from app.services.media import documents, images, voice
from app.services.media.limits import NAME_LENGTH, file_size, voice_size
from app.services.media.refusals import refuse, refuse_size

filetype = later("filetype")
# A file is read whole and a picture unpacked: this many at a time, the others wait on the disk where they arrived.
_few = threading.BoundedSemaphore(3)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff/\\:*?\"<>|]")


@dataclass(frozen=True)
class Received:
    kind: MessageKind
    name: str
    content_type: str
    ending: str
    data: bytes
    thumb: bytes | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


def receive(kind, name, stream):
    """A Received of this upload; ``kind`` voice, or image and file, which the content itself decides between.

    Raises InvalidInput or TooLarge with a code of refusals.TEXTS.
    """
    with _few:
        limit = voice_size() if kind == MessageKind.VOICE else file_size()
        data = stream.read(limit + 1)
        if len(data) > limit:
            refuse_size(limit)
        if not data:
            refuse("empty")
        return _voice(data) if kind == MessageKind.VOICE else _file(_clean(name), data)


def _voice(data):
    mime, ending, seconds = voice.examine(data)
    return Received(MessageKind.VOICE, f"voice.{ending}", mime, ending, data, seconds=seconds)


def _file(name, data):
    guessed = filetype.guess_mime(data)
    if guessed in images.MIMES | images.HEIF_MIMES:
        return _image(name, data, guessed)
    return _document(name, data)


def _image(name, data, mime):
    stem, ending = _split(name)
    if ending in documents.MIMES:
        refuse("renamed")
    picture = images.redraw(data, mime)
    return Received(
        MessageKind.IMAGE,
        f"{stem}.{picture.ending}",
        picture.content_type,
        picture.ending,
        picture.data,
        thumb=picture.thumb,
        width=picture.width,
        height=picture.height,
    )


def _document(name, data):
    stem, ending = _split(name)
    found = documents.ending_of(data)
    if found == "txt":
        data = documents.as_utf8(data)
        found = "csv" if ending == "csv" else "txt"
    if ending and ending != found:
        refuse("renamed")
    return Received(MessageKind.FILE, f"{stem}.{found}", documents.MIMES[found], found, data)


def _clean(name):
    """The last part of a name as people may see and save it; a long one keeps its ending."""
    name = " ".join(_UNWANTED.sub(" ", re.split(r"[/\\]", name or "")[-1]).split()).strip(". ")
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}" if len(ending) <= 8 else name[:NAME_LENGTH]


def _split(name):
    """(stem, ending in small letters). Only endings we know count; others are just a dot in a name."""
    stem, _dot, ending = name.rpartition(".")
    if not stem or ending.lower() not in images.ENDINGS | documents.MIMES.keys():
        return name or "file", ""
    return stem, ending.lower()

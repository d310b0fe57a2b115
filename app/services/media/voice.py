"""Recordings: Opus in WebM or Ogg, AAC in MP4, told by their bytes."""

from app.services.media import mp4, ogg, webm
from app.services.media.limits import GRACE, voice_seconds
from app.services.media.refusals import refuse, refuse_length

_READERS = (
    (lambda data: data[:4] == b"\x1a\x45\xdf\xa3", "audio/webm", "webm", webm),
    (lambda data: data[:4] == b"OggS", "audio/ogg", "ogg", ogg),
    (lambda data: data[4:8] == b"ftyp", "audio/mp4", "m4a", mp4),
)


def examine(data):
    """(content type, ending, seconds) of a recording. Raises InvalidInput."""
    for belongs, mime, ending, reader in _READERS:
        if belongs(data):
            try:
                seconds = reader.seconds(data)
            except (ValueError, RecursionError):
                refuse("not_voice")
            if seconds > voice_seconds() + GRACE:
                refuse_length(voice_seconds())
            return mime, ending, round(seconds, 2)
    return refuse("not_voice")

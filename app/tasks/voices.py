"""Makes the copy of each recording that every device plays, and its waveform. Without ffmpeg the originals stand."""

import tempfile
import threading
from pathlib import Path

import structlog

from app.integrations import ffmpeg
from app.services import media
from app.services.media.limits import GRACE, LONGEST_VOICE
from app.services.media.store import open_at

IDLE = 1  # seconds between looks while nobody records
REST = 15

log = structlog.get_logger()


def run(app, stop: threading.Event):
    """Convert until ``stop`` is set."""
    if ffmpeg.program() is None:
        log.warning("ffmpeg_missing")
        return
    while not stop.is_set():
        with app.app_context():
            pause = _round()
        stop.wait(pause)


def _round():
    """One recording, if there is one; how many seconds to rest after it."""
    try:
        return 0 if convert_next() else IDLE
    except Exception:  # a restarting database must not end this
        log.exception("voice_round_failed")
        return REST


def convert_next():
    """Convert the oldest waiting recording; whether there was one."""
    recording = media.claim()
    if recording is None:
        return False
    try:
        _convert(recording)
    except ffmpeg.Unconvertible:
        log.warning("voice_not_converted")
        media.give_up(recording)
    except Exception:  # the storage is down, the disk is full: later again
        log.exception("voice_failed")
        media.postpone(recording)
    return True


def _convert(recording):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, "copy.m4a")
        with open_at(recording.key) as stored:
            source.write_bytes(stored.read())
        longest = LONGEST_VOICE + GRACE
        seconds, waveform = ffmpeg.to_aac(source, target, recording.content_type, longest)
        copy_key = f"{recording.key}.aac.m4a"
        with target.open("rb") as copy:
            media.save(copy, copy_key)
        size = target.stat().st_size
        media.finish(recording, copy_key=copy_key, copy_size=size, seconds=round(seconds, 2), waveform=waveform)

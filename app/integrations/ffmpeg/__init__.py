"""ffmpeg: the system's, or the one that the package imageio-ffmpeg carries. Found once, when it is first needed."""

import array
import os
import shutil
import subprocess
from functools import lru_cache

import imageio_ffmpeg

RATE = 4000  # samples a second that the loudness is read from: a voice's strength lies below 2 kHz
BARS = 64
PATIENCE = 90  # seconds for a recording of five minutes, many times what it takes
_READERS = {"audio/webm": "matroska", "audio/ogg": "ogg", "audio/mp4": "mov"}


class Unconvertible(Exception):
    """ffmpeg could make nothing of it."""


@lru_cache(maxsize=1)
def program():
    """The path of ffmpeg, or None where there is none."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        return None


def to_aac(source, target, content_type, longest):
    """Make ``target``, AAC in MP4 that every device plays, at most ``longest`` seconds, without any metadata.

    Returns (seconds, loudness as BARS numbers from 0 to 100). The reader is named, so that a file cannot choose one of
    ffmpeg's hundreds, and neither the network nor another file is opened for it.
    """
    command = [
        *(program(), "-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file,pipe"),
        *("-f", _READERS[content_type], "-i", os.fspath(source), "-t", str(longest)),
        *("-map", "0:a:0", "-map_metadata", "-1", "-ac", "1", "-ar", "44100", "-c:a", "aac", "-b:a", "64k"),
        *("-movflags", "+faststart", "-f", "mp4", "-y", os.fspath(target)),
        *("-t", str(longest), "-map", "0:a:0", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unconvertible(type(error).__name__) from error
    samples = array.array("h", done.stdout[: len(done.stdout) // 2 * 2])
    if not samples:
        raise Unconvertible("nothing was said")
    return len(samples) / RATE, loudness(samples)


def loudness(samples, bars=BARS):
    """The peak of each of ``bars`` equal parts, as a share of the loudest in percent."""
    width = max(1, -(-len(samples) // bars))
    parts = (samples[at : at + width] for at in range(0, len(samples), width))
    peaks = [max(max(part), -min(part)) for part in parts]
    loudest = max(*peaks, 500)  # silence stays flat instead of its noise being blown up
    return [round(100 * peak / loudest) for peak in peaks]

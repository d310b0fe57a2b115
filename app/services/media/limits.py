"""How much may be sent at once: what owners set, within what the program can take. The page's scripts get it too."""

from app.services import settings

MEGABYTE = 1024 * 1024
TEXT_SIZE = 2 * MEGABYTE
FORM = 64 * 1024  # around the file
LONGEST_VOICE = 300  # seconds
GRACE = 2  # seconds that a recorder may take to stop
NAME_LENGTH = 120


def file_size():
    return settings.get("file_megabytes") * MEGABYTE


def voice_size():
    return settings.get("voice_megabytes") * MEGABYTE


def voice_seconds():
    return settings.get("voice_seconds")

"""Photos, documents and voice of a conversation: receiving, sending, keeping, and what is said of them."""

from app.services.attachments import clock, payload, summary
from app.services.media.keeping import claim, finish, give_up, postpone, sweep, take_back
from app.services.media.reading import Version, version
from app.services.media.sending import send
from app.services.media.store import save, set_storage

__all__ = [
    "Version",
    "claim",
    "clock",
    "finish",
    "give_up",
    "payload",
    "postpone",
    "save",
    "send",
    "set_storage",
    "summary",
    "sweep",
    "take_back",
    "version",
]

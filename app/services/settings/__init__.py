"""What owners may change about the service: each setting typed, with its default, its bounds and its past."""

from app.services.settings import kinds, past
from app.services.settings.registry import REGISTRY, SECTIONS, Declared, Section
from app.services.settings.store import ASKING, business_zone, change, due, follow, forget, get, read, reset, several

__all__ = [
    "ASKING",
    "REGISTRY",
    "SECTIONS",
    "Declared",
    "Section",
    "business_zone",
    "change",
    "due",
    "follow",
    "forget",
    "get",
    "kinds",
    "past",
    "read",
    "reset",
    "several",
]

"""The texts that owners may write anew: what there is, what may stand there, and how it is kept."""

from app.services.wordings.checking import cleaned, problems
from app.services.wordings.documents import Document, Part, everything, find
from app.services.wordings.keeping import (
    changed,
    current,
    current_texts,
    put,
    restore,
    save,
    state_after,
    versions,
)
from app.services.wordings.samples import samples_of
from app.services.wordings.trying import example, send_example

__all__ = [
    "Document",
    "Part",
    "changed",
    "cleaned",
    "current",
    "current_texts",
    "everything",
    "example",
    "find",
    "problems",
    "put",
    "restore",
    "samples_of",
    "save",
    "send_example",
    "state_after",
    "versions",
]

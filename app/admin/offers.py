"""The message that something has been done carries the button that takes it back."""

import sqlalchemy as sa
from flask import flash

from app.admin.theme import may_open
from app.assets import url_for
from app.services import undoing

FEW = 10  # events of one change, with what follows from it


def tell(text, events):
    """Say ``text``; ``events`` are the journal's of what was done (audit.noted), and offered to be taken back."""
    way = _way_back([event for event in events if sa.inspect(event).persistent])  # not of what was refused
    flash({"text": str(text), "undo": way} if way else text, "success")


def _way_back(events):
    """The door that takes them back at once; None where there is none, or the reader may not go through it."""
    if not events or not may_open("journal.undo_view"):
        return None
    operation = events[0].operation
    if operation and operation is events[-1].operation:
        return url_for("journal.undo_together_view", id=operation.public_id)
    ways = [event for event in events[:FEW] if undoing.is_undoable(event)]
    return url_for("journal.undo_view", id=ways[0].public_id) if len(ways) == 1 else None

"""Files of owners brought in: people, agencies, places, inquiries."""

from app.services.imports.plans import (
    FOUND,
    KINDS,
    discard,
    may_import,
    name_columns,
    outcomes,
    purge,
    receive,
    rows,
    run,
    undo,
)
from app.services.imports.reading import limits
from app.services.imports.working import work

__all__ = [
    "FOUND",
    "KINDS",
    "limits",
    "discard",
    "may_import",
    "name_columns",
    "outcomes",
    "purge",
    "receive",
    "rows",
    "run",
    "undo",
    "work",
]

"""Fields of the request form that owners add without a developer: what they are, what was answered.

Changing them is in ``editing``.
"""

from app.services.request_fields.answers import (
    answered,
    answering,
    applying,
    between,
    checked,
    chosen,
    counts,
    demand,
    index,
    merged,
    ordered,
    ranging,
    rows,
    still_valid,
    texts,
    wordless,
)
from app.services.request_fields.definitions import (
    EDITION,
    PREFIX,
    Field,
    Option,
    edition,
    field_of,
    know,
    known,
    known_edition,
    live,
)

__all__ = [
    "EDITION",
    "PREFIX",
    "Field",
    "Option",
    "answered",
    "answering",
    "applying",
    "between",
    "checked",
    "chosen",
    "counts",
    "demand",
    "edition",
    "field_of",
    "index",
    "know",
    "known",
    "known_edition",
    "live",
    "merged",
    "ordered",
    "ranging",
    "rows",
    "still_valid",
    "texts",
    "wordless",
]

"""What one door of /api/v1 is: its address, what it needs, what it takes and gives. Doors and docs read this."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.access.permissions import Permission
from app.constants import ApiScope


@dataclass(frozen=True)
class Param:
    """A query parameter; ``schema`` is JSON Schema of the value, which comes as text."""

    name: str
    schema: dict
    about: object = ""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """``do(ask, **path)`` answers with an Answer. ``body`` and ``gives`` name schemas of schemas.py."""

    name: str
    method: str
    path: str  # as OpenAPI writes it: /inquiries/{id}
    scope: ApiScope | None
    permission: Permission
    about: object
    do: Callable
    more: object = ""
    params: tuple = ()
    body: str | None = None
    gives: str | None = None
    pages: bool = False  # ``gives`` is one of a list that is read page by page
    status: int = 200
    versioned: bool = False  # a change that needs If-Match
    refusals: tuple = ()  # statuses of its own errors
    group: object = ""

    @property
    def rule(self):
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def names(self):
        """Its variable parts."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


@dataclass(frozen=True)
class Answer:
    """``data`` is JSON-ready; None: there is nothing to say. ``version`` becomes the ETag."""

    data: object = None
    status: int = 200
    version: int | None = None
    location: str | None = None
    headers: dict = field(default_factory=dict)

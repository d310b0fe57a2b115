"""The saved views of a list, as its page shows them: tabs, a window to keep one more, and which of them is open."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from flask_babel import lazy_gettext as _l

from app.access.permissions import OPERATORS, POLICY, Permission, may
from app.admin import listing
from app.constants import Role
from app.services import list_views

SHARED = {Role.SUPERVISOR: _l("all owners"), Role.AGENT: _l("all operators of support")}


@dataclass(frozen=True)
class Saved:
    views: list
    address: str  # of the list as it is on the screen
    kept: str  # the address that brings it back as it is, the reader's own columns included
    choices: list  # [(role, words)] of those it can be shared with; empty: by this reader with nobody

    @property
    def pinned(self):
        return [view for view in self.views if view.pinned]

    @property
    def current(self):
        return next((view for view in self.views if view.query == self.address), None)


def of(view, actor):
    """The Saved of a list of the console; None elsewhere."""
    if view.admin.endpoint != "supervisor" or not may(actor, Permission.LIST_VIEWS):
        return None
    address, own = listing.address(view, request.args), own_columns(view, actor)
    kept = "&".join(part for part in (address, own and urlencode({"columns": ",".join(own)})) if part)
    if "columns" in request.args:
        kept = address
    return Saved(list_views.of(view.endpoint, actor=actor), address, kept, choices(view, actor))


def columns(view, actor):
    """The names of the columns to show: those of the address, else as this reader likes it, else as the list comes.

    The first leads to the record: it stays where it is.
    """
    asked = request.args.get("columns", "").split(",") if "columns" in request.args else own_columns(view, actor)
    first, *others = view.column_list
    return [first, *([name for name in dict.fromkeys(asked) if name in others] or others)]


def own_columns(view, actor):
    return (actor.list_columns or {}).get(view.endpoint, [])


def choices(view, actor):
    """An owner shares with the roles that can open the list at all."""
    if actor.role != Role.SUPERVISOR:
        return []
    return [(role, words) for role, words in SHARED.items() if role in POLICY[view.permission].roles & OPERATORS]

"""The saved views of a list, as its page shows them: tabs, a window to keep one more, and which of them is open."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from flask_babel import lazy_gettext as _l

from app.access.permissions import OPERATORS, POLICY, Permission, gives, may
from app.admin import listing
from app.constants import Role
from app.formatting import language
from app.services import list_views, roles

OWN = "own:"  # before the public id of an own role, in the choices of a form
SHARED = {Role.SUPERVISOR: _l("all owners"), Role.AGENT: _l("all operators of support")}


@dataclass(frozen=True)
class Saved:
    views: list
    address: str  # of the list as it is on the screen
    kept: str  # the address that brings it back as it is, the reader's own columns included
    choices: list  # [(word, whom it means)] of those it can be shared with; empty: by this reader with nobody

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
    address, own = listing.address(view, request.args), listing.own_columns(view)
    kept = "&".join(part for part in (address, own and urlencode({"columns": ",".join(own)})) if part)
    if "columns" in request.args:
        kept = address
    offered = choices(view, actor) if kept else []  # nothing to keep: nobody is asked with whom
    return Saved(list_views.of(view.endpoint, actor=actor), address, kept, offered)


def choices(view, actor):
    """An owner shares with the roles that can open the list at all, own ones included."""
    return readers(view.permission) if actor.role == Role.SUPERVISOR else []


def readers(permission):
    """``[(word of the form, whom it means)]``: the roles that hold ``permission``."""
    house = [(role.value, words) for role, words in SHARED.items() if role in POLICY[permission].roles & OPERATORS]
    own = [role for role in roles.named() if gives(role.permissions, permission)]
    return house + [(word_of(Role.STAFF, role), role.title(language())) for role in own]


def word_of(role, staff_role):
    """What stands in the form for whoever a view or a report is shared with."""
    return f"{OWN}{staff_role.public_id}" if staff_role else role.value if role else ""


def chosen(word):
    """``{role, staff_role}`` of what a form sent; of what it could not have sent: nobody."""
    if word.startswith(OWN):
        own = next((role for role in roles.everything() if word == word_of(Role.STAFF, role)), None)
        return {"role": Role.STAFF if own else None, "staff_role": own}
    return {"role": Role(word) if word in SHARED else None, "staff_role": None}

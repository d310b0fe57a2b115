"""The saved views of a list, as its page shows them: tabs, a window to keep one more, and which of them is open."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from flask_babel import lazy_gettext as _l

from app.access.permissions import OPERATORS, POLICY, Permission, gives, may
from app.admin import ahead, listing
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
    def told(self):
        """The choices as plain words."""
        return tuple((word, str(words)) for word, words in self.choices)

    @property
    def current(self):
        return next((view for view in self.views if view.query == self.address), None)


def of(view, actor):
    """The Saved of a list of the console; None elsewhere."""
    if not has_views(view, actor):
        return None
    address = listing.address(view, request.args)
    kept = _kept(view, address)
    views, *named = ahead.answers(*asking(view, actor))
    offered = _readers(view.permission, roles.read_named(named[0])) if named else []
    return Saved(list_views.read_shown(views), address, kept, offered if kept else [])


def has_views(view, actor):
    return view.admin.endpoint == "supervisor" and may(actor, Permission.LIST_VIEWS)


def asking(view, actor):
    """What of() asks, for admin/ahead.py: ``(questions, values)``."""
    views, values = list_views.asking(actor)
    questions = {"views": views}
    if actor.role == Role.SUPERVISOR and (request.args or listing.own_columns(view)):  # else there is nothing to keep
        questions["roles"] = roles.ASKING_NAMED
    return questions, values | {"list": view.endpoint}


def _kept(view, address):
    own = listing.own_columns(view)
    if "columns" in request.args:
        return address
    return "&".join(part for part in (address, own and urlencode({"columns": ",".join(own)})) if part)


def readers(permission):
    """``[(word of the form, whom it means)]``: the roles that hold ``permission``."""
    return _readers(permission, roles.named())


def _readers(permission, own):
    house = [(role.value, words) for role, words in SHARED.items() if role in POLICY[permission].roles & OPERATORS]
    found = [role for role in own if gives(role.permissions, permission)]
    return house + [(word_of(Role.STAFF, role), role.title(language())) for role in found]


def word_of(role, staff_role):
    """What stands in the form for whoever a view or a report is shared with."""
    return f"{OWN}{staff_role.public_id}" if staff_role else role.value if role else ""


def chosen(word):
    """``{role, staff_role}`` of what a form sent; of what it could not have sent: nobody."""
    if word.startswith(OWN):
        own = next((role for role in roles.everything() if word == word_of(Role.STAFF, role)), None)
        return {"role": Role.STAFF if own else None, "staff_role": own}
    return {"role": Role(word) if word in SHARED else None, "staff_role": None}

"""The look of the site for Flask-Admin. No stock template can be reached: what we did not write does not render."""

from flask import request, url_for
from flask_admin.theme import Theme
from markupsafe import Markup, escape

from app.access.permissions import may
from app.doors import current_actor, permission_of
from app.formatting import language

# Flask-Admin would look for its own templates in templates/<folder> of its package: there is none of that name.
OFFICE = Theme(folder="otklik", base_template="admin/office.html")
CONSOLE = Theme(folder="otklik", base_template="admin/console.html")
KEPT = 500  # drawings at once; a reader may send any cookie
_drawn = {}


def menu_of(admin):
    """``[(heading or None, [MenuView])]``: the views this reader may open, grouped in the order they were added."""
    groups = []
    for item in admin.menu():
        children = item.get_children() if item.is_category() else [item]
        shown = [child for child in children if child.is_accessible() and child.is_visible()]
        heading = item.name if item.is_category() else None
        if shown and heading is None and groups and groups[-1][0] is None:
            groups[-1][1].extend(shown)
        elif shown:
            groups.append((heading, shown))
    return groups


def is_unfolded(group, items, view):
    """Whether a group of the menu stands open: as this reader left it, and always with the page that is shown."""
    folded = request.cookies.get("folded")
    open_by_choice = not group.folded if folded is None else group.key not in folded.split(".")
    return open_by_choice or any(item.is_active(view) for item in items)


def kept_menu(view, draw):
    """The menu, with its fifty links."""
    return kept("menu", view, draw, request.cookies.get("folded"))


def kept(name, view, draw, *others):
    """Part of a page as ``draw()`` writes it: drawn once for all readers who see it alike. ``others``: what it depends
    on besides the view, the reader's rights and language. Nothing of one person, no token and no row may stand in it.
    """
    actor = current_actor()
    reader = (actor.role, actor.granted) if actor else None
    key = (name, view.endpoint, reader, language(), request.script_root, *others)
    if key not in _drawn:
        if len(_drawn) >= KEPT:
            _drawn.clear()
        _drawn[key] = draw()
    return _drawn[key]


def may_open(endpoint):
    """Whether this reader may open a door at all."""
    return may(current_actor(), permission_of(endpoint))


def href(endpoint, **values):
    """``href="…"`` for a link, or nothing where it would lead to a refusal: then it is plain text."""
    return Markup(f'href="{escape(url_for(endpoint, **values))}"') if may_open(endpoint) else ""


def query(**changes):
    """The query string of this page with some words changed (None: taken out), as arguments of ``url_for``."""
    values = request.args.to_dict() | changes
    return {key: value for key, value in values.items() if value not in (None, "") and not key.startswith("_")}

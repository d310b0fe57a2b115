"""The look of the site for Flask-Admin. No stock template can be reached: what we did not write does not render."""

from flask import request, url_for
from flask_admin.theme import Theme
from markupsafe import Markup, escape

from app.access.permissions import may
from app.admin.theme.fragments import drawn_once
from app.doors import current_actor, permission_of

# Flask-Admin would look for its own templates in templates/<folder> of its package: there is none of that name.
OFFICE = Theme(folder="otklik", base_template="admin/office.html")
CONSOLE = Theme(folder="otklik", base_template="admin/console.html")


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
    return drawn_once("menu", view, draw, request.cookies.get("folded"))


def may_open(endpoint):
    """Whether this reader may open a door at all."""
    return may(current_actor(), permission_of(endpoint))


def href(endpoint, **values):
    """``href="…"`` for a link, or nothing where it would lead to a refusal: then it is plain text."""
    return Markup(f'href="{escape(url_for(endpoint, **values))}"') if may_open(endpoint) else ""

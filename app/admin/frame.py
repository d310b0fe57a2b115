"""The page of a list around its rows: drawn once for all who see it alike (theme/fragments.py), filled for each page.

What stands in the frame is the template's; what it depends on is ``_alike``, and what is of one page alone has a hole.
"""

from flask import current_app, request, session
from flask_babel import gettext as _
from markupsafe import Markup

from app import formatting
from app.admin.theme import fragments
from app.doors import current_actor
from app.services import behaviour
from app.services.brand.look import look

CONSOLE = "admin/console.html"  # the one frame that holds nothing of a person but in holes


def html(view, asked, page, saved, columns, lines, **more):
    """The page of a list as HTML. ``lines``: its rows, written already; ``more``: what its template wants besides."""
    actor = current_actor()
    fragments.fill(**_fills(view, asked, page, saved, lines, actor))
    draw = lambda: view.render(  # noqa: E731
        view.list_template, asked=asked, page=page, saved=saved, columns=columns, lines=lines, **more
    )
    own = "_flashes" in session or actor.viewer is not None or view.admin.theme.base_template != CONSOLE
    return draw() if own else fragments.drawn_once("page", view, draw, *_alike(view, asked, page, saved, columns))


def _alike(view, asked, page, saved, columns):
    """What makes one frame another, besides the view and the reader's rights and language."""
    narrowed = [
        (each.name, asked.values[each.name] if each.kind == "choice" else None)
        for each in view.filters
        if each.name in asked.values
    ]
    return (
        *(view.edition(), tuple(columns), asked.sort, bool(asked.text), tuple(narrowed)),
        bool(request.args.get("columns")),
        *(page.short, page.exact, page.previous is None, page.next is None, bool(page.rows)),
        None if page.rows else str(view.empty_hint),
        saved and (bool(saved.address and saved.current), bool(saved.kept), saved.told, bool(saved.views)),
        *(look(), behaviour.is_on(), request.cookies.get("folded")),
    )


def _fills(view, asked, page, saved, lines, actor):
    """What is filled in: word → a function of the rest of the hole's name."""
    numbers = {"first": 1, "previous": page.previous, "next": page.next, "last": page.last}
    asked_for = {each.name: each for each in view.filters if each.name in asked.values}
    return {
        "lines": lambda _rest: lines,
        "text": lambda _rest: asked.text,
        "columns": lambda _rest: request.args.get("columns", ""),
        "filter": lambda name: _macros("parts").filter_field(view, asked_for[name], asked.values[name]),
        "chip": lambda name: _macros("parts").chip(view, asked_for[name], asked.values[name]),
        "how_many": lambda _rest: _how_many(page),
        "found": lambda _rest: _found(page),
        "total": lambda _rest: formatting.number(page.total),
        "place": lambda _rest: _place(page),
        "to": lambda which: fragments.words(f"page={numbers[which]}"),
        "kept": lambda _rest: saved.kept,
        "pinned": lambda _rest: _macros("views").tabs(view, saved) if saved and saved.pinned else Markup(),
        "views": lambda _rest: _macros("views").window(view, saved, actor),
    }


def _macros(name):
    return current_app.jinja_env.get_template(f"admin/{name}.html").module


def _how_many(page):
    total = formatting.number(page.total)
    if not page.first_row:
        return _("More than %(total)s in all, counted from the end", total=total) if page.rows else ""
    ends = map(formatting.number, (page.first_row, page.first_row + len(page.rows) - 1))
    first, last = ends
    if page.exact:
        return _("%(first)s–%(last)s of %(total)s", first=first, last=last, total=total)
    return _("%(first)s–%(last)s of more than %(total)s", first=first, last=last, total=total)


def _found(page):
    total = formatting.number(page.total)
    return _("All %(total)s found", total=total) if page.exact else _("The first %(total)s found", total=total)


def _place(page):
    """Which page this is: «3 / 12», «last»."""
    if page.number < 0:
        here = _("last") if page.number == -1 else _("%(n)s from the end", n=-page.number)
    else:
        here = formatting.number(page.number)
    return f"{here} / {formatting.number(page.last)}" if page.exact else here

"""The rows of a list as HTML, made in Python: a template takes three times as long to write out hundreds of cells."""

import json
from functools import lru_cache
from operator import attrgetter

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.admin import cells
from app.admin.theme.fragments import drawn_once

KEY = object()  # in place of a function: the keys of the rows


def html(view, rows, columns, *, pick):
    """``columns``: names of the view's, in their order; ``pick``: whether a row can be chosen for a bulk action."""
    if not rows:
        return ""
    pieces = [_begin(view), *([_choice(view)] if pick else [])]
    written = cells.html()
    pieces += [_cell(view, name, written, first=name == columns[0]) for name in columns]
    draw = lambda: "".join([text() for text, _fills in pieces]) + "</tr>\n"  # noqa: E731
    shape = str(drawn_once("row", view, draw, view.edition(), tuple(columns), pick))
    keys = [escape(key) for key in map(view.get_pk_value, rows)]
    fills = [keys if fill is KEY else fill(rows) for _text, fills in pieces for fill in fills]
    return Markup("".join([shape % row for row in zip(*fills, strict=True)]))


# Each of these: what writes all that rows have in common, with %s for each filling, asked once for all who see it so;
# and the functions that make the fillings of the rows.


def _begin(view):
    if not _is_inline(view):
        return lambda: '<tr data-row="%s">', (KEY,)
    shape = lambda: f'<tr data-row="%s" data-inline-url="{_here(view)}%s/inline/" data-version="%s">'  # noqa: E731
    return shape, (KEY, KEY, lambda rows: [getattr(row, "version", None) or "" for row in rows])


def _is_inline(view):
    return bool(view.column_editable_list) and view.can_edit and view.may_correct


def _here(view):
    return _fixed(view.get_url(".index_view"))


def _fixed(text):
    return str(escape(text)).replace("%", "%%")


def _choice(view):
    title = view.titles()
    box = '<input type="checkbox" name="rowid" value="%s" form="bulk" aria-label="{}: %s">'
    shape = lambda: f'<td class="pick">{box.format(_fixed(_("Choose")))}</td>'  # noqa: E731
    return shape, (KEY, lambda rows: list(map(escape, map(title, rows))))


def _cell(view, name, written, *, first):
    fills, shown = (cells.column(view, name, written),), lambda: "%s"
    if view.is_editable(name):
        fills = _raw(view, name), *fills
        shown = lambda: f'<span class="editable" data-field="{name}" data-raw="%s"><span data-shown>%s</span></span>'  # noqa: E731
    elif first and (view.can_view_details or (view.can_edit and view.may_correct)):
        fills, end = (KEY, *fills), "/" if view.can_view_details else "/edit/"
        shown = lambda: f'<a class="strong" href="{_here(view)}%s{end}">%s</a>'  # noqa: E731
    face = ("num " if name in view.numeric else "") + ("lead-cell" if first else "")
    return lambda: f'<td data-label="{_fixed(view.heading(name))}" class="{face}">{shown()}</td>', fills


def _raw(view, name):
    """What the inline field of a cell begins with. Rows lead to few others: for each of these it is made once."""

    def raw(row):
        return _attribute(**view.raw(row, name))

    if name in view._form_ajax_refs:
        return cells.kept(raw, attrgetter(name))
    return lambda rows: list(map(raw, rows))


@lru_cache(maxsize=4096)
def _attribute(**raw):
    return escape(json.dumps(raw, ensure_ascii=False))

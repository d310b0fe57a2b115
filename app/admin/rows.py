"""The rows of a list as HTML, made in Python: a template takes three times as long to write out hundreds of cells."""

import json
from functools import lru_cache

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.admin import cells

KEY = "\0"  # stands for the key of a row, in what all rows have in common


def html(view, rows, columns, *, pick):
    """``columns``: names of the view's, in their order; ``pick``: whether a row can be chosen for a bulk action."""
    if not rows:
        return ""
    pieces = [_begin(view), *([_choice(view)] if pick else [])]
    written = cells.html()
    pieces += [_cell(view, name, written, first=name == columns[0]) for name in columns]
    shape = "".join(text for text, _fills in pieces) + "</tr>\n"
    fills = [fill for _text, fills in pieces for fill in fills]
    key_of = view.get_pk_value
    lines = [(shape % tuple([fill(row) for fill in fills])).replace(KEY, escape(key_of(row))) for row in rows]
    return Markup("".join(lines))


# Each of these: what all rows have in common, with %s for what each of its functions makes of a row.


def _begin(view):
    if not _is_inline(view):
        return f'<tr data-row="{KEY}">', ()
    return f'<tr data-row="{KEY}" data-inline-url="{_here(view)}{KEY}/inline/" data-version="%s">', (_version,)


def _is_inline(view):
    return bool(view.column_editable_list) and view.can_edit and view.may_correct


def _version(row):
    return getattr(row, "version", None) or ""


def _here(view):
    return _fixed(view.get_url(".index_view"))


def _fixed(text):
    return str(escape(text)).replace("%", "%%")


def _choice(view):
    title = view.titles()
    box = f'<input type="checkbox" name="rowid" value="{KEY}" form="bulk" aria-label="{_fixed(_("Choose"))}: %s">'
    return f'<td class="pick">{box}</td>', (lambda row: escape(title(row)),)


def _cell(view, name, written, *, first):
    cell = cells.writer(view, name, written)
    face = ("num " if name in view.numeric else "") + ("lead-cell" if first else "")
    begin = f'<td data-label="{_fixed(view.heading(name))}" class="{face}">'
    if view.is_editable(name):
        shown = f'<span class="editable" data-field="{name}" data-raw="%s"><span data-shown>%s</span></span>'
        return f"{begin}{shown}</td>", (_raw(view, name), cell)
    if first and (view.can_view_details or (view.can_edit and view.may_correct)):
        end = "/" if view.can_view_details else "/edit/"
        return f'{begin}<a class="strong" href="{_here(view)}{KEY}{end}">%s</a></td>', (cell,)
    return f"{begin}%s</td>", (cell,)


def _raw(view, name):
    """What the inline field of a cell begins with. Rows lead to few others: for each of these it is made once."""

    def raw(row):
        return _attribute(**view.raw(row, name))

    return cells.kept(raw, lambda row: getattr(row, name)) if name in view._form_ajax_refs else raw


@lru_cache(maxsize=4096)
def _attribute(**raw):
    return escape(json.dumps(raw, ensure_ascii=False))

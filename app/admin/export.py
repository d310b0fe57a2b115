"""The rows of a list as a workbook or a CSV file.

Which rows, and their order, is settled by one look at the start; each is then read with a thousand others in a
transaction of its own, so that no long look keeps the database from tidying up. Who is gone by then is left out.
"""

import tempfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from urllib.parse import parse_qsl

import sqlalchemy as sa
from flask import current_app, flash, g, request, send_file
from flask_babel import force_locale, get_timezone
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from app import formatting
from app.access.permissions import Permission, may
from app.admin import edits, listing
from app.admin.words import word
from app.doors import current_actor
from app.errors import DomainError, Forbidden
from app.extensions import db
from app.models.accounts import User
from app.models.base import UtcDateTime
from app.models.engine import aside
from app.services import exports, statistics
from reports import rows as files

TOLD = 1_000  # rows between two words of progress
CHUNK = 250  # rows at a time: more of them are hardly faster, and take memory
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {
    "xlsx": (files.workbook, XLSX),
    "csv": (files.text_file, "text/csv"),
}


@dataclass(frozen=True)
class Filed:
    """A column of a file made of SQL columns alone: where all are, no row of the model is
    loaded, which takes six times as long.

    ``make(*values)``: the cell; none: the value as it is. ``few``: its values repeat, so each is made once.
    """

    columns: tuple
    make: Callable | None = None
    few: bool = False


def in_language(name_ru, name_en):
    """A place's name of the two that it has."""
    return name_ru if formatting.language() == "ru" else name_en


# At once


def send(view, asked, kind):
    """The file itself, where the list is short enough to be counted; else back to it: its button asks the worker."""
    if listing.source(view, asked).count() > listing.CAP:
        flash(
            _("There are too many rows to download at once. Press the button: the file is made while you work."),
            "error",
        )
        return view.to("index_view", **edits.query_of(request.query_string.decode()))
    file, title = tempfile.TemporaryFile(), str(view.label)  # noqa: SIM115 - send_file reads and closes it
    rows = write(view, asked, kind, file)
    exports.record(view.endpoint, kind, rows, title=title, filters=words_of(view, asked), actor=current_actor())
    file.seek(0)
    name = f"{title} {statistics.today()}.{kind}"
    return send_file(file, WRITERS[kind][1], as_attachment=True, download_name=name)


def words_of(view, asked):
    """What narrows the list, for people: label → value."""
    words = {_("Search"): asked.text} if asked.text else {}
    return words | {
        str(each.label): each.said(asked.values[each.name]) for each in view.filters if each.name in asked.values
    }


# Later


def ask(view, asked, kind):
    """Have the worker make it, and say so on the list."""
    query = listing.address(view, _as_on_screen(view, asked))
    what = {"title": str(view.label), "filters": words_of(view, asked), "timezone": str(get_timezone())}
    try:
        exports.ask(view.endpoint, query, kind, **what, actor=current_actor())
    except DomainError as error:
        flash(str(error.message), "error")
    else:
        link = f'<a href="{exports.PAGE}">{escape(_("Exports"))}</a>'
        text = escape(_("The file is being made. You will be told when it is ready; see how far it is under ~."))
        flash(Markup(text.replace("~", Markup(link))), "success")
    back = edits.query_of(request.query_string.decode())
    return view.to("index_view", **{name: text for name, text in back.items() if text != listing.ALL})


def _as_on_screen(view, asked):
    """The arguments of this request with the reader's own columns of now: they may be others when it is made."""
    own = request.args.get("columns") is None and asked.columns != tuple(view.column_list)
    return request.args.to_dict() | ({"columns": ",".join(asked.columns)} if own else {})


def make(work, file, tell):
    """For the worker (services/exports.set_maker): as the person would see the list now, in the zone of then."""
    with current_app.app_context(), force_locale(work.locale):
        g.reader_timezone, g.actor = work.timezone, db.session.get(User, work.user_id)
        view = room(work.list)
        if view is None or not may(g.actor, Permission.EXPORTS):
            raise Forbidden()
        asked = listing.Asked.of(view, MultiDict(parse_qsl(work.query)))
        return write(view, asked, work.kind, file, tell)


def room(endpoint):
    """The view of this endpoint, if the actor may take its rows out at all; else None."""
    views = (view for admin in current_app.extensions["admin"] for view in admin._views)
    view = next((view for view in views if view.endpoint == endpoint), None)
    return view if view is not None and getattr(view, "can_export", False) and view.is_accessible() else None


# Both


def write(view, asked, kind, file, tell=lambda done, total: None):
    """Write the list into ``file`` (binary); the number of its rows."""
    names, filed = asked.columns or view.column_export_list, view.filed
    filed = filed | view.filed_as_shown if asked.columns else filed
    titles = [str(view.heading(name)) for name in names]
    with aside(db.engine) as connection, tempfile.TemporaryFile() as place:
        keys = _keys(view, asked, connection, place)
        lean = all(name in filed for name in names)
        rows = _lean(view, [filed[name] for name in names], keys, connection) if lean else _loaded(view, names, keys)
        counted = _Counted(rows, len(keys), tell)
        WRITERS[kind][0](file, titles, counted, name=str(view.label))
    return counted.done


class _Counted:
    def __init__(self, rows, total, tell):
        self.rows, self.total, self.tell, self.done = rows, total, tell, 0

    def __iter__(self):
        self.tell(0, self.total)
        for row in self.rows:
            yield row
            self.done += 1
            if self.done % TOLD == 0:
                self.tell(self.done, self.total)


class _Keys:
    """The ids of all rows in the order of the list, in a ``file``: a million of them would take 8 MB."""

    def __init__(self, file):
        self.file, self.count = file, 0

    def __len__(self):
        return self.count

    def extend(self, ids):
        self.count += len(ids)
        array("q", ids).tofile(self.file)

    def chunks(self):
        for start in range(0, self.count, CHUNK):
            ids = array("q")
            self.file.seek(start * ids.itemsize)
            ids.fromfile(self.file, min(CHUNK, self.count - start))
            yield ids.tolist()


def _keys(view, asked, connection, file):
    found, keys = listing.source(view, asked), _Keys(file)
    ids = found.ids.order_by(*(found.id_order or found.order).by())
    db.session.rollback()
    for part in connection.execution_options(yield_per=500).execute(ids).scalars().partitions():
        keys.extend(part)
    connection.rollback()
    return keys


def _lean(view, filed, keys, connection):
    columns, cells = [view.primary_key], []
    for each in filed:
        cells.append(_cell(each, len(columns)))
        columns += each.columns
    wanted = view.primary_key.in_(sa.bindparam("keys", expanding=True))
    statement = view.file_from(sa.select(*columns)).where(wanted)
    for chunk in keys.chunks():
        rows = {row[0]: row for row in connection.execute(statement, {"keys": chunk})}
        connection.rollback()
        for key in chunk:
            if row := rows.get(key):
                yield [cell(row) for cell in cells]


def _cell(filed, at):
    make = filed.make or _maker(filed.columns[0].type)
    if filed.few:
        make = cache(make)
    if len(filed.columns) == 1:
        return lambda row: make(row[at])
    upto = at + len(filed.columns)
    return lambda row: make(*row[at:upto])


def _maker(kind):
    if isinstance(kind, UtcDateTime):
        zone = formatting.zone()
        return lambda value: value and value.astimezone(zone).replace(tzinfo=None)
    if isinstance(kind, sa.Enum):
        return cache(lambda value: value and str(word(value)))
    return lambda value: value


def _loaded(view, names, keys):
    for chunk in keys.chunks():
        statement = sa.select(view.model).where(view.primary_key.in_(chunk)).options(*view.eager)
        rows = {sa.inspect(row).identity[0]: row for row in db.session.scalars(statement).unique()}
        view.adorn(list(rows.values()))
        lines = [_values(view, names, rows[key]) for key in chunk if key in rows]
        db.session.rollback()
        yield from lines


def _values(view, names, row):
    return [_typed(_plain(view, row, name)) for name in names]


def _plain(view, row, name):
    """As a file says it, else the value itself, else the words of the cell."""
    if name in view.column_formatters_export:
        return view.column_formatters_export[name](view, None, row, name)
    formatter = view.formatter(name)
    if name in view.column_export_list or formatter is None:
        return getattr(row, name)
    said = formatter(view, None, row, name)
    return said.striptags() if isinstance(said, Markup) else said


def _typed(value):
    """What a file keeps: numbers and moments as themselves (in the reader's zone, without it), the rest as text."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone(formatting.zone()).replace(tzinfo=None)
    if isinstance(value, Enum):
        return str(word(value))
    if value is None or type(value) in files.KEPT:
        return value
    return str(value)

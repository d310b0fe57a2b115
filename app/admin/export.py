"""The rows of a list as a workbook or a CSV file, read and written a chunk at a time.

Text stays text: a cell that begins with = + - @ is never a formula, in either format.
"""

import csv
import tempfile
from array import array
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
import xlsxwriter
from flask import Response, send_file, stream_with_context
from flask_babel import get_timezone
from flask_babel import gettext as _

from app.admin import listing
from app.admin.words import word
from app.extensions import db

CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMIT = 1_048_575  # rows of one sheet below its header


def send(view, asked, kind):
    name = f"{view.endpoint}.{kind}"
    titles = [str(view.heading(column)) for column in view.column_export_list]
    if kind == "csv":
        lines = stream_with_context(_csv_lines(titles, rows_of(view, asked)))
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return Response(lines, mimetype="text/csv", headers=headers)
    return send_file(_workbook(titles, rows_of(view, asked)), XLSX, as_attachment=True, download_name=name)


def rows_of(view, asked):
    """Lists of values, in the order of the list. Ids first, eight bytes each: no row is held longer than its chunk."""
    found = listing.source(view, asked)
    ids = found.ids.order_by(*(found.id_order or found.order).by()).limit(LIMIT)
    keys = array("q", db.session.scalars(ids.execution_options(yield_per=10_000)))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        statement = sa.select(view.model).where(view.primary_key.in_(chunk.tolist())).options(*view.eager)
        rows = {sa.inspect(row).identity[0]: row for row in db.session.scalars(statement).unique()}
        view.adorn(list(rows.values()))
        yield from (_values(view, rows[key]) for key in chunk if key in rows)


def _values(view, row):
    formatters = view.column_formatters_export
    return [
        _typed(formatters[name](view, None, row, name) if name in formatters else getattr(row, name))
        for name in view.column_export_list
    ]


def _typed(value):
    """What a file keeps: numbers and moments as themselves (in the reader's zone, without it), the rest as text."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.astimezone(get_timezone()).replace(tzinfo=None)
    if isinstance(value, Enum):
        return str(word(value))
    if value is None or isinstance(value, int | float | date):
        return value
    return str(value)


def _workbook(titles, rows):
    file = tempfile.TemporaryFile()  # noqa: SIM115 - send_file reads and closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        moment, day = book.add_format({"num_format": "dd.mm.yyyy hh:mm"}), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles) - 1, 18)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        for line, values in enumerate(rows, start=1):
            for column, value in enumerate(values):
                _write(sheet, line, column, value, moment, day)
    file.seek(0)
    return file


def _write(sheet, line, column, value, moment, day):
    if isinstance(value, datetime):
        sheet.write_datetime(line, column, value, moment)
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, day)
    elif isinstance(value, str):
        sheet.write_string(line, column, value[:32_767])
    elif value is not None:
        sheet.write(line, column, value)


class _Echo:
    """csv.writer writes into it and gets the line back."""

    def write(self, line):
        return line


def _csv_lines(titles, rows):
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(titles)  # the mark tells a spreadsheet that this is UTF-8
    for values in rows:
        yield writer.writerow([_harmless(value) for value in values])


def _harmless(value):
    """A spreadsheet runs text that begins like a formula: an apostrophe keeps it text. Moments end at the minute."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

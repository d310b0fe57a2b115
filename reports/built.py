"""A report that somebody has built, as a workbook or CSV: its one table, with what it was asked for on the cover."""

import csv
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from reports.workbook import Book, ChartOf, Column, Cover, Sheet

KINDS = {"mean": "minutes"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """``rows`` and ``total`` begin with the name of the row (a date where the report is by day or month)."""

    title: str
    facts: list
    columns: list  # of (title, kind)
    rows: list
    total: tuple


def write(file, table, *, locale, company, made):
    """The workbook, to a path or a binary file."""
    with Book(file, locale, title=table.title, author=company, page_label=_("page")) as book:
        book.front(_("Report"))
        columns = [Column(title, KINDS.get(kind, kind)) for title, kind in table.columns]
        book.table(Sheet(_("Table"), columns, table.rows, table.total))
        first = columns[0].kind
        charts = [ChartOf(table.columns[1][0], _("Table"), 0, [1], first)] if 1 < len(table.rows) <= 400 else []
        facts = [*table.facts, (_("Made"), made)]
        book.cover(Cover(_("Report"), company, table.title, facts, [], [], charts, []))


def csv_text(table):
    """With the mark by which a spreadsheet knows UTF-8; text that looks like a formula stays text."""
    lines = _Lines()
    writer = csv.writer(lines, delimiter=";")
    for row in ([title for title, _kind in table.columns], *table.rows, table.total):
        writer.writerow([_harmless(value) for value in row])
    return "\ufeff" + "".join(lines)


class _Lines(list):
    write = list.append


def _harmless(value):
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if value.startswith(FORMULA) else value

"""A Result as a file that leaves the house; the journal keeps who took which."""

import io

from flask_babel import get_locale
from flask_babel import gettext as _

from app.constants import AuditTag
from app.services import audit, settings
from app.services.reports import own, words
from app.services.reports.running import ALL
from app.services.statistics.workbook import made_at
from app.services.transaction import transaction
from reports import built

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "csv": "text/csv"}
DATES = {"day": "day", "month": "month"}  # dimensions whose names are dates in a workbook


def record(report, spec, kind, *, actor):
    """Somebody takes the file of a kept report, or of one that is only being built (None)."""
    with transaction():
        subject = report or Report(spec)
        audit.record(AuditTag.REPORT_EXPORTED, subject, actor=actor, spec=spec.words, format=kind)


class Report:
    """Stands for a report without a row: the journal names it by what it is about."""

    def __init__(self, spec):
        self.key = spec.subject


def content(result, title, kind):
    """The bytes of the file, in the current language."""
    if kind == "csv":
        return built.csv_text(table(result, title)).encode()
    file = io.BytesIO()
    company, made = settings.get("company_name"), made_at()
    built.write(file, table(result, title), locale=str(get_locale()), company=company, made=made)
    return file.getvalue()


def table(result, title):
    """Every row and column of the report; a pivot's columns stand side by side with all their measures."""
    places = [*result.columns, ALL] if result.spec.columns else [ALL]
    columns = [_first(result), *_heads(result, places)]
    rows = [(_key(result, row), *_values(result, row, places)) for row in result.rows]
    return built.Table(title, list(_facts(result)), columns, rows, (_("Total"), *_values(result, ALL, places)))


def _first(result):
    return str(own.dimension(result.spec.rows).name), DATES.get(result.spec.rows, "text")


def _key(result, row):
    return row if result.spec.rows in DATES else result.row_name(row)


def _heads(result, places):
    several = len(result.spec.measures) > 1
    for place in places:
        for measure in result.spec.asked.values():
            if not result.spec.columns:
                yield str(measure.name), measure.kind
                continue
            name = _("Total") if place is ALL else result.column_name(place)
            yield (f"{name} · {measure.name}" if several else name), measure.kind


def _values(result, row, places):
    """What nothing was counted of is a nought where it is a count, and empty where it is none."""
    for place in places:
        for word, measure in result.spec.asked.items():
            value = result.value(word, row, place)
            yield 0 if value is None and measure.kind == "count" else value


def _facts(result):
    spec, span = result.spec, result.span
    yield _("About"), str(spec.about.name)
    yield _("Period"), f"{span.label()} ({span.first:%d.%m.%Y}–{span.last:%d.%m.%Y})"
    yield _("Time zone"), settings.get("business_timezone")
    yield from words.filters(spec)
    if spec.several:
        yield _("Note"), _("Several answers can be given: an inquiry stands under each of them, and once in the total.")

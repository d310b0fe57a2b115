"""Handing the figures out as a workbook; the journal keeps who took which."""

from flask_babel import format_datetime, get_locale

import reports.statistics
from app.constants import AuditTag
from app.models.base import utcnow
from app.services import audit, settings
from app.services.statistics.figures import figures
from app.services.transaction import transaction


def export(filters, variant, file, *, actor, by=None):
    """Write the workbook of ``filters`` (a Variant) to ``file``: a path or a binary file.

    ``by`` is who the journal names, None for the system; ``actor`` decides which rows are seen.
    """
    with transaction():
        audit.record(AuditTag.STATISTICS_EXPORTED, filters, actor=by, filters=_named(filters), variant=variant.value)
    reports.statistics.write(
        file,
        figures(filters, actor=actor),
        variant,
        locale=str(get_locale()),
        company=settings.get("company_name"),
        made=format_datetime(utcnow(), "d MMMM y, HH:mm"),
    )


def _named(filters):
    """The journal's own words: it is read after a city's id means nothing any more."""
    return filters.args() | ({"city": filters.city.name_ru} if filters.city else {})

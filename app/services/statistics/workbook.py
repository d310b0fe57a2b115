"""Handing the figures out as a workbook; the journal keeps who took which."""

from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _

import reports.statistics
from app.constants import AuditTag, Variant
from app.models.base import utcnow
from app.services import audit, settings
from app.services.statistics import answers
from app.services.statistics.figures import figures
from app.services.transaction import transaction

AT_ONCE = 100_000  # inquiries whose answers are counted while somebody waits, half a second


def export(filters, variant, file, *, actor, by=None):
    """Write the workbook of ``filters`` (a Variant) to ``file``: a path or a binary file.

    ``by`` is who the journal names, None for the system; ``actor`` decides which rows are seen.
    """
    with transaction():
        audit.record(AuditTag.STATISTICS_EXPORTED, filters, actor=by, filters=_named(filters), variant=variant.value)
    counted = figures(filters, actor=actor)
    full = variant is Variant.FULL
    reports.statistics.write(
        file,
        counted,
        variant,
        own=_own(filters, counted, actor) if full else [],
        locale=str(get_locale()),
        company=settings.get("company_name"),
        made=made_at(),
    )


def made_at():
    """The moment that a workbook names beside its time zone: in that zone, whoever reads."""
    return format_datetime(utcnow().astimezone(settings.business_zone()), "d MMMM y, HH:mm", rebase=False)


def _own(filters, counted, actor):
    """``[(what is asked, [(answer, Counts)])]``; None where there are too many inquiries to look at each."""
    fields = answers.fields()
    if fields and counted.total.inquiries > AT_ONCE:
        return None
    rows = answers.by_answers(fields, filters, actor=actor) if fields else {}
    return [(field.caption, [(_said(field, row.subject), row.counts) for row in rows[field.name]]) for field in fields]


def _said(field, word):
    return _("not given") if word is None else answers.said(field, word)


def _named(filters):
    """The journal's own words: it is read after a city's id means nothing any more."""
    return filters.args() | ({"city": filters.city.name_ru} if filters.city else {})

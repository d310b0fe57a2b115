"""The workbook and the CSV file of agencies by the month they joined."""

import csv

from flask_babel import gettext as _

from reports.workbook import Book, Column, Sheet


def write(file, cohorts, together, *, locale, company):
    """Shares on the first sheet, counts on the second; ``file`` is a path or a binary file."""
    with Book(file, locale, title=_("Retention of agencies"), author=company, page_label=_("page")) as book:
        book.table(_sheet(_("Share that accepts"), "rate", cohorts, together, lambda cohort, n: cohort.share(n)))
        book.table(_sheet(_("Agencies that accept"), "count", cohorts, together, lambda cohort, n: cohort.active[n]))


def _sheet(name, kind, cohorts, together, value):
    columns = [Column(_("Joined"), "month"), Column(_("Agencies"), "count")]
    columns += [Column(str(n), kind) for n in range(len(together.active))]
    rows = (_cells(cohort, cohort.month, together, value) for cohort in cohorts)
    return Sheet(name, columns, rows, _cells(together, _("Total"), together, value))


def _cells(cohort, first, together, value):
    blanks = [None] * (len(together.active) - len(cohort.active))
    return first, cohort.agencies, *(value(cohort, n) for n in range(len(cohort.active))), *blanks


def write_csv(file, cohorts, together):
    """Counts: from them every share is worked out."""
    lines = csv.writer(file)
    lines.writerow([_("Joined"), _("Agencies"), *range(len(together.active))])
    for cohort in cohorts:
        lines.writerow([f"{cohort.month:%Y-%m}", cohort.agencies, *cohort.active])

"""Reports by mail. One transaction says that a day has been sent for and queues its letters: no day twice, none lost.

The file is made as its letter leaves, for the day the letter was queued on: nothing is stored, and whoever may not
open the report any more gets none.
"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.access.permissions import Permission, may
from app.access.scopes import clause
from app.constants import Channel, NotificationKind
from app.errors import DomainError
from app.extensions import db
from app.models.accounts import User
from app.models.reports import SavedReport
from app.services.bursts import NotNeeded
from app.services.notifications import notify
from app.services.reports import files, keeping, schedule
from app.services.reports.words import say
from app.services.transaction import transaction

KIND = "report"


def send_due(now=None):
    """Queue what is due at ``now``. How many reports."""
    scheduled = sa.select(SavedReport).where(SavedReport.schedule.is_not(None)).order_by(SavedReport.id)
    due = [report.id for report in db.session.scalars(scheduled).unique() if _is_due(report, now)]
    return sum(_send(report_id, now) for report_id in due)


def _is_due(report, now):
    if report.schedule is None:
        return False
    return report.sent_for is None or schedule.latest(report.schedule, report.hour, now) > report.sent_for


def _send(report_id, now):
    """Whether this one was still to be sent: another worker may have been faster, its owner may have changed it."""
    with transaction() as session:
        report = session.get(SavedReport, report_id, with_for_update=True)
        if report is None or not _is_due(report, now):
            return False
        report.sent_for = schedule.latest(report.schedule, report.hour, now)
        people = [user for user in keeping.readers(report) if str(user.public_id) in report.receivers]
        params = {"title": report.title, "report": str(report.public_id), "day": report.sent_for.isoformat()}
        url = f"/supervisor/reports/{report.public_id}/"
        notify(people, NotificationKind.REPORT_READY, params=params, url=url, email=KIND)
        return True


def look(letter):
    """What the letter says and carries. Raises NotNeeded when the report, or the right to open it, is gone."""
    report = db.session.scalar(sa.select(SavedReport).where(SavedReport.public_id == UUID(letter.payload["report"])))
    receiver = db.session.get(User, letter.user_id)
    if report is None or not _may_open(receiver, report):
        raise NotNeeded()
    if letter.channel != Channel.EMAIL:
        return {}
    try:
        result = keeping.show(report, today=date.fromisoformat(letter.payload["day"]))
    except DomainError as error:
        return {"text": str(error.message), "rows": []}
    return {"text": result.span.label(), "rows": _totals(result), "attachments": [_file(result, report)]}


def _may_open(user, report):
    visible = sa.select(SavedReport.id).where(SavedReport.id == report.id, clause(user, SavedReport))
    return may(user, Permission.REPORTS_READ) and db.session.scalar(visible) is not None


def _totals(result):
    return [(str(measure.name), say(measure, result.value(word))) for word, measure in result.spec.asked.items()]


def _file(result, report):
    """``(name, content type, bytes)``"""
    name = f"{report.title}, {result.span.label()}.xlsx"
    return name, files.XLSX, files.content(result, report.title, "xlsx")

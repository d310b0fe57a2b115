"""Reports under names: kept, shared with a role, pinned to the overview, sent by a schedule, and thrown away."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission, may
from app.access.scopes import visible_to
from app.constants import AuditTag, Every, Role
from app.errors import Forbidden, InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.models.reports import SavedReport
from app.services import audit, bin, settings, sharing
from app.services.reports import running, schedule, spec
from app.services.transaction import transaction
from app.services.versions import check_version

LONGEST = 120
SHARED = (Role.SUPERVISOR, Role.AGENT, Role.STAFF)
PINNED = 6  # on the overview, at most


def of(*, actor):
    """Every report that ``actor`` may open, by their names."""
    found = db.session.scalars(visible_to(actor, SavedReport).order_by(SavedReport.title, SavedReport.id))
    return [report for report in found.unique() if _is_open(report)]


def pinned(*, actor):
    """Those that stand on the overview, in the order they were made."""
    found = visible_to(actor, SavedReport).where(SavedReport.pinned).order_by(SavedReport.id)
    return [report for report in db.session.scalars(found).unique() if _is_open(report)][:PINNED]


def show(report, *, today=None):
    """What the report shows to whoever may open it: the figures that its owner may see.

    Sharing a report gives out these figures and no more. Raises Forbidden when its owner may not build reports any
    longer, InvalidInput when what it asks for is gone, TooMuch.
    """
    if not _is_open(report):
        raise Forbidden(_l("Whoever made this report has no access to reports any more."))
    return running.run(spec.parse(report.spec), actor=report.owner, today=today)


def _is_open(report):
    return may(report.owner, Permission.REPORTS)


def save(title, words, *, actor):
    """Keep a new report. Raises InvalidInput(field), Forbidden."""
    values = _checked({"title": title, "spec": words}, None)
    if not may(actor, Permission.REPORTS):
        raise Forbidden()
    with transaction() as session:
        own = sa.select(sa.func.count()).select_from(SavedReport).where(SavedReport.owner_id == actor.id)
        if session.scalar(own) >= (most := settings.get("reports_of_one")):
            raise InvalidInput(_l("No more than %(n)s reports can be kept.", n=most), field="title")
        report = SavedReport(owner_id=actor.id, **values)
        session.add(report)
        session.flush()
        audit.record(AuditTag.REPORT_CHANGED, report, actor=actor, old={}, new=_plain(values))
    return report


def change(report, values, *, version=None, actor):
    """Give other ``values``: title, spec, role, staff_role, pinned, schedule, hour, receivers.

    Raises InvalidInput(field), Forbidden, EditConflict.
    """
    if not may(actor, Permission.REPORTS, report):
        raise Forbidden()
    if values.get("role") and actor.role != Role.SUPERVISOR:
        raise Forbidden(_l("Reports are shared by owners."))
    values = _checked(values, report)
    with transaction():
        check_version(report, version, values)
        old, new = audit.changes(report, values)
        for name in new:
            setattr(report, name, values[name])
        if {"schedule", "hour"} & new.keys() and report.schedule:
            report.sent_for = schedule.latest(report.schedule, report.hour)  # the first one is yet to come
        if new:
            report.version += 1
            audit.record(AuditTag.REPORT_CHANGED, report, actor=actor, old=old, new=new)
    return report


def remove(report, *, actor):
    """Into the bin. Raises Forbidden."""
    if not may(actor, Permission.REPORTS, report):
        raise Forbidden()
    with transaction() as session:
        report = session.get_one(SavedReport, report.id)
        audit.record(AuditTag.REPORT_CHANGED, report, actor=actor, old={"title": report.title}, new={})
        bin.put(report, actor=actor)


def readers(report):
    """The people a report may be sent to: its owner, and those it is shared with; blocked ones are none."""
    shared = sa.false()
    if report.role:  # owners look after all that are shared
        one = User.role == report.role
        own = sa.and_(one, User.staff_role_id == report.staff_role_id) if report.role == Role.STAFF else one
        shared = sa.or_(User.role == Role.SUPERVISOR, own)
    found = sa.select(User).where(User.blocked_at.is_(None), User.deleted_at.is_(None))
    found = found.where(sa.or_(User.id == report.owner_id, shared)).options(joinedload(User.staff_role))
    people = db.session.scalars(found.order_by(User.name)).unique()
    return [user for user in people if user.email and may(user, Permission.REPORTS_READ)]


def _checked(values, report):
    values = dict(values)
    if "title" in values:
        values["title"] = " ".join(values["title"].split())
        if not values["title"]:
            raise InvalidInput(_l("Please fill this in."), field="title")
        if len(values["title"]) > LONGEST:
            raise InvalidInput(_l("At most %(count)s characters, please.", count=LONGEST), field="title")
    if "spec" in values:
        values["spec"] = spec.parse(values["spec"]).words
    if values.get("role") and values["role"] not in SHARED:
        raise InvalidInput(_l("Reports are shared with owners or operators."), field="role")
    values = sharing.checked(values, Permission.REPORTS_READ)
    if values.get("schedule"):
        _check_schedule(values, report)
    return values


def _check_schedule(values, report):
    values["schedule"] = Every(values["schedule"])
    if not 0 <= values.get("hour", report.hour) <= 23:
        raise InvalidInput(_l("An hour from 0 to 23, please."), field="hour")
    allowed = {str(user.public_id) for user in readers(report)}
    chosen = values.get("receivers", report.receivers)
    if not chosen or not set(chosen) <= allowed:
        raise InvalidInput(_l("Choose who gets the letter, among those who may open the report."), field="receivers")


def _plain(values):
    return {name: audit.plain(value) for name, value in values.items()}

"""Reports and saved views are shared with own roles: with everybody who has that one, and with nobody else."""

import pytest

from app.access.permissions import Permission as P
from app.access.scopes import visible_to
from app.constants import Role
from app.errors import Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.list_views import ListView
from app.models.reports import SavedReport
from app.services import list_views, reports, roles, undoing
from tests.services.test_roles import latest


@pytest.fixture
def owner(build):
    return build.supervisor()


def seen(model, person):
    return db.session.scalars(visible_to(person, model)).unique().all()


def titles(person):
    return [report.title for report in reports.of(actor=person)]


def test_a_report_is_opened_by_those_of_the_role_it_is_shared_with(owner, build):
    build.inquiry()
    analyst, other, operator = build.staff(P.REPORTS_READ), build.staff(P.REPORTS_READ), build.agent()
    report = reports.save("Города", {"rows": "city", "when": "year"}, actor=owner)
    reports.change(report, {"role": Role.STAFF, "staff_role": analyst.staff_role, "pinned": True}, actor=owner)
    assert (titles(analyst), titles(other), titles(operator)) == (["Города"], [], [])
    assert reports.pinned(actor=analyst) == [report]
    assert reports.show(report).value("inquiries") == 1  # as its owner sees it
    assert set(reports.readers(report)) == {owner, analyst}
    undoing.undo(latest(), actor=owner)
    assert titles(analyst) == []


def test_a_report_is_not_shared_with_a_role_that_could_not_open_it(owner, build):
    report = reports.save("Города", {}, actor=owner)
    for values in ({"staff_role": build.staff(P.STATISTICS).staff_role}, {}):
        with pytest.raises(InvalidInput):
            reports.change(report, {"role": Role.STAFF} | values, actor=owner)
    with pytest.raises(RefusedMove):
        reader = build.staff(P.REPORTS_READ)
        reports.change(report, {"role": Role.STAFF, "staff_role": reader.staff_role}, actor=owner)
        reader.role, reader.staff_role = Role.CLIENT, None
        roles.remove(report.staff_role, actor=owner)


def test_whoever_composes_reports_counts_what_the_role_may_and_keeps_them_to_themselves(owner, build):
    build.conversation()
    composer = build.staff(P.REPORTS)
    report = reports.save("Мой", {"rows": "city", "when": "year"}, actor=composer)
    assert reports.show(report).value("inquiries") == 1
    assert seen(SavedReport, owner) == []
    with pytest.raises(Forbidden):
        reports.change(report, {"role": Role.AGENT}, actor=composer)
    with pytest.raises(InvalidInput):  # conversations are another permission
        reports.run(reports.parse({"subject": "conversations"}), actor=composer)
    reader = build.staff(P.REPORTS, P.CONVERSATION_SUPERVISE)
    asked = reports.parse({"subject": "conversations", "when": "year"})
    assert reports.run(asked, actor=reader).value("conversations") == 1


def test_a_view_of_a_list_is_seen_by_the_role_it_is_shared_with(owner, build):
    looker, other = build.staff(P.INQUIRY_READ), build.staff(P.INQUIRY_READ)
    shared = {"name": "Покупка", "query": "deal=buy", "role": Role.STAFF, "staff_role": looker.staff_role}
    view = list_views.save("inquiries_admin", shared, actor=owner)
    assert (seen(ListView, looker), seen(ListView, other)) == ([view], [])
    with pytest.raises(Forbidden):
        list_views.change(view, {"name": "Моя"}, actor=looker)
    list_views.change(view, {"role": None}, actor=owner)
    assert (view.staff_role, seen(ListView, looker)) == (None, [])

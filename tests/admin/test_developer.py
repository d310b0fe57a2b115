"""The developer's corner: true, quick, for owners only, and without anybody's data."""

from datetime import datetime

import pytest

from app import slow
from app.extensions import db
from app.models.developer import ErrorGroup
from app.services import developer, settings
from app.tasks import schedule

PAGE = "/supervisor/developer/"


@pytest.fixture
def broken(app, monkeypatch):
    """``GET /support/about`` breaks with somebody's name in its words."""

    name = "Анна Смирнова, +420777123456"

    def fail(*_args, **_more):
        raise LookupError(name)

    monkeypatch.setitem(app.view_functions, "support.about", fail)
    fail.permission = "public"
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return "/support/about"


@pytest.mark.every_database
def test_it_tells_versions_queues_sizes_and_opens_for_owners_alone(build, browser_of):
    build.support()
    page = browser_of(build.supervisor()).get(PAGE).get_data(as_text=True)
    assert developer.migrations()[0] == developer.migrations()[1] in page
    assert "Flask-Admin" in page
    assert "users" in page, "the largest tables"
    for person in (build.realtor(), build.agent(), build.client()):
        assert browser_of(person).get(PAGE).status_code == 403


def test_errors_of_one_place_are_one_line_and_keep_nobody_s_data(build, browser_of, visitor, broken):
    for _ in range(3):
        assert visitor.get(broken + "?name=Анна").status_code == 500
    db.session.rollback()
    (group,) = db.session.scalars(db.select(ErrorGroup)).all()
    assert (group.kind, group.count, group.door) == ("LookupError", 3, "support.about")
    assert "Анна" not in group.traceback + group.place
    browser = browser_of(build.supervisor())
    assert "LookupError" in browser.get(PAGE).get_data(as_text=True)
    browser.post(PAGE + "errors")
    assert "LookupError" not in browser.get(PAGE).get_data(as_text=True)


def test_no_more_than_so_many_groups_are_kept(context, monkeypatch):
    monkeypatch.setattr(developer, "GROUPS", 3)
    for number in range(6):
        try:
            exec(compile("\n" * number + "1 / 0", "made_up.py", "exec"))
        except ZeroDivisionError as error:
            developer.note_error(error, "test")
    assert len(db.session.scalars(db.select(ErrorGroup)).all()) == 3


def test_a_slow_request_is_shown_without_its_query(build, browser_of, visitor, monkeypatch):
    settings.change("slow_request_ms", "100", actor=build.supervisor())
    monkeypatch.setattr(slow, "FLOOR", -1)
    monkeypatch.setattr(settings, "get", lambda key, get=settings.get: -1 if key == "slow_request_ms" else get(key))
    visitor.get("/support/faq?q=Анна")
    assert slow.requests[-1][1] == "GET support.faq_page"
    page = browser_of(build.supervisor()).get(PAGE).get_data(as_text=True)
    assert "GET support.faq_page" in page
    assert "Анна" not in page


def test_a_job_says_when_it_last_ran_and_how_it_went(app, build, browser_of, monkeypatch):
    monkeypatch.setattr(schedule.standings, "wake_due", lambda: 1 / 0)
    schedule.run_due(app, datetime(2026, 11, 22, 12, 1))
    found = {job.name: job.fine for job in developer.jobs()}
    assert found["follow_clock"] is True
    assert found["wake_snoozed"] is False
    assert "wake_snoozed" in browser_of(build.supervisor()).get(PAGE).get_data(as_text=True)

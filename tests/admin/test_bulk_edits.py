"""Many rows at once: seen before it happens, an outcome to each row, and taken back as a whole."""

import re

import pytest
import sqlalchemy as sa

from app.constants import BulkOutcome as Outcome
from app.constants import InquiryStatus
from app.extensions import db
from app.models.accounts import User
from app.models.audit import AuditEvent, Operation
from app.models.bulk_edits import BulkEdit
from app.models.inquiries import Inquiry
from app.services import bulk_edits, inquiries, partners, undoing

LIST = "/supervisor/inquiries/"


LEFT = dict.fromkeys(("status", "deal", "blocked", "locale"), "")  # what a browser sends of untouched selects


def planned(browser, data, address=LIST):
    answer = browser.post(f"{address}bulk/", data=LEFT | {"confirmed": "1"} | data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def fresh(model):
    db.session.rollback()
    return db.session.scalars(sa.select(model).order_by(model.id)).all()


def test_all_that_were_found_change_and_come_back_as_one(build, browser_of):
    prague, brno = build.city("Прага"), build.city("Брно")
    build.realtor(city=brno)
    found = [build.inquiry(city=prague) for _ in range(3)]
    there, other = build.inquiry(city=brno), build.inquiry(city=prague, deal="buy")
    owner = build.supervisor()
    browser = browser_of(owner)
    plan = planned(browser, {"all": "1", "back": "deal=rent&page=4", "city": str(brno.public_id)})
    page = browser.get(plan).get_data(as_text=True)
    assert "изменится: 3" in page
    assert "уже так: 1" in page
    assert {row.city_id for row in fresh(Inquiry) if row.id != there.id} == {prague.id}

    assert browser.post(plan + "run/").status_code == 303
    assert "изменено: 3" in browser.get(plan).get_data(as_text=True)
    rows = {row.id: row.city_id for row in fresh(Inquiry)}
    assert {rows[row.id] for row in found} == {brno.id}
    assert rows[other.id] == prague.id
    browser.post(plan + "run/")  # pressed again it does nothing more
    events = db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.operation_id.is_not(None)))
    assert events == 3

    undoing.undo_operation(db.session.scalars(sa.select(Operation)).one(), actor=owner)
    rows = {row.id: row.city_id for row in fresh(Inquiry)}
    assert {rows[row.id] for row in found} == {prague.id}


def test_a_row_changed_after_the_preview_is_left_alone(build, context):
    owner, brno = build.supervisor(), build.city("Брно")
    mine, theirs = build.inquiry(), build.inquiry()
    rows = [(row.public_id, row.version) for row in (mine, theirs)]
    edit = bulk_edits.plan("inquiry", rows, {"city": brno}, actor=owner)
    inquiries.edit(theirs, {"wishes": "Балкон"}, actor=owner)
    bulk_edits.run(edit, actor=owner)
    assert bulk_edits.outcomes(edit) == {Outcome.CHANGED: 1, Outcome.REFUSED: 1}
    assert [row for row, _why in bulk_edits.refused(edit, actor=owner)] == [theirs]
    assert (mine.city, theirs.city) == (brno, build.city("Прага"))


@pytest.mark.every_database
def test_a_run_that_was_cut_off_goes_on(build, context):
    owner = build.supervisor()
    rows = [(row.public_id, row.version) for row in (build.inquiry() for _ in range(3))]
    edit = bulk_edits.plan("inquiry", rows, {"status": "cancelled"}, actor=owner)
    bulk_edits.run(edit, actor=owner, seconds=0)
    assert bulk_edits.outcomes(edit) == {Outcome.CHANGED: 1, None: 2}
    bulk_edits.run(edit, actor=owner)
    assert bulk_edits.outcomes(edit) == {Outcome.CHANGED: 3}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Operation)) == 1


def test_states_open_close_and_say_why_not(build, context):
    owner = build.supervisor()
    new, done = build.inquiry(), build.inquiry(status=InquiryStatus.DONE)
    rows = [(row.public_id, row.version) for row in (new, done)]
    edit = bulk_edits.plan("inquiry", rows, {"status": "cancelled"}, actor=owner)
    seen = bulk_edits.preview(edit, actor=owner)
    assert (seen.changed, [row for row, _why in seen.refused]) == (1, [done])
    bulk_edits.run(edit, actor=owner)
    assert (new.status, done.status) == (InquiryStatus.CANCELLED, InquiryStatus.DONE)
    again = bulk_edits.plan("inquiry", rows, {"status": "new"}, actor=owner)
    bulk_edits.run(again, actor=owner)
    assert (new.status, done.status) == (InquiryStatus.NEW, InquiryStatus.NEW)


def test_people_are_blocked_with_a_reason_but_never_oneself(build, browser_of):
    owner, client = build.supervisor(), build.client()
    browser = browser_of(owner)
    chosen = {"rowid": [str(owner.public_id), str(client.public_id)], "blocked": "1"}
    unexplained = browser.post("/supervisor/people/bulk/", data=LEFT | chosen | {"confirmed": "1"})
    assert unexplained.status_code == 422
    assert 'id="reason-error"' in unexplained.get_data(as_text=True)
    plan = planned(browser, chosen | {"reason": "Спам"}, "/supervisor/people/")
    assert "нельзя: 1" in browser.get(plan).get_data(as_text=True)
    browser.post(plan + "run/")
    assert {row.id: row.blocked_reason for row in fresh(User)} == {owner.id: "", client.id: "Спам"}


def test_realtors_move_and_clients_have_no_city(build, context):
    owner, brno = build.supervisor(), build.city("Брно")
    realtor, client = build.realtor(), build.client()
    rows = [(row.public_id, row.version) for row in (realtor, client)]
    edit = bulk_edits.plan("user", rows, {"city": brno, "locale": "en"}, actor=owner)
    bulk_edits.run(edit, actor=owner)
    assert realtor.realtor.city == brno
    assert (realtor.locale, client.locale) == ("en", "ru")
    assert bulk_edits.outcomes(edit) == {Outcome.CHANGED: 1, Outcome.REFUSED: 1}


def test_agencies_get_a_site(build, context):
    owner = build.supervisor()
    rows = [partners.create(name, actor=owner) for name in ("Домус", "Терра")]
    site = {"website": "https://group.example"}
    edit = bulk_edits.plan("agency", [(row.public_id, row.version) for row in rows], site, actor=owner)
    bulk_edits.run(edit, actor=owner)
    assert {row.website for row in rows} == {"https://group.example"}


def test_nothing_chosen_and_nothing_to_change_are_said(build, browser_of):
    inquiry, browser = build.inquiry(), browser_of(build.supervisor())
    assert browser.post(LIST + "bulk/", data={}).status_code == 303
    chosen = {"rowid": str(inquiry.public_id)}
    assert "1 строка" in browser.post(LIST + "bulk/", data=chosen).get_data(as_text=True)
    assert browser.post(LIST + "bulk/", data=LEFT | chosen | {"confirmed": "1"}).status_code == 422


def test_a_plan_is_its_makers_alone(build, browser_of):
    inquiry = build.inquiry()
    plan = planned(browser_of(build.supervisor()), {"rowid": str(inquiry.public_id), "deal": "buy"})
    stranger = browser_of(build.supervisor())
    assert stranger.get(plan).status_code == 404
    assert stranger.post(plan + "run/").status_code == 404
    assert browser_of(build.realtor()).post(LIST + "bulk/", data={}).status_code == 403
    assert len(fresh(BulkEdit)) == 1


def test_the_list_offers_all_that_were_found(build, browser_of, monkeypatch):
    monkeypatch.setattr("app.admin.supervisor.inquiries.InquiryAdmin.page_size", 2)
    for _ in range(3):
        build.inquiry()
    browser = browser_of(build.supervisor())
    page = browser.get(LIST).get_data(as_text=True)
    assert re.search(r'name="all" value="1"', page)
    assert re.search(r"Все \d найденных", page)
    assert 'name="all"' not in browser.get(LIST + "?deal=buy").get_data(as_text=True)

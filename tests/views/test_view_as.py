"""«Смотреть как»: an owner sees what a person sees, and can change nothing by any door."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import sessions
from app.constants import AuditTag
from app.doors import PUBLIC, permission_of
from app.extensions import db, socketio
from app.models.accounts import SignIn, User
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.inquiries import Match
from app.services.transaction import transaction


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def look(browser_of, owner):
    """``look(person)``: the owner's browser, looking as that person."""

    def begin(person):
        browser = browser_of(owner)
        answer = browser.post(f"/supervisor/people/{person.public_id}/view-as/")
        assert answer.status_code == 303, answer.text
        return browser

    return begin


def journal():
    db.session.rollback()
    kinds = (AuditTag.VIEW_BEGUN, AuditTag.VIEW_ENDED)
    found = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.tag.in_(kinds)).order_by(AuditEvent.id))
    return [(event.tag, event.actor_id, event.object_id) for event in found]


def test_an_owner_sees_what_the_person_sees_until_finished(build, owner, look):
    inquiry = build.inquiry(build.client("Анна Петрова"))
    browser = look(inquiry.client)
    page = browser.get("/my/inquiries").text
    assert f"№ {inquiry.number}" in page.replace("\xa0", " ")
    assert "Вы смотрите сайт как Анна Петрова" in page
    assert browser.get("/supervisor/").status_code == 403
    browser.post("/view-as/end")
    page = browser.get("/supervisor/").text
    assert "Вы смотрите сайт" not in page
    person = str(inquiry.client.public_id)
    assert journal() == [(AuditTag.VIEW_BEGUN, owner.id, person), (AuditTag.VIEW_ENDED, owner.id, person)]


def test_every_door_that_writes_is_shut(app, build, look):
    """Walks all of them: whoever adds one need not think of it."""
    browser = look(build.conversation().client)
    with app.app_context():
        doors = [rule for rule in app.url_map.iter_rules() if rule.methods - {"GET", "HEAD", "OPTIONS"}]
        writing = {rule.endpoint: rule for rule in doors if rule.endpoint != "view_as.end"}
        assert any(permission_of(endpoint) == PUBLIC for endpoint in writing)
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        paths = {name: adapter.build(name, _filling(rule), force_external=False) for name, rule in writing.items()}
    for name, path in paths.items():
        method = next(iter(writing[name].methods - {"GET", "HEAD", "OPTIONS"}))
        answer = browser.open(path, method=method, check=False)
        if name.startswith("api_v1."):
            assert answer.status_code == 401, f"{name}: a cookie opens no door of programs"
            continue
        assert answer.status_code == 403, name
        assert "Изменить ничего нельзя" in answer.text or "read_only" in answer.text, name


def _filling(rule):
    uuid = "00000000-0000-7000-8000-000000000000"
    return {name: 1 if type(c).__name__ == "IntegerConverter" else uuid for name, c in rule._converters.items()} | {
        name: min(c.items) for name, c in rule._converters.items() if type(c).__name__ == "AnyConverter"
    }


@pytest.mark.every_database
def test_opening_pages_leaves_no_trace(build, look):
    inquiry, realtor = build.inquiry(), build.realtor()
    browser = look(realtor)
    assert browser.get("/office/inquiries/").status_code == 200
    assert browser.get(f"/office/inquiries/{inquiry.public_id}").status_code == 200
    db.session.rollback()
    assert db.session.scalar(sa.select(Match)) is None, "the client would be told that the realtor has seen it"
    assert db.session.get(User, realtor.id).last_seen_at is None


def test_no_socket_is_opened_as_the_person(app, build, look):
    browser = look(build.conversation().client)
    client = socketio.test_client(app, flask_test_client=browser)
    assert not client.is_connected()


def test_never_another_owner_nor_somebody_blocked(build, browser_of, owner):
    browser = browser_of(owner)
    blocked = build.client(blocked_at=utcnow())
    for person in (build.supervisor(), owner, blocked):
        assert browser.post(f"/supervisor/people/{person.public_id}/view-as/").status_code == 403
        assert "Смотреть как" not in browser.get(f"/supervisor/people/{person.public_id}/").text
    assert journal() == []


def test_nobody_else_may(build, browser_of):
    client = build.client()
    for person in (build.client(), build.realtor(), build.user("agent")):
        assert browser_of(person).post(f"/supervisor/people/{client.public_id}/view-as/").status_code == 403


def test_a_made_up_wish_in_the_session_helps_nobody_but_an_owner(build, browser_of):
    client, victim = build.client(), build.client("Жертва")
    browser = browser_of(client)
    with browser.session_transaction() as session:
        session[sessions.VIEW] = {"person": str(victim.public_id), "at": int(time.time())}
    assert "Жертва" not in browser.get("/my/profile").text


def test_it_ends_with_the_owners_session_and_with_time(build, owner, look):
    person = build.client()
    browser = look(person)
    with browser.session_transaction() as session:
        session[sessions.VIEW] = session[sessions.VIEW] | {"at": int(time.time()) - 4000}
    assert browser.get("/supervisor/").status_code == 200
    assert [tag for tag, *_ in journal()] == [AuditTag.VIEW_BEGUN, AuditTag.VIEW_ENDED]
    browser = look(person)
    with transaction() as session:
        session.execute(sa.update(SignIn).where(SignIn.user_id == owner.id).values(ended_at=utcnow() - timedelta(1)))
    assert browser.get("/my/inquiries").status_code == 303


def test_somebody_who_becomes_an_owner_is_looked_at_no_more(build, look):
    person = build.client()
    browser = look(person)
    with transaction():
        person.role = "supervisor"
    assert "Вы смотрите сайт" not in browser.get("/supervisor/").text


@pytest.mark.parametrize("role", ["client", "realtor", "agent", "scout"])
def test_no_page_breaks_when_nothing_it_writes_is_kept(app, build, look, role):
    conversation = build.conversation()
    person = {"client": conversation.client, "realtor": conversation.realtor}.get(role) or build.user(role)
    browser = look(person)
    with app.app_context():
        paths = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    paths += [f"/my/conversations/{conversation.public_id}", f"/office/conversations/{conversation.public_id}"]
    answers = {path: browser.get(path, check=False).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert 200 in answers.values()


def test_their_data_and_their_keys_are_shown_to_themselves_only(build, browser_of, look):
    person = build.client()
    own = browser_of(person)
    own.post("/my/profile/second-factor/start")
    paths = ["/my/profile/data", "/my/profile/second-factor"]
    assert [own.get(path).status_code for path in paths] == [200, 200]
    browser = look(person)
    assert [browser.get(path).status_code for path in paths] == [403, 403]

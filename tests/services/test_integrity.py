from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.constants import AuditTag, InquiryStatus
from app.errors import Forbidden
from app.extensions import db
from app.models.accounts import Realtor
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.conversations import Conversation
from app.models.diagnostics import Checkup
from app.models.inquiries import Inquiry, Match
from app.models.statistics import DailyCount
from app.services import integrity, statistics, undoing
from app.services.integrity import rules
from app.services.transaction import transaction
from app.tasks import schedule


@pytest.fixture
def healthy(build):
    """An accepted inquiry with everything that belongs to it, by the rules."""
    conversation = build.conversation()
    with transaction():
        conversation.inquiry.acceptances = 1
    statistics.rebuild()
    assert integrity.check() == []
    return conversation


def broken_rules():
    return {finding.rule.word for finding in integrity.check()}


@pytest.mark.every_database
def test_each_rule_sees_its_own_damage(healthy):
    with transaction() as session:
        session.scalar(db.select(DailyCount)).inquiries = 7
    assert broken_rules() == {rules.StatisticsEqualRawRows.word}
    with transaction() as session:
        session.execute(db.delete(DailyCount))
    assert broken_rules() == {rules.StatisticsEqualRawRows.word}
    statistics.rebuild()
    with transaction() as session:
        session.get_one(Conversation, healthy.id).last_seq = 3
        session.scalar(db.select(Realtor)).active = False
    assert broken_rules() == {rules.MessagesAreNumbered.word, rules.ActiveRealtorsAreActive.word}


def test_an_acceptance_without_a_conversation_is_found(healthy):
    with transaction() as session:
        session.delete(session.get_one(Conversation, healthy.id))
    assert broken_rules() == {rules.AcceptedMatchHasConversation.word}


def test_the_command_tells_and_fails(app, healthy):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["check"]).exit_code == 0
    with transaction() as session:
        session.get_one(Conversation, healthy.id).last_seq = 3
    answer = runner.invoke(args=["check"])
    assert answer.exit_code == 1
    assert str(rules.MessagesAreNumbered.name) in answer.output


def _damage(statement):
    """Straight into the rows, as only a fault could."""
    with transaction() as session:
        session.execute(statement)


BROKEN = {
    "statistics": lambda: sa.update(DailyCount).values(inquiries=7),
    "acceptances": lambda: sa.update(Inquiry).values(acceptances=3),
    "firsts": lambda: sa.update(Inquiry).values(first_realtor_id=None),
    "matches": lambda: sa.update(Match).values(published_day=None),
    "conversations": lambda: sa.delete(Conversation),
    "messages": lambda: sa.update(Conversation).values(last_seq=3),
    "written": lambda: sa.update(Conversation).values(client_messages=2, realtor_messages=1),
    "realtors": lambda: sa.update(Realtor).values(active=False),
}


@pytest.mark.parametrize("word", BROKEN)
def test_one_press_mends_it(healthy, build, word):
    _damage(BROKEN[word]())
    assert word in broken_rules()
    done, refused = integrity.fix(integrity.rule(word), actor=build.supervisor())
    assert (done, refused) == (1, [])
    if word == "acceptances":  # the rollup followed the inquiry, which had been changed behind its back
        statistics.rebuild()
    assert broken_rules() == set()


def test_what_was_mended_can_be_taken_back(healthy, build):
    owner = build.supervisor()
    _damage(BROKEN["realtors"]())
    integrity.fix(integrity.rule("realtors"), actor=owner)
    event = db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.REPAIRED))
    undoing.undo(event, actor=owner)
    assert not healthy.realtor.realtor.active


def test_an_inquiry_nobody_wants_expires_by_a_press(build):
    build.realtor(city=build.city("Прага"))
    inquiry = build.inquiry(city=build.city("Прага"))
    _damage(sa.update(Inquiry).values(published_at=utcnow() - timedelta(days=31)))
    assert [finding.rule.damage for finding in integrity.check() if finding.rule.word == "unanswered"] == [False]
    owner = build.supervisor()
    integrity.fix(integrity.rule("unanswered"), actor=owner)
    assert inquiry.status == InquiryStatus.EXPIRED
    event = db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.INQUIRY_STATUS))
    undoing.undo(event, actor=owner)
    assert inquiry.status == InquiryStatus.NEW


def test_owners_see_mend_and_are_reminded(healthy, build, browser_of):
    _damage(BROKEN["realtors"]())
    browser = browser_of(build.supervisor())
    assert browser.post("/supervisor/diagnostics/").status_code == 303
    assert "правил с находками" in browser.get("/supervisor/").get_data(as_text=True)
    page = browser.get("/supervisor/diagnostics/realtors/").get_data(as_text=True)
    assert f"/supervisor/people/{healthy.realtor.public_id}/" in page
    assert browser.post("/supervisor/diagnostics/realtors/fix").status_code == 303
    assert "нарушений нет" in browser.get("/supervisor/diagnostics/realtors/").get_data(as_text=True)
    assert browser_of(build.client()).post("/supervisor/diagnostics/realtors/fix").status_code == 403
    with pytest.raises(Forbidden):
        integrity.fix(integrity.rule("realtors"), actor=build.client())


def test_nothing_is_called_well_before_anybody_looked(healthy, build, browser_of):
    """The clock looks within a minute of the first start, and at each rule that a new version brings."""
    _damage(sa.delete(Checkup))
    _damage(BROKEN["realtors"]())
    owner = browser_of(build.supervisor())
    assert "ещё не проверяли" in owner.get("/supervisor/").text
    schedule.look_at_new_rules()
    assert "ещё не проверяли" not in owner.get("/supervisor/").text
    assert {word for word, known in integrity.known().items() if known.count} == {"realtors"}
    assert len(integrity.known()) == len(integrity.RULES)
    _damage(BROKEN["messages"]())
    schedule.look_at_new_rules()
    assert not integrity.known()["messages"].count, "what was looked at waits for the night"
    _damage(sa.delete(Checkup).where(Checkup.rule == "messages"))
    schedule.look_at_new_rules()
    assert integrity.known()["messages"].count == 1

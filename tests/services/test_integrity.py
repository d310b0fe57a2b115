import pytest

from app.extensions import db
from app.models.accounts import Realtor
from app.models.conversations import Conversation
from app.models.statistics import DailyCount
from app.services import integrity, statistics
from app.services.transaction import transaction


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
    return {finding.rule for finding in integrity.check()}


@pytest.mark.every_database
def test_each_rule_sees_its_own_damage(healthy):
    with transaction() as session:
        session.scalar(db.select(DailyCount)).inquiries = 7
    assert broken_rules() == {integrity.StatisticsEqualRawRows.name}
    with transaction() as session:
        session.execute(db.delete(DailyCount))
    assert broken_rules() == {integrity.StatisticsEqualRawRows.name}
    statistics.rebuild()
    with transaction() as session:
        session.get_one(Conversation, healthy.id).last_seq = 3
        session.scalar(db.select(Realtor)).active = False
    assert broken_rules() == {integrity.MessagesAreNumbered.name, integrity.ActiveRealtorsAreActive.name}


def test_an_acceptance_without_a_conversation_is_found(healthy):
    with transaction() as session:
        session.delete(session.get_one(Conversation, healthy.id))
    assert broken_rules() == {integrity.AcceptedMatchHasConversation.name}


def test_the_command_tells_and_fails(app, healthy):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["check"]).exit_code == 0
    with transaction() as session:
        session.get_one(Conversation, healthy.id).last_seq = 3
    answer = runner.invoke(args=["check"])
    assert answer.exit_code == 1
    assert integrity.MessagesAreNumbered.name in answer.output

"""What two do in the same moment on PostgreSQL, where one writer does not wait for another by itself."""

import threading
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import Role, SystemEvent
from app.errors import Forbidden, InvalidInput
from app.extensions import db
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.request_fields import RequestField, RequestForm
from app.models.second_factor import SecondFactor
from app.services import accounts, conversations, support
from app.services.accounts import second_factor
from app.services.request_fields import editing

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
    pytest.mark.usefixtures("context"),
]


@pytest.fixture
def problems_at_once(app):
    """``problems_at_once(row, *works)``: they begin while somebody holds a row, so that none of them sees another's
    doing. What went wrong with them comes back.
    """

    def run(row, *works):
        model, key, problems = type(row), row.id, []
        db.session.rollback()

        def one(work):
            with app.app_context():
                try:
                    work()
                except Exception as error:
                    problems.append(error)

        threads = [threading.Thread(target=one, args=(work,), daemon=True) for work in works]
        with db.engine.begin() as holder:
            holder.execute(sa.select(model.__table__).where(model.id == key).with_for_update())
            for thread in threads:
                thread.start()
                thread.join(0.4)
        [thread.join(10) for thread in threads]
        return problems

    return run


@pytest.fixture
def at_once(problems_at_once):
    def run(row, *works):
        assert problems_at_once(row, *works) == []

    return run


def test_two_owners_who_demote_each_other_leave_one(build, problems_at_once):
    owner = build.supervisor()
    one, other = owner.id, build.supervisor().id

    def demote(whom, who):
        accounts.change_role(db.session.get(User, whom), Role.CLIENT, actor=db.session.get(User, who))

    refused = problems_at_once(owner, lambda: demote(one, other), lambda: demote(other, one))
    assert [type(error) for error in refused] in ([InvalidInput], [Forbidden])
    owners = sa.select(sa.func.count()).where(User.role == Role.SUPERVISOR, User.blocked_at.is_(None))
    assert db.session.scalar(owners) == 1


def test_of_two_owners_who_name_a_field_alike_the_second_is_told(build, problems_at_once):
    owner = build.supervisor().id

    def name(russian, english):
        values = {"kind": "yes_no", "label_ru": russian, "label_en": english}
        editing.save(None, values, actor=db.session.get(User, owner))

    name("Животные", "Pets")
    form = db.session.get(RequestForm, 1)
    refused = problems_at_once(form, lambda: name("Балкон", "Balcony"), lambda: name("Балкон", "Terrace"))
    assert [(type(error), error.field) for error in refused] == [(InvalidInput, "label_ru")]
    assert sorted(db.session.scalars(sa.select(RequestField.label_ru))) == ["Балкон", "Животные"]


def test_a_question_closed_by_two_operators_is_closed_once(build, at_once):
    question, agents = build.support(), [build.agent().id, build.agent().id]

    def close(agent):
        support.close(db.session.get(Conversation, question.id), actor=db.session.get(User, agent))

    at_once(question, *(lambda agent=agent: close(agent) for agent in agents))
    closing = sa.select(sa.func.count()).where(Message.body == SystemEvent.SUPPORT_CLOSED)
    assert db.session.scalar(closing) == 1


def test_a_message_written_while_an_operator_closes_is_never_refused(build, at_once):
    question, agent_id = build.support(), build.agent().id
    person_id, key = question.client_id, question.id

    def close():
        support.close(db.session.get(Conversation, key), actor=db.session.get(User, agent_id))

    def write():
        mine, person = db.session.get(Conversation, key), db.session.get(User, person_id)
        conversations.send(mine, nonce=uuid4(), body="И ещё вопрос", actor=person)

    at_once(question, close, write)
    assert db.session.get(Conversation, key, populate_existing=True).open


def test_the_second_step_begun_in_two_tabs_has_one_key(build, at_once):
    person_id = build.client().id
    start = lambda: second_factor.start(actor=db.session.get(User, person_id))  # noqa: E731
    at_once(db.session.get(User, person_id), start, start)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SecondFactor)) == 1

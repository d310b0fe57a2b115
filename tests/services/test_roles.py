"""Own roles as owners keep them: composed, given, changed and taken away, with a way back."""

import pytest
import sqlalchemy as sa

from app.access.permissions import Permission, may
from app.constants import AuditTag, Role
from app.errors import EditConflict, Forbidden, InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.roles import StaffRole
from app.services import accounts, roles, undoing

P = Permission
ANALYST = {"title_ru": "Аналитик", "title_en": "Analyst", "permissions": [P.STATISTICS]}


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def analyst(owner):
    return roles.save(None, ANALYST, actor=owner)


def latest():
    return db.session.scalar(sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))


def ended(heard):
    return {event.data["user_id"] for event in heard if event.name == "account:ended"}


def test_a_person_with_the_role_may_what_it_says_and_is_signed_out_by_getting_it(owner, build, analyst, heard):
    person = build.client()
    accounts.change_role(person, Role.STAFF, staff_role=analyst, actor=owner)
    assert (person.role, person.session_epoch, ended(heard)) == (Role.STAFF, 1, {person.id})
    assert may(person, P.STATISTICS)
    assert not may(person, P.INQUIRY_CORRECT)
    event = latest()
    assert event.data["new"] == {"role": "staff", "staff_role": "Аналитик"}
    undoing.undo(event, actor=owner)
    assert (person.role, person.staff_role) == (Role.CLIENT, None)
    undoing.undo(latest(), actor=owner)
    assert (person.role, person.staff_role) == (Role.STAFF, analyst)


def test_what_a_role_may_changes_for_its_people_at_once_and_back(owner, build, analyst, heard):
    person, other = build.client(), build.client()
    accounts.change_role(person, Role.STAFF, staff_role=analyst, actor=owner)
    heard.clear()
    roles.save(analyst, {"permissions": [P.SUPPORT_DESK]}, actor=owner, version=1)
    assert ended(heard) == {person.id}
    assert may(person, P.SUPPORT_DESK)
    assert not may(person, P.STATISTICS)
    assert not may(other, P.SUPPORT_DESK)
    undoing.undo(latest(), actor=owner)
    assert may(person, P.STATISTICS)
    assert not may(person, P.SUPPORT_DESK)


@pytest.mark.parametrize(
    "values, field",
    [
        ({"title_ru": " "}, "title_ru"),
        ({"title_en": "x" * 61}, "title_en"),
        ({"title_ru": "аналитик"}, "title_ru"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["settings"]}, "permissions"),
        ({"permissions": ["roles", "statistics"]}, "permissions"),
    ],
)
def test_a_wrong_role_is_refused_at_its_field(owner, analyst, values, field):
    made = {"title_ru": "Другая", "title_en": "Other", "permissions": [P.STATISTICS]}
    with pytest.raises(InvalidInput) as refused:
        roles.save(None, made | values, actor=owner)
    assert refused.value.field == field


def test_two_owners_at_one_role(owner, analyst):
    roles.save(analyst, {"title_ru": "Статистик"}, actor=owner, version=1)
    with pytest.raises(EditConflict):
        roles.save(analyst, {"title_ru": "Счетовод"}, actor=owner, version=1)


def test_a_role_somebody_has_stays_and_a_deleted_one_comes_back(owner, build, analyst):
    person = build.client()
    accounts.change_role(person, Role.STAFF, staff_role=analyst, actor=owner)
    with pytest.raises(RefusedMove):
        roles.remove(analyst, actor=owner)
    accounts.change_role(person, Role.CLIENT, actor=owner)
    roles.remove(analyst, actor=owner)
    assert roles.everything() == []
    undoing.undo(latest(), actor=owner)
    [back] = roles.everything()
    assert (back.title_ru, back.permissions) == ("Аналитик", frozenset({"statistics"}))
    made = db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.STAFF_ROLE_CHANGED).limit(1))
    undoing.undo(made, actor=owner)
    assert db.session.scalars(sa.select(StaffRole)).all() == []


def test_only_owners_give_roles(owner, build, analyst):
    mover = build.staff(P.PEOPLE)
    for act in (
        lambda: accounts.change_role(build.client(), Role.SUPERVISOR, actor=mover),
        lambda: accounts.change_role(build.client(), Role.STAFF, staff_role=analyst, actor=build.agent()),
        lambda: roles.save(analyst, {"permissions": [P.PEOPLE]}, actor=mover),
        lambda: roles.remove(analyst, actor=mover),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(InvalidInput):
        accounts.change_role(build.client(), Role.STAFF, actor=owner)

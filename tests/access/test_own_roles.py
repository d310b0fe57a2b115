"""Own roles: whatever permissions one is composed of, it opens exactly their doors."""

import random
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.access import scopes
from app.access.loaders import get_visible
from app.access.permissions import GIVABLE, Permission, holds, may
from app.access.scopes import OPENS, clause, visible_to
from app.admin.supervisor.permission_words import WORDS
from app.constants import Role
from app.doors import PUBLIC, permission_of
from app.errors import Forbidden, NotFound
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.base import Model
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.services import conversations

P = Permission
GIVEN = sorted(GIVABLE)
SETS = [{P.STATISTICS}, {P.SUPPORT_DESK}, {P.CONTENT}, {P.DELIVERIES}, set(GIVABLE)]


def random_sets(number, seed=4):
    chance = random.Random(seed)
    return SETS + [set(chance.sample(GIVEN, chance.randint(1, 6))) for _ in range(number)]


def test_every_permission_has_words_and_can_be_given_or_says_why_not():
    assert set(WORDS) == set(Permission), "put it into admin/supervisor/permission_words.py"
    for permission, words in WORDS.items():
        assert words.group, permission
        assert words.label, permission
        assert bool(words.withheld) == (permission not in GIVABLE), f"{permission}: withheld says why it is not given"
    assert set(OPENS) == set(GIVABLE), "access/scopes.OPENS says which rows each given permission opens"


def test_nothing_given_leads_to_power_over_roles():
    assert not set(GIVABLE) & {P.ROLES, P.SETTINGS, P.VIEW_AS, P.JOURNAL, P.BIN, P.CONSOLE}


@pytest.fixture
def scene(build):
    talk = build.conversation()
    build.support()
    build.join_link()
    return talk


def console_doors(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/supervisor/"):
            yield rule


def address_of(rule, room, rows):
    """The door with a row of its own model in the address, or what leads nowhere."""
    key = rows.get(getattr(room, "model", None)) or uuid4()
    known = {name: min(getattr(rule._converters[name], "items", [key])) for name in rule.arguments}
    return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda found: str(known[found[1]]), rule.rule)


@pytest.mark.parametrize("granted", random_sets(5), ids=lambda granted: "+".join(sorted(granted)))
def test_a_role_opens_the_doors_of_its_permissions_and_no_other(app, build, scene, browser_of, granted):
    person = build.staff(*granted)
    browser, owner = browser_of(person), browser_of(build.supervisor())
    rooms = {view.endpoint: view for admin in app.extensions["admin"] for view in admin._views}
    opened = set()
    for rule in console_doors(app):
        needed = permission_of(rule.endpoint)
        if needed == PUBLIC:
            continue
        room = rooms.get(rule.endpoint.partition(".")[0])
        method = "GET" if "GET" in rule.methods else "POST"
        if may(person, needed):
            if method == "GET" and not rule.arguments:
                answer = browser.get(rule.rule, check=False)
                assert answer.status_code != 403 or owner.get(rule.rule, check=False).status_code == 403, rule
                opened.add(rule.endpoint)
        else:
            address = address_of(rule, room, {Inquiry: scene.inquiry.public_id, User: scene.client.public_id})
            answer = getattr(browser, method.lower())(address)
            assert answer.status_code in (403, 404), (rule, answer.status_code)
    assert opened
    assert browser.get("/office/").status_code == 403
    assert browser.get(f"/my/conversations/{scene.public_id}").status_code in (403, 404)


@pytest.mark.parametrize("granted", random_sets(12), ids=lambda granted: "+".join(sorted(granted)))
def test_rows_are_opened_by_the_permission_that_needs_them_and_no_other(build, scene, granted):
    person = build.staff(*granted)
    for model in {mapper.class_ for mapper in Model.registry.mappers} - scopes._PUBLIC.keys():
        seen = db.session.scalar(sa.select(sa.func.count()).select_from(model).where(clause(person, model)))
        if not any(model in OPENS[each] for each in granted):
            assert seen == (1 if model is User else 0), model


def test_people_of_the_console_stay_out_of_reach_of_whoever_corrects_people(build):
    moderator, owner, client = build.staff(P.PEOPLE), build.supervisor(), build.client()
    assert get_visible(moderator, User, client.public_id, P.PEOPLE) is client
    for hidden in (owner, build.agent(), build.staff(P.STATISTICS)):
        with pytest.raises(NotFound):
            get_visible(moderator, User, hidden.public_id, P.PEOPLE)
    assert not may(moderator, P.ROLES, client)
    assert not may(owner, P.ROLES, owner)


def test_what_is_not_given_is_not_held_even_when_the_row_says_so(build):
    """A word that no own role may have opens nothing, whoever wrote it into the table."""
    person = build.staff(P.SETTINGS, P.ROLES, "made.up")
    assert not any(holds(person, each) for each in (P.SETTINGS, P.ROLES, P.CONSOLE, P.LIST_VIEWS))


def test_an_operator_answers_support_and_reads_nothing_else(build, scene):
    operator, analyst, support = build.staff(P.SUPPORT_DESK), build.staff(P.STATISTICS), build.support()
    conversations.send(support, nonce=uuid4(), body="Здравствуйте", actor=operator)
    assert set(db.session.scalars(visible_to(operator, Conversation).where(Conversation.id == scene.id))) == set()
    with pytest.raises(Forbidden):
        conversations.send(support, nonce=uuid4(), body="Я аналитик", actor=analyst)
    assert db.session.scalars(visible_to(analyst, Message)).all() == []
    assert db.session.scalars(visible_to(analyst, Realtor)).all() == [scene.realtor.realtor]
    assert analyst.role == Role.STAFF

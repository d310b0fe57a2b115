"""Own roles: whatever permissions one is composed of, it opens exactly their doors."""

import random
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa
from werkzeug.routing import IntegerConverter

from app.access import scopes
from app.access.loaders import get_visible
from app.access.permissions import GIVABLE, HALVES, Permission, holds, may
from app.access.scopes import OPENS, clause, visible_to
from app.admin.saved import OWN
from app.admin.supervisor.permission_words import WORDS
from app.constants import AuditTag, Role
from app.doors import PUBLIC, permission_of
from app.errors import Forbidden, NotFound
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.audit import AuditEvent
from app.models.base import Model
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.models.places import City, Country
from app.models.roles import StaffRole
from app.services import audit, content, conversations, faq, hints, join_links, menus
from app.services.transaction import transaction

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
    converters = rule._converters
    numbers = {name: 1 for name in rule.arguments if isinstance(converters[name], IntegerConverter)}
    known = {name: min(getattr(converters[name], "items", [key])) for name in rule.arguments} | numbers
    return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda found: str(known[found[1]]), rule.rule)


@pytest.mark.parametrize("granted", random_sets(2), ids=lambda granted: "+".join(sorted(granted)))
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


LOOKERS = {*HALVES.values(), P.JOURNAL_READ}
CORRECTIONS = {"inquiries", "people", "agencies", "cities", "countries", "deliveries", "diagnostics", "journal"}
CORRECTIONS |= {"articles", "pages", "menus", "hints", "faq", "faq-topics", "contacts", "invitations"}


def test_whoever_may_look_and_no_more_changes_nothing_by_any_door(app, build, scene, browser_of):
    looker = build.staff(*LOOKERS)
    browser = browser_of(looker)
    rooms = {view.endpoint: view for admin in app.extensions["admin"] for view in admin._views}
    keys = {
        Inquiry: scene.inquiry.public_id,
        User: scene.client.public_id,
        Agency: scene.realtor.realtor.agency.public_id,
    }
    asked = set()
    for rule in console_doors(app):
        room = rooms.get(rule.endpoint.partition(".")[0])
        if rule.rule.split("/")[2] not in CORRECTIONS or rule.endpoint.endswith(".export_later"):
            continue
        address = address_of(rule, room, keys | {City: scene.inquiry.city.public_id, Country: "CZ"})
        if "POST" in rule.methods:
            asked.add(rule.endpoint)
            assert browser.post(address, data={"rowid": "1"}).status_code == 403, rule
            if "GET" in rule.methods:
                assert browser.get(address).status_code == 403, rule
    wanted = {"people.action_view", "people.bulk_view", "inquiries_admin.ajax_update", "cities.merge_view"}
    wanted |= {"agencies.create_view", "agencies.different_view", "diagnostics.fix", "journal.undo_view"}
    assert asked >= wanted | {"articles_admin.publish_view", "hints.save", "invitations.action_view", "pages.edit_view"}


@pytest.mark.parametrize("place", ["inquiries", "people", "agencies", "countries", "contacts", "menus"])
def test_lists_offer_their_lookers_nothing_to_press(build, scene, browser_of, place):
    looker, owner = build.staff(*LOOKERS), build.supervisor()
    address = f"/supervisor/{place}/"
    seen, full = (browser_of(person).get(address).get_data(as_text=True) for person in (looker, owner))
    marks = ("data-edit", "data-inline-field", 'name="rowid"', "data-bulk", "/new/")
    assert not [mark for mark in marks if mark in seen]
    assert [mark for mark in marks if mark in full]


def test_an_invitation_is_seen_without_its_address_by_whoever_only_looks(build, scene, browser_of):
    looker, maker = build.staff(P.JOIN_LINKS_READ), build.staff(P.JOIN_LINKS)
    address = "/supervisor/invitations/?columns=address,realtors"
    for page in (address, "/supervisor/invitations/"):
        seen, full = (browser_of(person).get(page).get_data(as_text=True) for person in (looker, maker))
        assert "Партнёры" in seen
        assert "secret-join-token" not in seen
        assert "Адрес" not in seen, "nor is the column offered"
        assert 'name="rowid"' not in seen
        assert "secret-join-token" in full
        assert 'name="rowid"' in full


def test_hints_are_read_and_not_typed_by_whoever_only_looks(build, browser_of):
    hints.save("inquiry.wishes", {"text_ru": "Про **собаку**", "text_en": ""}, actor=build.supervisor())
    seen, full = (
        browser_of(build.staff(each)).get("/supervisor/hints/").get_data(as_text=True)
        for each in (P.CONTENT_READ, P.CONTENT)
    )
    assert "Про **собаку**" in seen
    assert "inquiry.wishes-text_ru" not in seen
    assert "inquiry.wishes-text_ru" in full


@pytest.mark.parametrize(("look", "correct"), [(P.CONTENT_READ, "content"), (P.JOIN_LINKS_READ, "join_links")])
def test_a_role_stored_before_its_halves_were_parted_holds_both(build, look, correct):
    kept, looker = build.staff(correct), build.staff(look)
    assert holds(kept, look)
    assert holds(kept, P(correct))
    assert holds(looker, look)
    assert not holds(looker, P(correct))


def test_the_journal_tells_a_looker_of_what_the_role_may_look_at_and_of_no_owner(build, scene):
    owner, reader, narrow = build.supervisor(), build.staff(*LOOKERS), build.staff(P.JOURNAL_READ, P.AGENCIES_READ)
    with transaction():
        for person in (scene.client, owner, build.agent(), build.staff(P.CONTENT)):
            audit.record(AuditTag.ACCOUNT_BLOCKED, person, actor=owner, reason="Спам")
        audit.record(AuditTag.MESSAGE_DELETED, scene, actor=scene.client, old={"body": "слово"}, new={}, seq=1)
        audit.record(AuditTag.SETTING_CHANGED, StaffRole(public_id=uuid4()), actor=owner, old={}, new={})
    told = {(event.object_type, event.object_id) for event in db.session.scalars(visible_to(reader, AuditEvent))}
    assert ("user", str(scene.client.public_id)) in told
    assert {id for kind, id in told if kind == "user"} <= {str(scene.client.public_id), str(scene.realtor.public_id)}
    assert {kind for kind, _id in told} <= {"user", "inquiry", "agency", "city", "country"}
    assert {event.object_type for event in db.session.scalars(visible_to(narrow, AuditEvent))} <= {"agency"}


def test_the_journal_tells_whoever_looks_at_content_or_invitations_of_their_changes(build):
    owner = build.supervisor()
    faq.save_topic(None, {"slug": "payment", "title_ru": "Оплата", "title_en": "Payment"}, actor=owner)
    content.save_page("about", {"title_ru": "О нас", "body_ru": "Новое"}, actor=owner)
    menus.save(None, {"place": "footer", "label_ru": "О нас", "label_en": "About", "target": "/about"}, actor=owner)
    join_links.create("Брно", actor=owner)

    def told(*given):
        return {event.object_type for event in db.session.scalars(visible_to(build.staff(*given), AuditEvent))}

    texts = {"faqtopic", "page", "menuitem"}
    assert told(P.JOURNAL_READ, P.CONTENT_READ) == told(P.JOURNAL_READ, P.CONTENT) == texts
    assert told(P.JOURNAL_READ, P.JOIN_LINKS_READ) == {"joinlink"}
    assert told(P.JOURNAL_READ) == told(P.CONTENT_READ) == set()


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


def test_an_owner_edits_and_gives_a_role_whose_number_is_that_of_the_owners_account(build, browser_of):
    owner, person = build.supervisor(), build.client()
    role = build.add(
        StaffRole(id=owner.id, title_ru="Числа", title_en="Numbers", permissions=frozenset({"statistics"}))
    )
    browser, room = browser_of(owner), f"/supervisor/people/{person.public_id}/edit/"
    assert browser.get(f"/supervisor/roles/{role.public_id}/edit/").status_code == 200
    data = {"name": "Вера", "email": person.email, "locale": "ru", "version": "1", "role": f"{OWN}{role.public_id}"}
    answer = browser.post(room, data=data)
    assert answer.status_code == 303, re.findall('error-[^"]+"[^>]*>.*', answer.get_data(as_text=True))
    db.session.rollback()
    assert person.staff_role_id == role.id
    assert not may(owner, P.ROLES, owner)


def test_the_matrix_says_what_a_person_with_the_role_may(build, browser_of):
    """What is everybody's is theirs, too, though no role can be given it."""
    person = build.staff(P.STATISTICS)
    page = browser_of(build.supervisor()).get("/supervisor/roles/").get_data(as_text=True)
    rows = re.findall(r'<th scope="row">([^<]+).*?</tr>', page, re.S)
    last = [cells[-1] for cells in (re.findall(r"<td>(.*?)</td>", row, re.S) for row in page.split("<tr")[2:]) if cells]
    said = {name.strip(): "yes" in cell for name, cell in zip(rows, last, strict=True)}
    assert said == {str(WORDS[each].label): holds(person, each) for each in WORDS}
    assert said["Свой профиль"]


def test_the_form_of_a_role_begins_with_a_ready_one_and_unfolds_what_it_ticks(build, browser_of):
    browser = browser_of(build.supervisor())
    folded = re.compile(r"<details class=\"fold role-group\"( open)?>\s*<summary><h2>([^<]+)</h2> <small[^>]*>([^<]+)")
    page = browser.get("/supervisor/roles/new/").get_data(as_text=True)
    assert "/supervisor/roles/new/?like=support" in page
    assert not any(opened for opened, *_rest in folded.findall(page))
    page = browser.get("/supervisor/roles/new/?like=analyst").get_data(as_text=True)
    assert {(name, given) for opened, name, given in folded.findall(page) if opened} == {("Числа", "3 из 4")}

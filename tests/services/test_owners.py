"""What owners do to accounts and agencies: at once, in the journal, and never over somebody else's edit."""

import pytest
import sqlalchemy as sa

from app.constants import InquiryStatus, Role
from app.errors import EditConflict, InvalidInput, NotFound, RefusedMove
from app.extensions import db
from app.models.accounts import Realtor
from app.models.audit import AuditEvent
from app.models.outbox import Delivery
from app.services import accounts, integrity, join_links, partners


@pytest.fixture
def owner(build):
    return build.supervisor()


def served(city):
    query = sa.select(Realtor.user_id).where(Realtor.city_id == city.id, Realtor.active)
    return db.session.scalar(query) is not None


def journal():
    return [(row.tag.value, row.data) for row in db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))]


def test_blocking_acts_at_once_and_says_why(owner, build, heard):
    realtor = build.realtor()
    accounts.block(realtor, "не отвечает клиентам", actor=owner)
    assert not realtor.is_active
    assert not served(realtor.realtor.city)
    assert ("account:ended", {"user_id": realtor.id}) in [(event.name, event.data) for event in heard]
    assert "places:changed" in [event.name for event in heard]
    letter = db.session.scalar(sa.select(Delivery))
    assert (letter.kind, letter.payload["reason"]) == ("account_blocked", "не отвечает клиентам")
    assert journal()[-1] == ("account.blocked", {"reason": "не отвечает клиентам"})


def test_unblocking_serves_the_city_again_and_publishes_what_waited(owner, build):
    realtor = build.realtor()
    accounts.block(realtor, "проверка", actor=owner)
    waiting = build.inquiry(
        city=realtor.realtor.city,
        status=InquiryStatus.DRAFT,
        awaiting_realtor=True,
        published_at=None,
        published_day=None,
    )
    accounts.unblock(realtor, actor=owner)
    assert realtor.is_active
    assert served(realtor.realtor.city)
    assert waiting.status == InquiryStatus.NEW
    assert integrity.check() == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_block_needs_a_reason(owner, build, reason):
    with pytest.raises(InvalidInput) as refused:
        accounts.block(build.client(), reason, actor=owner)
    assert refused.value.field == "reason"


def test_owners_neither_block_nor_demote_themselves_and_one_always_stays(owner, build):
    for act in (
        lambda: accounts.block(owner, "x", actor=owner),
        lambda: accounts.change_role(owner, "client", actor=owner),
    ):
        with pytest.raises(InvalidInput):
            act()
    other = build.supervisor()
    accounts.block(owner, "ушёл", actor=other)
    assert owner.blocked_at


@pytest.mark.every_database
def test_the_last_owner_cannot_be_taken_away(owner, build):
    other = build.supervisor()
    accounts.block(other, "ушёл", actor=owner)
    with pytest.raises(InvalidInput) as refused:
        accounts.change_role(owner, Role.CLIENT, actor=other)
    assert refused.value.code == "last_supervisor"


def test_a_new_role_ends_the_sessions_and_a_realtor_needs_a_place(owner, build, heard):
    person = build.client()
    with pytest.raises(InvalidInput) as refused:
        accounts.change_role(person, Role.REALTOR, actor=owner)
    assert refused.value.field == "city"
    assert person.role == Role.CLIENT
    accounts.change_role(person, Role.REALTOR, actor=owner, city=build.city(), agency=build.agency())
    assert (person.role, person.session_epoch, person.realtor.active) == (Role.REALTOR, 1, True)
    accounts.change_role(person, Role.AGENT, actor=owner)
    assert not person.realtor.active
    assert integrity.check() == []
    accounts.change_role(person, Role.REALTOR, actor=owner)
    assert served(person.realtor.city)
    assert "account:ended" in {event.name for event in heard}


def test_a_realtor_moves_to_another_city_and_agency(owner, build, heard):
    realtor, brno = build.realtor(), build.city("Брно")
    prague = realtor.realtor.city
    accounts.change_city(realtor, brno, actor=owner)
    accounts.change_agency(realtor, build.agency("Бохемия"), actor=owner)
    assert (realtor.realtor.city, realtor.realtor.agency.name) == (brno, "Бохемия")
    assert served(brno)
    assert not served(prague)
    assert "places:changed" in {event.name for event in heard}
    changes = [data for tag, data in journal() if tag == "account.changed"]
    assert changes[0] == {"old": {"city": "Прага"}, "new": {"city": "Брно"}}


def test_the_second_of_two_editors_is_shown_both_versions(owner, build):
    realtor = build.realtor()
    version, original = realtor.version, {"phone": realtor.phone}
    accounts.correct(realtor, {"phone": "777 123 456"}, actor=owner, version=version, original=original)
    with pytest.raises(EditConflict) as conflict:
        accounts.correct(realtor, {"phone": "777 999 999"}, actor=owner, version=version, original=original)
    assert conflict.value.theirs == {"phone": "+420777123456"}
    assert conflict.value.mine == {"phone": "+420777999999"}
    assert conflict.value.original == {"phone": None}
    with pytest.raises(EditConflict):
        accounts.change_city(realtor, build.city("Брно"), actor=owner, version=version)


def test_a_phone_that_is_stored_hinders_no_other_correction(owner, build):
    realtor = build.realtor(phone="+420780000000")  # no such prefix today
    accounts.correct(realtor, {"phone": "+420 780 000 000", "city": build.city("Брно")}, actor=owner)
    assert (realtor.phone, realtor.realtor.city.name_ru) == ("+420780000000", "Брно")
    with pytest.raises(InvalidInput):
        accounts.correct(realtor, {"phone": "+420780000001"}, actor=owner)


def test_a_correction_changes_what_was_given_and_nothing_else(owner, build):
    realtor = build.realtor(first_name="Иван", last_name="Маклер")
    accounts.correct(realtor, {"last_name": "Ильин", "email": "IVAN@mail.ru", "city": build.city("Брно")}, actor=owner)
    assert (realtor.name, realtor.email, realtor.realtor.city.name_ru) == ("Иван Ильин", "ivan@mail.ru", "Брно")
    other = build.client()
    with pytest.raises(accounts.EmailTaken):
        accounts.correct(other, {"email": "ivan@mail.ru"}, actor=owner)


def test_one_agency_however_its_name_is_spelled(owner, build):
    agency = partners.create("Домус  Прага", website="domus.cz", actor=owner)
    assert (agency.name, agency.website) == ("Домус Прага", "https://domus.cz")
    with pytest.raises(InvalidInput) as refused:
        partners.create("«ДОМУС» Прага", actor=owner)
    assert refused.value.field == "name"


def test_agencies_are_edited_under_a_version_and_deleted_when_empty(owner, build):
    agency, realtor = partners.create("Бохемия", actor=owner), build.realtor()
    partners.edit(agency, {"name": "Богемия", "website": "bohemia.cz"}, actor=owner, version=1)
    assert (agency.name, agency.key, agency.website) == ("Богемия", "богемия", "https://bohemia.cz")
    with pytest.raises(EditConflict):
        partners.edit(agency, {"name": "Другая"}, actor=owner, version=1)
    with pytest.raises(InvalidInput):
        partners.edit(agency, {"name": realtor.realtor.agency.name}, actor=owner)
    with pytest.raises(RefusedMove):
        partners.delete(realtor.realtor.agency, actor=owner)
    partners.delete(agency, actor=owner)
    assert [tag for tag, _ in journal()].count("agency.deleted") == 1


def test_join_links_are_made_rotated_and_revoked(owner, build):
    link = join_links.create("Агентства Праги", actor=owner)
    old = link.token
    assert join_links.find(old).id == link.id
    join_links.rotate(link, actor=owner)
    with pytest.raises(NotFound):
        join_links.find(old)
    join_links.revoke(link, actor=owner)
    join_links.revoke(link, actor=owner)
    with pytest.raises(NotFound):
        join_links.find(link.token)
    tags = [tag for tag, _ in journal()]
    assert tags == ["join_link.created", "join_link.rotated", "join_link.revoked"]


def test_owners_and_the_link_come_from_the_command_line(app, context):
    run = app.test_cli_runner().invoke
    assert run(args=["create-supervisor", "boss@mail.ru", "--password-stdin"], input="верная лошадь\n").exit_code == 0
    assert accounts.check_password("boss@mail.ru", "верная лошадь").role == Role.SUPERVISOR
    for email, password in (("boss@mail.ru", "верная лошадь"), ("x", "верная лошадь"), ("b@mail.ru", "123")):
        failed = run(args=["create-supervisor", email, "--password-stdin"], input=password + "\n")
        assert failed.exit_code == 1
        assert "Traceback" not in failed.output
    first, again = run(args=["join-link"]).output, run(args=["join-link"]).output
    assert first == again
    assert first.startswith("http://localhost/join/")
    assert run(args=["join-link", "--rotate"]).output != first

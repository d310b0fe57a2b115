"""Two records made one, and parted again as if nothing had been."""

import pytest
import sqlalchemy as sa

from app.constants import AuditTag as Tag
from app.errors import Forbidden, RefusedMove
from app.extensions import db
from app.models.accounts import Realtor
from app.models.audit import AuditEvent, Move
from app.models.partners import Agency
from app.services import accounts, bin, partners, search, undoing
from app.services.merging import agencies, alike, moving
from app.services.transaction import transaction
from tests.moves import all_come_over, by_the_worker


def last(tag):
    return db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id.desc()).limit(1))


def agencies_now():
    """{public id: (name, key, website, its realtors)}"""
    db.session.rollback()
    people = sa.select(Realtor.agency_id, Realtor.user_id)
    works = {}
    for agency, user in db.session.execute(people):
        works.setdefault(agency, set()).add(user)
    return {
        row.public_id: (row.name, row.key, row.website, works.get(row.id, set()))
        for row in db.session.scalars(sa.select(Agency))
    }


def found(text):
    key, clause = search.PEOPLE.matching(text)
    return set(db.session.scalars(sa.select(key).where(clause)))


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def two(build, owner):
    """«Домус» with two realtors and «Орбис» with one."""
    domus, orbis = partners.create("Домус", website="domus.example", actor=owner), build.agency("Орбис")
    pair, single = [build.realtor(agency=domus), build.realtor(agency=domus)], build.realtor(agency=orbis)
    index(domus, orbis)
    return domus, orbis, pair, single


def index(*agencies):
    with transaction():
        for agency in agencies:
            search.index_agency(agency)


@pytest.mark.every_database
@pytest.mark.parametrize(
    "picked", [{}, {"name": "Орбис"}, {"website": "https://domus.example"}, {"name": "Орбис Плюс"}]
)
def test_a_merge_taken_back_leaves_no_trace(two, owner, picked):
    domus, orbis, pair, single = two
    before = agencies_now()
    agencies.merge(domus, orbis, picked, actor=owner)
    [(name, _key, website, people)] = agencies_now().values()
    assert (name, website) == (picked.get("name", "Домус"), "https://domus.example")
    assert people == {person.id for person in (*pair, single)} == found(name)
    assert undoing.undo(last(Tag.AGENCY_MERGED), actor=owner) == 0
    assert agencies_now() == before
    assert found("Орбис") == {single.id}
    with pytest.raises(RefusedMove):
        undoing.undo(last(Tag.AGENCY_MERGED), actor=owner)


@pytest.mark.every_database
def test_a_large_agency_comes_over_by_the_worker_past_its_death_and_back(build, owner, browser_of, monkeypatch):
    domus, orbis = partners.create("Домус", actor=owner), build.agency("Орбис")
    single, many = build.realtor(agency=domus), [build.realtor(agency=orbis) for _ in range(4)]
    index(domus, orbis)
    before = agencies_now()
    by_the_worker(monkeypatch)
    agencies.merge(domus, orbis, {"name": "Орбис"}, actor=owner)
    assert found("Орбис") == {single.id, *(person.id for person in many)}, "the name is one from the first moment"
    merged, boss = last(Tag.AGENCY_MERGED), browser_of(owner)
    for side in (domus, orbis):
        assert "Идёт слияние" in boss.get(f"/supervisor/agencies/{side.public_id}/").text
    for way in (
        lambda: undoing.undo(merged, actor=owner),
        lambda: agencies.merge(partners.create("Третье", actor=owner), domus, {}, actor=owner),
        lambda: partners.delete(orbis, actor=owner),
        lambda: partners.edit(orbis, {"name": "Домус"}, actor=owner),
    ):
        with pytest.raises(RefusedMove, match="ещё идёт"):
            way()
    dies_at(monkeypatch, search.PEOPLE)
    with pytest.raises(KeyboardInterrupt):
        moving.work()
    db.session.rollback()
    works = {row.agency_id for row in db.session.scalars(sa.select(Realtor))}
    assert works == {domus.id, orbis.id}, "some are there, some not yet"
    lets_go()
    late = build.realtor(agency=orbis)  # an owner has put somebody there meanwhile
    all_come_over()
    people = {person.id for person in (single, late, *many)}
    assert agencies_now()[domus.public_id][3] == people == found("Орбис")
    assert "Идёт слияние" not in boss.get(f"/supervisor/agencies/{domus.public_id}/").text

    accounts.change_agency(late, domus, actor=owner)
    undoing.undo(merged, actor=owner)
    all_come_over()
    before[orbis.public_id][3].add(late.id)
    assert {name: row for name, row in agencies_now().items() if row[0] != "Третье"} == before


def dies_at(monkeypatch, index):
    """Its third write kills the process."""
    write, written = index.write, []

    def dying(condition):
        written.append(condition)
        if len(written) == 3:
            raise KeyboardInterrupt
        write(condition)

    monkeypatch.setattr(index, "write", dying)


def lets_go():
    """The lease of a dead worker runs out."""
    with transaction() as session:
        session.execute(sa.update(Move).values(busy_until=None))


def test_the_name_that_was_given_up_leads_to_who_remained(two, build, owner):
    domus, orbis, *_ = two
    agencies.merge(domus, orbis, {"name": "Орбис"}, actor=owner)
    third = partners.create("Третье", actor=owner)
    agencies.merge(third, domus, {}, actor=owner)
    with transaction():
        for name in ("ДОМУС", "Орбис"):
            assert partners.find_or_create(name, actor=owner).id == third.id
    partners.create("Домус", actor=owner)  # an owner who wants one of that name gets it
    with transaction():
        assert partners.find_or_create("Домус", actor=owner).id != third.id


def test_who_works_elsewhere_by_now_stays_there(two, build, owner):
    domus, orbis, _pair, single = two
    agencies.merge(domus, orbis, {}, actor=owner)
    newcomer = build.realtor(agency=domus)
    accounts.change_agency(single, partners.create("Третье", actor=owner), actor=owner)
    assert "1" in undoing.undo(last(Tag.AGENCY_MERGED), actor=owner)
    assert single.realtor.agency.name == "Третье"
    assert newcomer.realtor.agency_id == domus.id
    assert last(Tag.AGENCY_PARTED).data == {"back": "Орбис", "moved": {"realtors": 0}, "stayed": 1}


def test_what_stands_on_a_merge_holds_it(two, owner):
    domus, orbis, *_ = two
    agencies.merge(domus, orbis, {"name": "Орбис"}, actor=owner)
    merged = last(Tag.AGENCY_MERGED)
    partners.edit(domus, {"name": "Орбис Прага"}, actor=owner)
    assert owner.name in str(undoing.refusal(merged))
    undoing.undo(last(Tag.AGENCY_CHANGED), actor=owner)
    assert undoing.refusal(merged) is None

    third = partners.create("Третье", actor=owner)
    agencies.merge(third, domus, {}, actor=owner)
    assert "сама" in str(undoing.refusal(merged)) or "itself" in str(undoing.refusal(merged))
    undoing.undo(last(Tag.AGENCY_MERGED), actor=owner)
    undoing.undo(merged, actor=owner)
    assert {name for name, *_ in agencies_now().values()} == {"Домус", "Орбис", "Третье"}


def test_one_put_back_from_the_bin_by_hand_still_gets_its_realtors(two, owner):
    domus, orbis, _pair, single = two
    key = str(orbis.public_id)
    agencies.merge(domus, orbis, {}, actor=owner)
    bin.restore(bin.latest("agency", key), actor=owner)
    undoing.undo(last(Tag.AGENCY_MERGED), actor=owner)
    assert single.realtor.agency.name == "Орбис"


def test_only_owners_part_and_nothing_is_merged_with_itself(two, build, owner):
    domus, orbis, pair, _single = two
    with pytest.raises(RefusedMove):
        agencies.merge(domus, domus, {}, actor=owner)
    agencies.merge(domus, orbis, {}, actor=owner)
    for stranger in (pair[0], build.agent(), build.client()):
        with pytest.raises(Forbidden):
            undoing.undo(last(Tag.AGENCY_MERGED), actor=stranger)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("ООО «Домус»", ""), ("Domus s.r.o.", "")),
        (("Прага Недвижимость", ""), ("Недвижимость Прага", "")),
        (("Орбис Реалти", ""), ("Орбес Реалти", "")),
        (("Альфа", "https://www.alfa.example/prague"), ("Другие люди", "https://alfa.example")),
    ],
)
def test_agencies_that_may_be_one_are_proposed(owner, first, second):
    for name, website in (
        first,
        second,
        ("Совсем не то", "https://vk.com/sovsem"),
        ("Ничего общего", "https://vk.com/n"),
    ):
        partners.create(name, website=website, actor=owner)
    [(one, other, _likeness, same_site)] = alike.agencies()
    assert (one.name, other.name) == (first[0], second[0])
    assert same_site == bool(first[1])

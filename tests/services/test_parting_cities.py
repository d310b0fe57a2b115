"""Cities merged and parted again: as if it had never been, whatever happened before and meanwhile."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.constants import AuditTag as Tag
from app.constants import Deal, InquiryStatus
from app.errors import RefusedMove
from app.extensions import db
from app.models.accounts import Realtor, User
from app.models.audit import AuditEvent, Merge, Move
from app.models.inquiries import Inquiry
from app.models.places import City, CityAlias
from app.services import accounts, inquiries, integrity, matches, places, search, statistics, undoing
from app.services.merging import moving
from app.services.transaction import transaction
from tests.moves import all_come_over, by_the_worker
from tests.services.test_merging import last
from tests.services.test_statistics_rollup import recount, rollup

NAMES = ("Прага", "Готвальдов", "Брно")


@pytest.fixture
def owner(build):
    return build.supervisor()


def standing():
    """Everything a merge touches, as plain values."""
    db.session.rollback()
    cities = sa.select(City.id, City.name_ru, City.name_en, City.country_id, City.population, City.merged_into_id)
    return {
        "cities": set(db.session.execute(cities).all()),
        "spellings": set(db.session.execute(sa.select(CityAlias.city_id, CityAlias.name, CityAlias.key)).all()),
        "realtors": set(db.session.execute(sa.select(Realtor.user_id, Realtor.city_id)).all()),
        "inquiries": set(db.session.execute(sa.select(Inquiry.id, Inquiry.city_id, Inquiry.awaiting_realtor)).all()),
        "counts": rollup(),
    }


def found(index, text):
    key, clause = index.matching(text)
    return set(db.session.scalars(sa.select(key).where(clause)))


CITY = st.sampled_from(NAMES)
BEFORE = st.one_of(
    st.tuples(st.just("publish"), st.integers(0, 40), CITY),
    st.tuples(st.just("wait"), st.none(), CITY),
    st.tuples(st.just("join"), st.none(), CITY),
    st.tuples(st.just("spell"), st.sampled_from(("Злата", "Матушка")), CITY),
    st.tuples(st.just("merge"), CITY, CITY),
)
MEANWHILE = st.tuples(st.sampled_from(("accept", "deal")), st.integers(0, 9))


def play(build, owner, step):
    kind, first, name = step
    city = places.city_by_public_id(build.city(name).public_id)
    if kind == "publish":
        day = date(2026, 10, 10) + timedelta(days=first)
        values = {"published_day": day, "published_at": datetime.combine(day, time(9), UTC)}
        build.inquiry(build.someone, city, **values)
    elif kind == "wait" and not places.is_served(city):
        nothing = {"published_at": None, "published_day": None, "status": InquiryStatus.DRAFT}
        build.inquiry(build.someone, city, awaiting_realtor=True, **nothing)
    elif kind == "join":
        build.realtor(city=city)
        inquiries.publish_awaiting(city)
    elif kind == "spell":
        places.add_alias(city, name=f"{first} {name}", actor=owner)
    elif kind == "merge":
        other = places.city_by_public_id(build.city(first).public_id)
        if other.id != city.id:
            places.merge_cities(winner=city, loser=other, actor=owner)
            all_come_over()


def change(step):
    kind, place = step
    known = db.session.scalars(sa.select(Inquiry).where(Inquiry.published_day.is_not(None)).order_by(Inquiry.id)).all()
    if not known:
        return
    inquiry = known[place % len(known)]
    here = sa.select(User).join(Realtor, Realtor.user_id == User.id).where(Realtor.city_id == inquiry.city_id)
    if kind == "deal":
        with transaction(), statistics.tracked(inquiry):
            inquiry.deal = Deal.BUY if inquiry.deal == Deal.RENT else Deal.RENT
    elif realtor := db.session.scalar(here.limit(1)):
        matches.accept(inquiry, actor=realtor)


def is_sound():
    return rollup() == recount() and not [each for each in integrity.check() if each.rule.damage]


@pytest.mark.every_database
@pytest.mark.parametrize("large", [moving.LITTLE, -1], ids=["at once", "by the worker"])
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a history takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(BEFORE, max_size=10), st.lists(MEANWHILE, max_size=4))
def test_a_merge_taken_back_is_as_if_it_had_never_been(build, owner, monkeypatch, large, history, meanwhile):
    by_the_worker(monkeypatch, little=large, step=20)
    build.someone = getattr(build, "someone", None) or build.client()
    for name in NAMES:
        build.city(name)
    for step in history:
        play(build, owner, step)
    alone = db.session.scalars(sa.select(City).where(City.merged_into_id.is_(None)).order_by(City.id)).all()
    if len(alone) > 1:
        merge_and_part(alone[0], alone[-1], meanwhile, owner)
    while db.session.scalar(sa.select(City.id).where(City.merged_into_id.is_not(None)).limit(1)):
        undoing.undo(
            db.session.scalar(sa.select(AuditEvent).join(Merge).order_by(Merge.id.desc()).limit(1)), actor=owner
        )
        all_come_over()
    assert is_sound()


def merge_and_part(winner, loser, meanwhile, owner):
    before = standing()
    places.merge_cities(winner=winner, loser=loser, values={"name_en": loser.name_en}, actor=owner)
    merged = last(Tag.CITY_MERGED)
    assert is_sound(), "on the way nothing is counted twice or not at all"
    all_come_over()
    for step in meanwhile:
        change(step)
    assert is_sound()
    undoing.undo(merged, actor=owner)
    assert is_sound()
    all_come_over()
    after = standing()
    if meanwhile or any(waits for _id, _city, waits in before["inquiries"]):
        del before["counts"]  # a merge sends out what waited: that stays published
    assert {name: after[name] for name in before} == before
    assert is_sound()


@pytest.mark.every_database
def test_what_has_gone_elsewhere_since_stays_there_and_is_told(build, owner, monkeypatch):
    monkeypatch.setattr("app.services.statistics.rollup.CHUNK", 1)
    prague, double, brno = (build.city(name) for name in NAMES)
    build.realtor(city=prague), build.realtor(city=brno)
    walker, stayer = build.realtor(city=double), build.realtor("Марек Свобода", city=double)
    gone, kept, _third = (build.inquiry(city=double) for _ in range(3))
    places.merge_cities(winner=prague, loser=double, actor=owner)
    merged = last(Tag.CITY_MERGED)
    accounts.change_city(walker, brno, actor=owner)
    inquiries.edit(gone, {"city": brno}, actor=owner)
    new = build.inquiry(city=prague)
    assert "2" in undoing.undo(merged, actor=owner)
    db.session.rollback()
    assert (walker.realtor.city_id, stayer.realtor.city_id) == (brno.id, double.id)
    assert (gone.city_id, kept.city_id, new.city_id) == (brno.id, double.id, prague.id)
    assert stayer.id in found(search.PEOPLE, "Готвальдов") and stayer.id not in found(search.PEOPLE, "Прага")
    assert places.city_by_public_id(double.public_id).id == double.id
    assert last(Tag.CITY_PARTED).data["moved"] == {"realtors": 1, "inquiries": 2}
    assert is_sound()


@pytest.mark.every_database
def test_a_large_city_comes_over_by_the_worker_past_its_death_and_back(build, owner, browser_of, monkeypatch):
    by_the_worker(monkeypatch)
    prague, double, brno = (build.city(name) for name in NAMES)
    build.realtor(city=prague)
    made = [build.inquiry(city=double).id for _ in range(5)]
    theirs = sa.select(Inquiry.id).where(Inquiry.city_id == prague.id).order_by(Inquiry.id)
    there = lambda: db.session.scalars(theirs).all()  # noqa: E731
    before = standing()
    places.merge_cities(winner=prague, loser=double, actor=owner)
    assert there() == [] and is_sound()
    boss = browser_of(owner)
    assert "Идёт слияние" in boss.get(f"/supervisor/cities/{prague.public_id}/").text
    for way in (
        lambda: undoing.undo(last(Tag.CITY_MERGED), actor=owner),
        lambda: places.merge_cities(winner=brno, loser=prague, actor=owner),
    ):
        with pytest.raises(RefusedMove, match="ещё идёт"):
            way()

    write, written = search.INQUIRIES.write, []

    def dying(condition):
        written.append(condition)
        if len(written) == 3:
            raise KeyboardInterrupt
        write(condition)

    monkeypatch.setattr(search.INQUIRIES, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        moving.work()
    db.session.rollback()
    assert there() == made[3:] and is_sound(), "the newest first; what was not committed is not there"
    assert not moving.work(), "the dead one's lease holds for some seconds"
    with transaction() as session:
        session.execute(sa.update(Move).values(busy_until=None))
    all_come_over()
    assert sorted(there()) == made and is_sound()
    assert found(search.INQUIRIES, "Прага") >= set(made)
    assert "Идёт слияние" not in boss.get(f"/supervisor/cities/{prague.public_id}/").text

    undoing.undo(last(Tag.CITY_MERGED), actor=owner)
    assert sorted(there()) == made, "nothing of it waits for the request"
    all_come_over()
    assert standing() == before and is_sound()


def test_what_stands_on_a_merge_of_cities_holds_it(build, owner):
    prague, double, brno = (build.city(name) for name in NAMES)
    places.merge_cities(winner=prague, loser=double, values={"name_ru": "Готвальдов"}, actor=owner)
    first = last(Tag.CITY_MERGED)
    places.rename_city(prague, name_ru="Злата Прага", name_en="Prague", actor=owner)
    assert owner.name in str(undoing.refusal(first))
    undoing.undo(last(Tag.CITY_CHANGED), actor=owner)
    places.merge_cities(winner=brno, loser=prague, actor=owner)
    with pytest.raises(RefusedMove):
        undoing.undo(first, actor=owner)
    undoing.undo(last(Tag.CITY_MERGED), actor=owner)
    undoing.undo(first, actor=owner)
    assert {city.name_ru for city in db.session.scalars(sa.select(City))} == set(NAMES)
    assert [city.merged_into_id for city in db.session.scalars(sa.select(City))] == [None] * 3
    with pytest.raises(RefusedMove):
        undoing.undo(first, actor=owner)


def test_who_is_moved_by_a_merge_and_back_gets_new_pages(build, owner, heard):
    prague, double = build.city("Прага"), build.city("Готвальдов")
    realtor = build.realtor(city=double)
    places.merge_cities(winner=prague, loser=double, actor=owner)
    heard.clear()
    undoing.undo(last(Tag.CITY_MERGED), actor=owner)
    assert [event.data["user_id"] for event in heard if event.name == "account:ended"] == [realtor.id]
    assert db.session.get_one(User, realtor.id).realtor.city_id == double.id

import pytest
import sqlalchemy as sa

from app.constants import InquirySource
from app.extensions import db
from app.models.inquiries import Inquiry
from app.services import accounts, inquiries, partners, places, search
from app.services.inquiries import InquiryDraft
from app.tasks import schedule

pytestmark = pytest.mark.every_database


def found(index, text):
    key, match = index.matching(text)
    return list(db.session.scalars(sa.select(key).where(match).order_by(key)))


@pytest.fixture
def inquiry(build):
    client = build.client("Анна Королёва", email="anna.k@example.com", phone="+420777123456")
    draft = InquiryDraft(
        deal="rent", city=build.city("Прага"), property_type="apartment", wishes="Тихая квартира рядом с парком, ёлки"
    )
    build.realtor(city=build.city("Прага"))
    return inquiries.submit(draft, actor=client, source=InquirySource.SITE)


@pytest.mark.parametrize(
    "text",
    ["тихую квартиру", "ПАРК", "елка", "королева", "Анна Прага", "prague", "anna.k@example.com", "кварт"],
)
def test_an_inquiry_is_found_by_any_word_about_it(inquiry, text):
    assert found(search.INQUIRIES, text) == [inquiry.id]


@pytest.mark.parametrize("phone", ["+420 777 123 456", "777123456", "420777123456", "777 12-34-56"])
def test_and_by_the_phone_however_it_is_written(inquiry, phone):
    search.rebuild()
    assert found(search.INQUIRIES, phone) == [inquiry.id]


def test_and_by_its_number(inquiry):
    assert found(search.INQUIRIES, f"№ {inquiry.number}") == [inquiry.id]


@pytest.mark.parametrize("text", ["Берлин", "квартира Берлин", "!!!", '"', "кв* OR парк", "NEAR(парк)"])
def test_what_does_not_fit_is_not_found(inquiry, text):
    assert found(search.INQUIRIES, text) == []


def test_the_index_follows_edits(inquiry, build):
    inquiries.edit(inquiry, {"wishes": "С балконом", "city": build.city("Брно")}, actor=inquiry.client)
    assert found(search.INQUIRIES, "балкон") == found(search.INQUIRIES, "Брно") == [inquiry.id]
    assert found(search.INQUIRIES, "парк") == []


def test_a_renamed_person_is_found_by_the_new_name_only(inquiry, build):
    owner = build.supervisor()
    accounts.correct(inquiry.client, {"name": "Мария Лисина"}, actor=owner)
    assert found(search.PEOPLE, "лисина") == [inquiry.client_id]
    assert found(search.INQUIRIES, "лисина") == [inquiry.id]
    assert found(search.PEOPLE, "королева") == found(search.INQUIRIES, "королева") == []


def test_a_rebuild_finds_what_was_loaded_past_the_services(build):
    row = build.inquiry(wishes="мансарда")
    assert found(search.INQUIRIES, "мансарда") == []
    assert search.rebuild()["inquiries_search"] == db.session.scalar(sa.select(sa.func.count(Inquiry.id)))
    assert found(search.INQUIRIES, "мансарды") == [row.id]


def test_what_was_merged_is_found_by_the_name_that_stays(build, inquiry):
    realtor = build.realtor(city=build.city("Прага"))
    places.merge_cities(winner=build.city("Брно"), loser=build.city("Прага"), actor=build.supervisor())
    assert found(search.INQUIRIES, "Брно") == [inquiry.id]
    assert found(search.INQUIRIES, "Прага") == []
    assert realtor.id in found(search.PEOPLE, "Брно")


def test_a_renamed_city_and_agency_are_found_by_the_new_names_only(build, inquiry):
    boss, realtor = build.supervisor(), build.realtor(city=build.city("Прага"), agency=build.agency("Старый дом"))
    places.rename_city(inquiry.city, name_ru="Злата", name_en="Golden", actor=boss)
    partners.edit(realtor.realtor.agency, {"name": "Новоселье"}, actor=boss)
    assert found(search.INQUIRIES, "злата") == [inquiry.id]
    assert realtor.id in found(search.PEOPLE, "злата")
    assert found(search.PEOPLE, "новоселье") == [realtor.id]
    for index, old in ((search.INQUIRIES, "прага"), (search.PEOPLE, "прага"), (search.PEOPLE, "старый")):
        assert found(index, old) == []
    assert not search.index_more()


def test_the_inquiries_of_a_large_city_follow_its_name_by_the_clock(build, inquiry, monkeypatch):
    more = [inquiries.repeat(inquiry, actor=build.client()).id for _ in range(4)]
    monkeypatch.setattr(search, "AT_ONCE", 2)
    boss = build.supervisor()
    places.rename_city(inquiry.city, name_ru="Злата", name_en="Golden", actor=boss)
    assert len(found(search.INQUIRIES, "прага")) == 5, "nothing of a large city is written while its owner waits"
    assert search.index_more()
    assert len(found(search.INQUIRIES, "злата")) == 2
    places.rename_city(inquiry.city, name_ru="Стобашенная", name_en="Golden", actor=boss)  # before the first is done
    schedule.index_renamed_cities.call_local()
    db.session.rollback()
    assert found(search.INQUIRIES, "стобашенной") == [inquiry.id, *more]
    assert found(search.INQUIRIES, "прага") == found(search.INQUIRIES, "злата") == []

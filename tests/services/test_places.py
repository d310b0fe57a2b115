"""The place directory: finding a city however it is typed, adding one once, serving, correcting, merging."""

import threading
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import AuditTag
from app.errors import EditConflict, InvalidInput, NotFound
from app.extensions import db
from app.integrations.geonames import CityRow, CountryRow
from app.models.accounts import Realtor
from app.models.audit import AuditEvent
from app.models.inquiries import Inquiry
from app.models.places import City, CityAlias, Country
from app.models.statistics import DailyCount
from app.services import places
from app.services.transaction import transaction

COUNTRIES = [
    CountryRow("CZ", "Чехия", "Czechia", "CZK"),
    CountryRow("RU", "Россия", "Russia", "RUB"),
    CountryRow("TR", "Турция", "Türkiye", "TRY"),
]


def city(key, country, russian, english, population=100_000, aliases=()):
    return CityRow(key, country, russian, english, 50.0, 14.0, population, "Europe/Prague", tuple(aliases))


CITIES = [
    city(1, "CZ", "Прага", "Prague", 1_165_000, ["Praha", "Praga", "Prag"]),
    city(2, "CZ", "Брно", "Brno", 370_000),
    city(3, "CZ", "Пльзень", "Pilsen", 160_000, ["Plzeň"]),
    city(4, "CZ", "Карловы Вары", "Karlovy Vary", 49_000, ["Karlsbad"]),
    city(5, "RU", "Санкт-Петербург", "Saint Petersburg", 5_350_000, ["Питер", "Ленинград"]),
    city(6, "RU", "Орёл", "Oryol", 320_000),
    city(7, "RU", "Москва", "Moscow", 12_000_000, ["Moskva"]),
    city(8, "TR", "Dörtyol", "Dörtyol", 60_000),
]


@pytest.fixture
def gazetteer(context):
    return places.load_gazetteer(countries=COUNTRIES, cities=CITIES)


@pytest.fixture
def cz(gazetteer):
    return places.country_by_code("cz")


def named(name):
    return db.session.scalar(sa.select(City).where(City.name_ru == name))


def journal(tag):
    return db.session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)).all()


# -- loading


@pytest.mark.every_database
def test_loading_twice_adds_nothing_and_keeps_corrections(build):
    assert places.load_gazetteer(countries=COUNTRIES, cities=CITIES) == (3, 8)
    places.rename_city(named("Прага"), name_ru="Прага Златая", name_en="Golden Prague", actor=build.supervisor())
    assert places.load_gazetteer(countries=COUNTRIES, cities=CITIES) == (0, 0)
    assert named("Прага Златая") and db.session.scalar(sa.select(sa.func.count(City.id))) == 8


def test_loading_completes_a_city_that_people_had_added_themselves(build):
    mine = build.city("Прага")
    places.load_gazetteer(countries=COUNTRIES, cities=CITIES)
    assert db.session.scalars(sa.select(City.id).where(City.name_ru == "Прага")).all() == [mine.id]
    db.session.expire_all()
    assert mine.geoname_id == 1 and mine.population == 1_165_000
    assert {alias.name for alias in mine.aliases} >= {"Prague", "Praha"}


# -- matching


@pytest.mark.parametrize(
    ("country", "typed", "expected"),
    [
        ("CZ", "Прага", "Прага"),
        ("CZ", "прага", "Прага"),
        ("CZ", "  ПРАГА ", "Прага"),
        ("CZ", "Praha", "Прага"),
        ("CZ", "prague", "Прага"),
        ("CZ", "plzen", "Пльзень"),
        ("CZ", "карловы-вары", "Карловы Вары"),
        ("CZ", "КарловыВары", "Карловы Вары"),
        ("RU", "орел", "Орёл"),
        ("RU", "ОРЁЛ", "Орёл"),
        ("RU", "санкт петербург", "Санкт-Петербург"),
        ("RU", "питер", "Санкт-Петербург"),
    ],
)
def test_a_spelling_of_the_directory_is_the_city(gazetteer, country, typed, expected):
    found = places.match_city(places.country_by_code(country), typed)
    assert [(c.city.name_ru, c.exact) for c in found] == [(expected, True)]


@pytest.mark.parametrize(
    ("country", "typed", "expected"),
    [
        ("CZ", "Прагга", "Прага"),
        ("CZ", "Парга", "Прага"),
        ("CZ", "Карловы", "Карловы Вары"),
        ("CZ", "Карлови Вари", "Карловы Вары"),
        ("CZ", "Плзень", "Пльзень"),
        ("CZ", "Brn", "Брно"),
        ("RU", "Sankt-Peterburg", "Санкт-Петербург"),
        ("RU", "Санкт-Питербург", "Санкт-Петербург"),
        ("RU", "Maskva", "Москва"),
        ("RU", "Orel", "Орёл"),
        ("TR", "Дёртйол", "Dörtyol"),
    ],
)
def test_a_slip_or_the_other_alphabet_brings_a_suggestion(gazetteer, country, typed, expected):
    found = places.match_city(places.country_by_code(country), typed)
    assert found[0].city.name_ru == expected and not found[0].exact


@pytest.mark.parametrize("typed", ["Зюзино", "Лондон", "", "-", "12"])
def test_what_is_like_nothing_has_no_suggestion(cz, typed):
    assert places.match_city(cz, typed) == []


def test_a_city_of_another_country_is_no_suggestion(cz):
    assert places.match_city(cz, "Москва") == []


# -- registration


def test_a_typed_name_is_matched_before_a_new_city_is_made(cz):
    assert places.city_for_registration(country="CZ", city_name="прага").name_ru == "Прага"
    with pytest.raises(places.CityUnclear) as unclear:
        places.city_for_registration(country="CZ", city_name="Прагга")
    assert [candidate.city.name_ru for candidate in unclear.value.candidates] == ["Прага"]
    new = places.city_for_registration(country="CZ", city_name="Прагга", confirmed=True)
    assert (new.name_ru, new.name_en, new.timezone) == ("Прагга", "Pragga", "Europe/Prague")
    assert places.city_for_registration(country="CZ", city_name="pragga").id == new.id


@pytest.mark.parametrize(
    ("typed", "russian", "english"),
    [
        ("новый бор", "Новый Бор", "Novyy Bor"),
        ("NOVÝ BOR", "Nový Bor", "Nový Bor"),
        ("Усти-над-Лабем", "Усти-над-Лабем", "Usti-Nad-Labem"),
        ("10-го Рамадана", "10-го Рамадана", "10-Go Ramadana"),
    ],
)
def test_a_new_city_is_written_like_a_name(cz, typed, russian, english):
    city = places.city_for_registration(country="CZ", city_name=typed, confirmed=True)
    assert (city.name_ru, city.name_en) == (russian, english)
    assert journal(AuditTag.CITY_CREATED)[0].data == {"name": russian, "country": "CZ"}


@pytest.mark.parametrize(
    "typed", ["", "   ", "!", "x", "Прaга", "12345", "http://example.com", "<b>Прага</b>", "я" * 200]
)
def test_what_is_no_name_is_refused_at_its_field(cz, typed):
    with pytest.raises(InvalidInput) as refused:
        places.city_for_registration(country="CZ", city_name=typed, confirmed=True)
    assert refused.value.field == "city_name"
    assert journal(AuditTag.CITY_CREATED) == []


def test_a_chosen_city_must_belong_to_the_chosen_country(cz):
    prague = named("Прага")
    assert places.city_for_registration(country="CZ", city=str(prague.public_id)).id == prague.id
    for country, chosen in (("RU", prague.public_id), ("CZ", uuid4()), ("CZ", "nonsense")):
        with pytest.raises(InvalidInput) as refused:
            places.city_for_registration(country=country, city=str(chosen))
        assert refused.value.field == "city"


def test_a_country_nobody_works_in_yet_is_made_on_the_way(gazetteer):
    batumi = places.city_for_registration(country="ge", city_name="Батуми")
    assert (batumi.country.name_ru, batumi.country.currency) == ("Грузия", "GEL")
    assert journal(AuditTag.COUNTRY_CREATED)[0].data == {"code": "GE"}
    for nonsense in ("ZZ", "", "Чехия", None):
        with pytest.raises(InvalidInput) as refused:
            places.city_for_registration(country=nonsense, city_name="Батуми")
        assert refused.value.field == "country"


@pytest.mark.every_database
def test_two_realtors_naming_the_same_new_city_at_once_get_one(app, context):
    made, start = [], threading.Barrier(4)

    def register():
        with app.app_context():
            start.wait()
            made.append(places.city_for_registration(country="GE", city_name="Степанцминда", confirmed=True).id)

    threads = [threading.Thread(target=register) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 4 and len(set(made)) == 1
    assert db.session.scalar(sa.select(sa.func.count(Country.id))) == 1


# -- served places


def served(locale="ru"):
    return [(country.name, [city.name for city in country.cities]) for country in places.served_places(locale)]


def test_only_cities_with_an_active_realtor_are_served(build, gazetteer):
    assert served() == []
    for name in ("Пльзень", "Брно", "Орёл"):
        build.realtor(city=named(name))
    gone = build.realtor(city=named("Прага"))
    with transaction() as session:
        session.get_one(Realtor, gone.id).active = False
    assert served() == [("Россия", ["Орёл"]), ("Чехия", ["Брно", "Пльзень"])]
    assert served("en") == [("Czechia", ["Brno", "Pilsen"]), ("Russia", ["Oryol"])]
    assert places.is_served(named("Брно")) and not places.is_served(named("Прага"))


# -- searching


def test_search_finds_by_any_spelling_and_puts_the_largest_first(cz):
    assert [c.name_ru for c in places.search_cities(cz, "")] == ["Прага", "Брно", "Пльзень", "Карловы Вары"]
    assert [c.name_ru for c in places.search_cities(cz, "п")] == ["Прага", "Пльзень"]
    assert [c.name_ru for c in places.search_cities(cz, "PR")] == ["Прага"]
    assert [c.name_ru for c in places.search_cities(cz, "karls")] == ["Карловы Вары"]
    assert [c.name_ru for c in places.search_cities(cz, "Прагга")] == ["Прага"]
    assert [c.name_ru for c in places.search_cities(cz, "%")] == ["Прага", "Брно", "Пльзень", "Карловы Вары"]


@pytest.mark.every_database
def test_any_city_of_the_world_is_found_by_the_beginning_of_its_name(context):
    places.load_gazetteer(countries=COUNTRIES, cities=CITIES)
    assert [c.name_ru for c in places.find_anywhere("п")] == ["Прага", "Санкт-Петербург", "Пльзень"]
    assert [c.name_ru for c in places.find_anywhere("МОСК")] == ["Москва"]
    assert places.find_anywhere("") == places.find_anywhere("яяя") == []


@pytest.mark.parametrize(("q", "found"), [("че", "CZ"), ("Czech", "CZ"), ("cz", "CZ"), ("Росия", "RU"), ("turk", "TR")])
def test_countries_are_found_by_name_code_and_likeness(gazetteer, q, found):
    assert places.search_countries(q, "ru")[0].code == found


# -- corrections


@pytest.mark.every_database
def test_a_renamed_city_is_still_found_by_its_old_name(build):
    places.load_gazetteer(countries=COUNTRIES, cities=CITIES)
    owner, pilsen = build.supervisor(), named("Пльзень")
    places.rename_city(pilsen, name_ru="Пильзен", name_en="Plzen", actor=owner)
    places.rename_city(pilsen, name_ru="Пильзен", name_en="Plzen", actor=owner)
    country = places.country_by_code("CZ")
    assert {places.match_city(country, name)[0].city.id for name in ("Пльзень", "Пильзен", "Pilsen")} == {pilsen.id}
    [event] = journal(AuditTag.CITY_CHANGED)
    assert event.actor_id == owner.id
    assert (event.data["old"]["name_ru"], event.data["new"]["name_ru"]) == ("Пльзень", "Пильзен")


def test_a_city_moved_to_its_right_country_is_found_there(build, gazetteer, heard):
    brno, russia = named("Брно"), places.country_by_code("RU")
    places.correct_city(brno, {"country": russia, "latitude": 49.2}, actor=build.supervisor())
    assert places.match_city(russia, "Брно")[0].exact and not places.match_city(places.country_by_code("CZ"), "Брно")
    assert journal(AuditTag.CITY_CHANGED)[0].data == {
        "old": {"country": "Чехия", "latitude": 50.0},
        "new": {"country": "Россия", "latitude": 49.2},
    }
    assert "places:changed" in [event.name for event in heard]


@pytest.mark.parametrize(
    "values", [{"name_ru": " "}, {"name_en": "!"}, {"name_ru": "я" * 121}, {"latitude": 91}, {"longitude": -181}]
)
def test_an_impossible_correction_is_refused_at_its_field(build, gazetteer, values):
    with pytest.raises(InvalidInput) as refused:
        places.correct_city(named("Брно"), values, actor=build.supervisor())
    assert refused.value.field in values
    assert journal(AuditTag.CITY_CHANGED) == []


def test_the_second_of_two_editors_is_told(build, gazetteer):
    brno, owner = named("Брно"), build.supervisor()
    loaded = brno.version
    places.rename_city(brno, name_ru="Брюн", name_en="Bruenn", version=loaded, actor=owner)
    with pytest.raises(EditConflict) as conflict:
        places.rename_city(brno, name_ru="Брин", name_en="Brin", version=loaded, actor=owner)
    assert (conflict.value.theirs["name_ru"], conflict.value.mine["name_ru"]) == ("Брюн", "Брин")


def test_a_renamed_country(build, gazetteer):
    cz = places.country_by_code("CZ")
    places.rename_country(cz, name_ru="Чешская Республика", name_en="Czech Republic", actor=build.supervisor())
    assert places.search_countries("чешская", "ru") == [cz]
    assert journal(AuditTag.COUNTRY_CHANGED)[0].data["old"] == {"name_ru": "Чехия", "name_en": "Czechia"}


def test_spellings_can_be_added_and_forgotten_but_not_the_own_name(build, gazetteer):
    brno, owner, cz = named("Брно"), build.supervisor(), places.country_by_code("CZ")
    places.add_alias(brno, name="Брюнн", actor=owner)
    assert places.match_city(cz, "брюнн")[0].exact
    places.remove_alias(brno, name="Брюнн", actor=owner)
    assert not any(candidate.exact for candidate in places.match_city(cz, "брюнн"))
    with pytest.raises(InvalidInput):
        places.remove_alias(brno, name="brno", actor=owner)
    assert len(journal(AuditTag.CITY_CHANGED)) == 2


# -- merging


@pytest.mark.every_database
def test_merging_moves_people_inquiries_statistics_and_spellings(build, heard):
    places.load_gazetteer(countries=COUNTRIES, cities=CITIES)
    prague, double, owner = (
        named("Прага"),
        places.city_for_registration(country="CZ", city_name="Прагуе", confirmed=True),
        build.supervisor(),
    )
    here, there = build.realtor(city=prague), build.realtor(city=double)
    build.inquiry(city=prague), build.inquiry(city=double)
    assert places.merge_cities(winner=prague, loser=double, actor=owner).id == prague.id
    assert set(db.session.scalars(sa.select(Realtor.city_id))) == {prague.id}
    assert set(db.session.scalars(sa.select(Inquiry.city_id))) == {prague.id}
    counted = db.session.execute(
        sa.select(DailyCount.city_id, sa.func.sum(DailyCount.inquiries)).group_by(DailyCount.city_id)
    )
    assert counted.all() == [(prague.id, 2)]
    assert places.match_city(prague.country, "прагуе")[0].city.id == prague.id
    assert places.city_by_public_id(double.public_id).id == prague.id
    assert served() == [("Чехия", ["Прага"])]
    assert journal(AuditTag.CITY_MERGED)[0].data["moved"] == {"realtors": 1, "inquiries": 1}
    ended = [event.data["user_id"] for event in heard if event.name == "account:ended"]
    assert ended == [there.id] and here.id not in ended


def test_merging_twice_is_once_and_a_chain_leads_to_its_end(build, gazetteer):
    owner, prague, brno, pilsen = build.supervisor(), named("Прага"), named("Брно"), named("Пльзень")
    places.merge_cities(winner=brno, loser=pilsen, actor=owner)
    places.merge_cities(winner=brno, loser=pilsen, actor=owner)
    places.merge_cities(winner=prague, loser=brno, actor=owner)
    assert len(journal(AuditTag.CITY_MERGED)) == 2
    assert {places.city_by_public_id(c.public_id).id for c in (prague, brno, pilsen)} == {prague.id}
    assert places.city_for_registration(country="CZ", city=str(pilsen.public_id)).id == prague.id
    assert [c.name_ru for c in places.search_cities(prague.country, "")] == ["Прага", "Карловы Вары"]


def test_a_city_is_never_merged_into_itself_or_into_a_merged_one(build, gazetteer):
    owner, prague, brno, pilsen = build.supervisor(), named("Прага"), named("Брно"), named("Пльзень")
    places.merge_cities(winner=prague, loser=brno, actor=owner)
    for winner, loser in ((prague, prague), (brno, pilsen), (pilsen, brno)):
        with pytest.raises(InvalidInput):
            places.merge_cities(winner=winner, loser=loser, actor=owner)
    with pytest.raises(InvalidInput):
        places.rename_city(brno, name_ru="Брно", name_en="Brno", actor=owner)


def test_unknown_public_ids_are_not_found(gazetteer):
    for public_id in (uuid4(), "x", None):
        with pytest.raises(NotFound):
            places.city_by_public_id(public_id)


def test_an_alias_stands_once_for_each_city(gazetteer):
    keys = db.session.execute(sa.select(CityAlias.city_id, CityAlias.key)).all()
    assert len(keys) == len(set(keys))

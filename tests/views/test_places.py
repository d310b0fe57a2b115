"""The look-up door behind the searchable lists."""

import pytest

from app.integrations.geonames import CityRow, CountryRow
from app.services import places, settings


@pytest.fixture
def directory(context):
    countries = [CountryRow("CZ", "Чехия", "Czechia", "CZK"), CountryRow("DE", "Германия", "Germany", "EUR")]
    cities = [
        CityRow(key, code, russian, english, 50.0, 14.0, size, "Europe/Prague", aliases)
        for key, code, russian, english, size, aliases in (
            (1, "CZ", "Прага", "Prague", 1_165_000, ("Praha",)),
            (2, "CZ", "Пльзень", "Pilsen", 160_000, ()),
            (3, "CZ", "Брно", "Brno", 370_000, ()),
            (4, "DE", "Пасау", "Passau", 50_000, ()),
        )
    ]
    places.load_gazetteer(countries=countries, cities=cities)


def found(browser, url):
    return [(item["name"], item["hint"]) for item in browser.get(url).json["results"]]


def test_a_visitor_finds_countries_and_cities_in_his_language(directory, visitor):
    assert found(visitor, "/api/places/countries?q=ч") == [("Чехия", "Czechia")]
    assert found(visitor, "/api/places/cities?country=CZ&q=п") == [("Прага", "Prague"), ("Пльзень", "Pilsen")]
    visitor.post("/language", data={"language": "en"})
    assert found(visitor, "/api/places/cities?country=CZ&q=praha") == [("Prague", "Прага")]
    assert found(visitor, "/api/places/countries?q=") == [("Czechia", "Чехия"), ("Germany", "Германия")]


def test_the_id_is_what_the_forms_take(directory, visitor):
    [country] = visitor.get("/api/places/countries?q=cz").json["results"]
    [city] = visitor.get(f"/api/places/cities?country={country['id']}&q=брно").json["results"]
    assert country["id"] == "CZ"
    assert places.city_for_registration(country=country["id"], city=city["id"]).name_ru == "Брно"


def test_a_slip_still_finds_and_nonsense_finds_nothing(directory, visitor):
    assert found(visitor, "/api/places/cities?country=CZ&q=Прагга") == [("Прага", "Prague")]
    assert found(visitor, "/api/places/cities?country=CZ&q=%D1%8F%D1%8F%D1%8F%D1%8F") == []


def test_at_most_twenty_are_listed(context, visitor):
    cities = [CityRow(n, "CZ", f"Весь {n}", f"Ves {n}", 1.0, 1.0, n, None, ()) for n in range(1, 40)]
    places.load_gazetteer(countries=[CountryRow("CZ", "Чехия", "Czechia", "CZK")], cities=cities)
    assert len(found(visitor, "/api/places/cities?country=CZ&q=весь")) == 20
    assert found(visitor, "/api/places/cities?country=CZ")[0] == ("Весь 39", "Ves 39")


def test_an_unknown_country_is_a_404_in_json(directory, visitor):
    for url in ("/api/places/cities?country=XX&q=a", "/api/places/cities"):
        response = visitor.get(url, headers={"Accept": "application/json"})
        assert response.status_code == 404 and response.json["error"]["code"] == "not_found"


def test_served_places_follow_the_realtors(build, visitor):
    assert visitor.get("/api/places/served").json == {"countries": []}
    prague = build.city("Прага")
    build.realtor(city=prague)
    assert visitor.get("/api/places/served").json == {
        "countries": [
            {
                "code": "CZ",
                "name": "Чехия",
                "currency": "CZK",
                "cities": [{"id": str(prague.public_id), "name": "Прага"}],
            }
        ]
    }


def test_nobody_asks_for_ever(directory, visitor, limits):
    answers = {visitor.get("/api/places/served").status_code for _ in range(125)}
    assert answers == {200, 429}


def test_nobody_searches_more_often_than_the_owners_allow(directory, visitor, limits, build, context):
    settings.change("place_searches_per_minute", 60, actor=build.supervisor())
    answers = [visitor.get("/api/places/cities?country=CZ&q=p").status_code for _ in range(62)]
    assert answers == [200] * 60 + [429] * 2

"""A realtor joins a new city in a new country: an open home page offers it at once, without a reload."""

import pytest

from app.integrations.geonames import CountryRow
from app.services import places
from tests.browser.conftest import until
from tests.services.test_places import CITIES, COUNTRIES

pytestmark = pytest.mark.browser


def options(page, name):
    return [text.strip() for text in page.locator(f"select[name={name}] option").all_inner_texts()]


def join(page, token):
    page.goto(f"/join/{token}")
    page.get_by_label("Страна", exact=True).fill("Грузия")
    page.keyboard.press("Tab")
    page.get_by_label("Город", exact=True).fill("Батуми")
    fields = {
        "agency": "Аджара",
        "first_name": "Нино",
        "last_name": "Беридзе",
        "phone": "+995 555 12 34 56",
        "email": "nino@example.com",
        "password": "верная лошадь батарея",
    }
    for name, value in fields.items():
        page.fill(f"input[name={name}]", value)
    page.check("input[name=consent]")
    page.check("input[name=consent_data]")
    page.get_by_role("button", name="Зарегистрироваться").click()
    page.wait_for_url(lambda url: "/join/" not in url)


def test_an_open_home_page_offers_the_new_city_at_once(build, page_for):
    georgia = CountryRow("GE", "Грузия", "Georgia", "GEL")
    places.load_gazetteer(countries=[*COUNTRIES, georgia], cities=CITIES)
    build.realtor(city=places.match_city(places.country_by_code("CZ"), "Прага")[0].city)
    link = build.join_link()
    home = page_for(None)
    home.goto("/")
    assert "Грузия" not in options(home, "country")
    home.fill("textarea[name=wishes]", "У моря")
    join(page_for(None, phone=True), link.token)
    until(home, "[...document.querySelectorAll('select[name=country] option')].some(o => o.text === 'Грузия')")
    until(home, "document.querySelector('[data-live=served]').textContent.includes('Батуми')")
    assert "2 города" in home.inner_text("[data-live=counters]").replace("\xa0", " ")
    home.select_option("select[name=country]", "GE")
    assert "Батуми" in options(home, "city")
    assert home.input_value("textarea[name=wishes]") == "У моря"

"""The searchable lists of the realtors' form, with the keyboard and with a thumb, and the form without a script."""

import pytest

from app.services import places
from tests.services.test_places import CITIES, COUNTRIES

pytestmark = pytest.mark.browser


@pytest.fixture
def join_page(build, page_for):
    """``join_page(...)``: the form open in a page of a visitor."""
    places.load_gazetteer(countries=COUNTRIES, cities=CITIES)
    link = build.join_link()

    def make(**options):
        page = page_for(None, **options)
        page.goto(f"/join/{link.token}")
        return page

    return make


def test_country_and_city_are_found_with_the_keyboard_alone(join_page):
    page = join_page()
    country, city = page.get_by_label("Страна", exact=True), page.get_by_label("Город", exact=True)
    assert country.get_attribute("role") == city.get_attribute("role") == "combobox"
    country.focus()
    page.keyboard.type("чех")
    page.get_by_role("option", name="Чехия").wait_for()
    assert page.get_by_role("status").get_by_text("1 вариант").count() == 1
    page.keyboard.press("Enter")
    assert (country.input_value(), page.locator("select[name=country]").input_value()) == ("Чехия", "CZ")
    page.keyboard.press("Tab")
    page.keyboard.type("praha")
    page.get_by_role("option", name="Прага").wait_for()
    page.keyboard.press("ArrowDown")
    assert city.get_attribute("aria-activedescendant") == page.get_by_role("option").get_attribute("id")
    page.keyboard.press("Enter")
    chosen = page.locator("input[name=city]").input_value()
    assert city.input_value() == "Прага"
    assert places.city_by_public_id(chosen).name_en == "Prague"


def test_typing_over_a_choice_and_changing_the_country_forget_it(join_page):
    page = join_page(phone=True)
    page.get_by_label("Страна", exact=True).fill("Czech")
    page.get_by_role("option", name="Чехия").tap()
    city, kept = page.get_by_label("Город", exact=True), page.locator("input[name=city]")
    city.tap()
    page.get_by_role("option", name="Брно").tap()
    assert kept.input_value()
    city.press_sequentially("!")
    assert (city.input_value(), kept.input_value()) == ("Брно!", "")
    page.get_by_label("Страна", exact=True).fill("Россия")
    page.get_by_role("option", name="Россия").tap()
    assert city.input_value() == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_escape_closes_and_a_country_that_is_none_is_put_back(join_page):
    page = join_page()
    country = page.get_by_label("Страна", exact=True)
    country.fill("Турция")
    page.keyboard.press("Tab")
    country.fill("абракадабра")
    assert page.get_by_text("Ничего не нашлось").first.is_visible()
    page.keyboard.press("Escape")
    assert country.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Tab")
    assert country.input_value() == "Турция"


def test_without_a_script_the_lists_are_plain_controls(join_page):
    page = join_page(java_script_enabled=False)
    page.get_by_label("Страна", exact=True).select_option("CZ")
    page.get_by_label("Город", exact=True).fill("Прага")
    assert page.locator("select[name=country]").input_value() == "CZ"

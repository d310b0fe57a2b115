"""What the script of the inquiry form adds, and that the form needs none of it."""

import pytest

from app.constants import Deal, PropertyType
from app.extensions import db
from app.models.inquiries import Inquiry
from app.services import inquiries
from app.services.inquiries import InquiryDraft

pytestmark = pytest.mark.browser


@pytest.fixture
def served(build):
    for name in ("Прага", "Брно", "Берлин"):
        build.realtor(city=build.city(name))


def cities(page):
    return page.locator("select[name=city] option:not([value=''])").all_inner_texts()


def made():
    db.session.rollback()
    return db.session.scalars(db.select(Inquiry)).all()


def test_the_country_narrows_the_cities_and_proposes_its_currency(served, page_for):
    page = page_for()
    page.goto("/")
    page.select_option("select[name=country]", "CZ")
    assert cities(page) == ["Брно", "Прага"] and page.input_value("select[name=currency]") == "CZK"
    page.select_option("select[name=country]", "DE")
    assert cities(page) == ["Берлин"] and page.input_value("select[name=currency]") == "EUR"
    page.select_option("select[name=currency]", "USD")
    page.select_option("select[name=country]", "CZ")
    assert page.input_value("select[name=currency]") == "USD", "what a person chose is not taken away"
    page.check("input[value=land]")
    assert not page.locator(".only-rooms").is_visible()


def test_a_city_without_realtors_is_found_and_explained(served, build, page_for):
    build.city("Тбилиси")
    page = page_for(build.client())
    page.goto("/")
    page.get_by_text("Моего города нет в списке").click()
    page.fill("input[name=city_query]", "тбил")
    page.get_by_role("button", name="Тбилиси, Грузия").click()
    assert page.locator("[data-unserved]").is_visible() and page.input_value("select[name=currency]") == "GEL"
    page.locator(".sending .btn").click()
    page.wait_for_url("**/my/inquiries")
    assert [(inquiry.city.name_ru, inquiry.awaiting_realtor) for inquiry in made()] == [("Тбилиси", True)]


def test_a_phone_has_two_short_steps(served, build, page_for):
    page = page_for(build.client(), phone=True)
    page.goto("/")
    assert not page.locator("textarea[name=wishes]").is_visible()
    page.locator("[data-next]").click()
    assert not page.locator("textarea[name=wishes]").is_visible(), "a city is needed first"
    page.select_option("select[name=city]", label="Прага")
    page.locator("[data-next]").click()
    page.fill("textarea[name=wishes]", "Тихо")
    page.locator("[data-back]").click()
    page.locator("[data-next]").click()
    page.locator(".sending .btn").click()
    page.wait_for_url("**/my/inquiries")
    assert [inquiry.wishes for inquiry in made()] == ["Тихо"]


def test_the_form_needs_no_script(served, page_for):
    page = page_for(java_script_enabled=False)
    page.goto("/")
    page.select_option("select[name=city]", label="Прага")
    page.press("input[name=budget_max]", "Enter")
    page.wait_for_url("**/login")
    assert page.get_by_text("«Снять квартиру, Прага»").is_visible()


def test_an_open_list_learns_of_a_reply(served, build, page_for):
    client, prague = build.client(), build.city("Прага")
    inquiry = inquiries.submit(InquiryDraft(deal=Deal.RENT, city=prague, property_type=PropertyType.ROOM), actor=client)
    realtor = build.realtor("Пётр Дворжак", city=prague)
    page = page_for(client)
    page.goto(f"/my/inquiries/{inquiry.public_id}")
    assert page.get_by_text("Ждём первый отклик").is_visible()
    office = page_for(realtor)
    office.goto(f"/office/inquiries/{inquiry.public_id}")
    office.get_by_role("button", name="Принять запрос").first.click()
    page.locator(".thread", has_text="Пётр Дворжак").wait_for()
    assert page.get_by_text("есть отклики").is_visible()

"""The realtors' form asks «did you mean?» before it is sent, so that no password is typed twice."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.accounts import Realtor

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page_for, build):
    build.city("Прага")
    build.city("Брно")
    page = page_for(None, phone=True)
    page.goto(f"/join/{build.join_link().token}")
    page.locator("#country-typed").fill("Чех")
    page.get_by_role("option", name="Чехия").click()
    return page


def type_city(page, name):
    page.fill("#city_name", name)
    page.locator("#agency").focus()


def fill_the_rest(page):
    values = {"agency": "Моравия", "first_name": "Пётр", "last_name": "Новак", "phone": "777 222 333"}
    for name, value in (values | {"email": "petr@mail.ru", "password": "верная лошадь"}).items():
        page.fill(f"#{name}", value)
    page.check("#consent")
    page.check("#consent_data")
    page.click("button.big")


def joined_city():
    db.session.rollback()
    return db.session.scalars(sa.select(Realtor)).one().city.name_ru


def test_one_tap_takes_the_city_that_was_meant(page):
    type_city(page, "Брнно")
    page.get_by_role("button", name="Брно", exact=True).click()
    assert page.input_value("#city_name") == "Брно"
    fill_the_rest(page)
    page.wait_for_url("**/office/**")
    assert joined_city() == "Брно"


def test_another_city_is_believed_after_one_question(page):
    type_city(page, "Брнно")
    page.get_by_role("button", name="Нет, это другой город").click()
    fill_the_rest(page)
    page.wait_for_url("**/office/**")
    assert joined_city() == "Брнно"


def test_enter_sends_the_form_and_takes_no_suggestion(page):
    type_city(page, "Пргаа")
    page.wait_for_selector("#city-offer:not([hidden])")
    page.press("#agency", "Enter")
    page.wait_for_selector(".error-text")
    assert page.input_value("#city_name") == "Пргаа"

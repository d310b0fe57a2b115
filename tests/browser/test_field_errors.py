"""What is wrong with a form stands at its fields before anything is sent, all at once, in the language of the page."""

import pytest

pytestmark = pytest.mark.browser

TOLD = "[...document.querySelectorAll('.error-text')].map((error) => error.id)"
FOCUSED = "document.activeElement.id"


def test_all_errors_are_told_at_once_and_go_one_by_one(page_for):
    page = page_for()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/register")
    button = page.get_by_role("button", name="Зарегистрироваться")
    button.click()
    names = ["name", "email", "password", "consent", "consent_data"]
    assert page.evaluate(TOLD) == [f"{name}-error" for name in names] and page.evaluate(FOCUSED) == "name"
    name = page.locator("#name")
    assert (name.get_attribute("aria-invalid"), name.get_attribute("aria-describedby")) == ("true", "name-error")
    assert page.locator("#password").get_attribute("aria-describedby") == "password-hint password-error"
    assert page.locator("#name-error").inner_text() == "Заполните это поле."
    page.fill("#name", "Анна")
    page.fill("#email", "anna")
    page.fill("#password", "зелёный чайник")
    page.check("#consent")
    page.check("#consent_data")
    assert name.get_attribute("aria-invalid") is None and name.get_attribute("aria-describedby") is None
    button.click()
    assert "anna@mail" in page.locator("#email-error").inner_text() and page.evaluate(FOCUSED) == "email"
    assert page.evaluate(TOLD) == ["email-error"] and "POST" not in sent
    page.fill("#email", "anna@example.com")
    button.click()
    page.wait_for_url("**/my/inquiries")


def test_without_a_script_the_server_tells_the_same(page_for):
    page = page_for(java_script_enabled=False)
    page.goto("/register")
    page.get_by_role("button", name="Зарегистрироваться").click()
    assert page.locator(".error-text").all_inner_texts()[0] == "Заполните это поле."
    assert page.locator(".error-text").count() == 5


def test_on_a_phone_the_step_with_the_error_comes_back(build, page_for):
    build.realtor(city=build.city("Прага"))
    build.realtor(city=build.city("Брно"))
    page = page_for(phone=True)
    page.goto("/")
    page.locator("[data-next]").click()
    assert page.evaluate(FOCUSED) == "city" and page.locator("#city-error").inner_text() == "Выберите город."
    page.select_option("#city", label="Прага")
    page.locator("[data-next]").click()
    page.fill("#budget_min", "много")
    page.get_by_text("Без регистрации").click()
    page.fill("#name", "Анна")
    page.evaluate("document.getElementById('city').value = ''")
    page.locator(".sending .btn").click()
    assert page.evaluate(FOCUSED) == "city", "the first step is shown again"
    told = ["city", "budget_min", "email", "consent", "consent_data"]
    assert page.evaluate(TOLD) == [f"{name}-error" for name in told]

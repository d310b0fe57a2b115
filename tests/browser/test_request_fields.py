"""An owner adds a field without a developer; clients are asked, realtors read, owners find by it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_from_a_new_field_to_a_filtered_list(app, build, page_for):
    prague = build.city("Прага")
    realtor, client, owner = build.realtor(city=prague), build.client("Анна"), build.supervisor()
    with app.app_context():
        city = str(prague.public_id)
    console = page_for(owner)
    console.goto("/supervisor/request-fields/new/")
    console.fill("#label_ru", "Балкон")
    console.fill("#label_en", "Balcony")
    for n, (ru, en) in enumerate((("лоджия", "loggia"), ("нужен", "needed"))):
        console.locator("[name=option_ru]").nth(n).fill(ru)
        console.locator("[name=option_en]").nth(n).fill(en)
    console.get_by_label("Вариант 2 выше").click()
    console.check("[name=deals][value=rent]")
    console.check("[name=required]")
    preview = console.locator("[data-request-fields]")
    expect(preview.get_by_text("Балкон")).to_be_visible()
    console.locator("[data-request-preview]").locator("[name=deal][value=buy]").check()
    expect(preview.get_by_text("Балкон")).to_be_hidden()
    console.locator(".request-form").get_by_role("button", name="Сохранить").last.click()
    expect(console.locator(".request-list")).to_contain_text("нужен, лоджия")

    home = page_for(client, phone=True)
    home.goto("/")
    home.select_option("#city", city)
    home.locator("[data-next]").click()
    field = home.locator("[data-own]")
    expect(field).to_be_visible()
    home.locator(".sending .btn").click()
    assert home.url.endswith("/"), "not sent without an answer"
    expect(field.get_by_label("нужен")).to_be_focused()
    expect(field.locator(".error-text")).to_have_text("Заполните это поле.")
    field.get_by_label("лоджия").check()
    expect(field.locator(".error-text")).to_have_count(0)
    home.locator(".sending .btn").click()
    home.wait_for_url("**/my/inquiries")

    office = page_for(realtor)
    office.goto("/office/inquiries/")
    expect(office.locator(".own-facts")).to_have_text("Балкон: лоджия")
    console.goto("/supervisor/inquiries/?x-balcony=loggia")
    expect(console.locator("[data-inline-list] tbody")).to_contain_text("Анна")
    console.select_option("#f-x-balcony", "needed")
    console.get_by_role("button", name="Применить").click()
    expect(console.locator("[data-inline-list]")).to_have_count(0)

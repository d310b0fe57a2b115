"""A page for partners, looked at beside its form and then sent."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.partner_pages import PartnerPage


@pytest.mark.browser
def test_what_was_looked_at_beside_the_form_can_still_be_sent(build, page_for):
    build.realtor()
    page = page_for(build.supervisor())
    page.goto("/supervisor/partners/new/")
    page.get_by_label("Город или страна").select_option(label="Прага")
    page.get_by_label("Название").fill("Прага ждёт вас")
    page.get_by_label("Почта для вопросов").fill("hello@otklik.example")
    look = page.get_by_role("button", name="Предпросмотр").or_(page.locator("button[name=preview]"))
    for _ in range(2):
        with page.context.expect_page() as beside:
            look.first.click()
        expect(beside.value.get_by_role("heading", name="Прага ждёт вас")).to_be_visible()
        beside.value.close()
    page.get_by_role("button", name="Создать и отправить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Партнёрам")
    db.session.rollback()
    assert db.session.scalar(db.select(PartnerPage)).title == "Прага ждёт вас"

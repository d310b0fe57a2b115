"""An owner composes a role and gives it to a person, who then sees what it opens and nothing else."""

import pytest
from playwright.sync_api import expect

from app.extensions import db

pytestmark = pytest.mark.browser


def test_an_analyst_sees_statistics_and_nothing_else(build, page_for):
    person = build.client(name="Вера Числова")
    build.conversation()
    page = page_for(build.supervisor())
    page.goto("/supervisor/roles/")
    page.get_by_role("link", name="Аналитик").click()
    expect(page.get_by_role("checkbox", name="Статистика и спрос")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Отчёты: открывать общие")).to_be_checked()  # brought along
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("columnheader", name="Аналитик")).to_be_visible()
    page.goto(f"/supervisor/people/{person.public_id}/edit/")
    page.get_by_label("Роль").select_option(label="Аналитик")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("main")).to_contain_text("Аналитик")

    db.session.rollback()  # she is to be signed in as what she has become
    hers = page_for(person)
    hers.goto("/supervisor/demand/")
    menu = hers.get_by_role("navigation", name="Консоль").get_by_role("link")
    expect(menu).to_contain_text(["Обзор", "Статистика", "Спрос", "Отчёты"])
    expect(menu).to_have_count(4)
    assert hers.locator("main a[href*='/supervisor/people'], main a[href*='/supervisor/inquiries']").count() == 0
    assert hers.goto("/supervisor/people/").status == 403
    hers.goto("/")
    hers.get_by_role("link", name="Консоль").first.click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Обзор")

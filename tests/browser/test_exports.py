"""«Выгрузки» as an owner uses them: asked for, watched, taken, without a reload."""

import pytest
from playwright.sync_api import expect

from app.services import exports
from app.tasks import exports as job
from tests.browser.conftest import until

pytestmark = pytest.mark.browser


def asked(owner, list="people", title="Люди", **filters):
    what = {"title": title, "filters": filters, "timezone": "Europe/Prague"}
    return exports.ask(list, "", "xlsx", **what, actor=owner)


def test_an_owner_watches_a_file_being_made_and_takes_it(build, page_for):
    owner = build.supervisor()
    build.client("Анна Петрова")
    asked(owner, Роль="клиент")
    page = page_for(owner)
    page.goto("/supervisor/exports/")
    expect(page.locator("main")).to_contain_text("ждёт очереди")
    work = exports.claim()
    exports.progress(work, 400_000, 1_000_000)
    expect(page.locator("[data-told]")).to_have_text("400 000 из 1 000 000 строк".replace(" ", "\u00a0", 2))
    exports.progress(work, 800_000, 1_000_000)
    until(page, "document.querySelector('progress').value === 800000")
    exports.release(work)
    job.make_next()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Скачать").click()
    assert taken.value.suggested_filename.startswith("Люди 20")
    page.get_by_role("button", name="Удалить файл").click()
    page.get_by_role("button", name="Удалить", exact=True).click()
    expect(page.locator("main")).to_contain_text("отменён")

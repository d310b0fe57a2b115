"""Reports as an owner makes them: from a ready one to a tile on the overview and a file that equals the database."""

from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from app.extensions import db
from app.models.base import utcnow
from app.models.inquiries import Inquiry, Match
from tests.browser.conftest import until


@pytest.mark.browser
def test_an_owner_builds_keeps_pins_and_downloads_a_report(build, page_for, tmp_path):
    client, now = build.client(), utcnow()
    inquiries = [
        build.inquiry(client, build.city(("Прага", "Брно")[n % 2]), deal=("rent", "buy")[n % 3 == 0], published_at=now)
        for n in range(7)
    ]
    domus = build.realtor(agency=build.agency("Домус"))
    build.add(Match(inquiry_id=inquiries[0].id, realtor_id=domus.id, accepted_at=now))
    page = page_for(build.supervisor())
    page.goto("/supervisor/reports/")
    page.get_by_role("link", name="Запросы по городам за месяц").click()
    expect(page.get_by_role("row", name="Прага")).to_be_visible()
    page.get_by_label("Период").select_option("days_28")
    page.get_by_label("В столбцах").select_option("deal")
    expect(page.get_by_role("columnheader", name="Покупка")).to_be_visible()
    assert "columns=deal" in page.url and "when=days_28" in page.url  # the address is the report
    page.get_by_role("radio", name="Переписки").check()  # another subject keeps what suits it
    expect(page.get_by_label("Сообщений клиентов")).to_be_visible()
    page.get_by_role("radio", name="Запросы").check()
    expect(page.get_by_role("row", name="Прага")).to_be_visible()
    name = page.get_by_role("combobox", name="Приняло агентство")
    name.fill("дом")
    page.get_by_role("option", name="Домус").click()
    expect(page.get_by_role("row", name="Брно")).to_be_hidden()
    assert "agency=" in page.url
    expect(name).to_have_value("Домус")
    with page.expect_download() as download:
        page.get_by_role("button", name="Сохранить график картинкой PNG").click()
    assert download.value.suggested_filename.startswith("Запросы, ")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    name.fill("")
    name.press("Tab")
    expect(page.get_by_role("row", name="Брно")).to_be_visible()
    assert "agency=" not in page.url
    page.get_by_role("button", name="Сохранить как…").click()
    page.get_by_label("Название").fill("Города и сделки")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_role("heading", name="Города и сделки")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    download.value.save_as(tmp_path / "report.xlsx")
    *_, total = load_workbook(tmp_path / "report.xlsx")["Таблица"].iter_rows(values_only=True)
    since = now.date() - timedelta(days=40)
    db.session.rollback()
    rows = db.session.scalars(db.select(Inquiry).where(Inquiry.published_day >= since)).all()
    assert total[-1] == len(rows) == 7
    page.get_by_role("button", name="Закрепить на обзоре").click()
    page.goto("/supervisor/")
    until(page, "document.querySelector('[data-report-body] .report-rows li')")
    page.get_by_role("link", name="Города и сделки").click()
    expect(page.get_by_role("button", name="Убрать с обзора")).to_be_visible()

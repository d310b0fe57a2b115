"""Owners and their programs."""

import pytest
import requests
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_an_owner_makes_a_token_a_program_uses_it_and_revoking_ends_it(build, live_server, page_for):
    build.country("CZ")
    page = page_for(build.supervisor(), phone=True)
    page.goto("/supervisor/api/new/")
    page.get_by_label("Программа").fill("CRM")
    page.get_by_label("читать справочник мест").check()
    page.get_by_role("button", name="Сохранить").click()
    secret = page.locator("#secret").inner_text()

    def ask():
        return requests.get(
            live_server.url + "/api/v1/countries", headers={"Authorization": f"Bearer {secret}"}, timeout=10
        )

    assert ask().json()["data"][0]["code"] == "CZ"
    page.get_by_role("link", name="Готово").click()
    expect(page.locator("main")).not_to_contain_text(secret)
    page.get_by_role("link", name="CRM").click()
    page.get_by_role("button", name="Отозвать").click()
    page.get_by_role("button", name="Отозвать").click()
    expect(page.locator("main")).to_contain_text("отозван")
    assert ask().status_code == 401

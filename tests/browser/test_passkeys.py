"""A passkey made by a real browser, with a virtual device, opens the account by the button and in the field."""

import pytest
from playwright.sync_api import expect

from app.services import accounts
from tests.browser.test_every_page import complaints, phone_complaints

pytestmark = pytest.mark.browser

GOOD = "верная лошадь батарея"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(live_server):
    """Browsers make passkeys for names, not for addresses."""
    return live_server.url.replace("127.0.0.1", "localhost")


def give_device(page):
    """A phone that knows its owner's finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_made_and_signs_in(build, page_for, site):
    accounts.register(name="Анна", email="anna@mail.ru", password=GOOD)
    page = page_for(phone=True)
    give_device(page)
    page.goto(f"{site}/login")
    expect(page.get_by_role("button", name="Войти с ключом доступа")).to_be_visible()
    found = [*phone_complaints(page, f"{site}/login")]
    page.get_by_label("Электронная почта").fill("anna@mail.ru")
    page.get_by_label("Пароль", exact=True).fill(GOOD)
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url("**/my/inquiries")

    found += phone_complaints(page, f"{site}/my/profile/passkeys")
    page.get_by_label("Текущий пароль").fill(GOOD)
    page.get_by_role("button", name="Добавить ключ доступа").click()
    page.wait_for_url("**/passkeys/new")
    page.get_by_label("Название ключа").fill("Мой телефон")
    page.get_by_role("button", name="Создать ключ доступа").click()
    page.get_by_role("link", name="Мой телефон").click()
    found += complaints(page, page.url)

    # The browser offers it in the field of the e-mail; this device takes the offer at once.
    sign_out(page, site)
    page.goto(f"{site}/login")
    page.wait_for_url("**/my/inquiries")

    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    sign_out(page, site)
    page.goto(f"{site}/login?next=/my/profile")
    page.get_by_role("button", name="Войти с ключом доступа").click()
    page.wait_for_url("**/my/profile")
    assert found == []


def sign_out(page, site):
    page.goto(f"{site}/my/profile")
    page.locator("header summary").click()
    page.get_by_role("button", name="Выйти", exact=True).click()
    page.wait_for_url("**/")

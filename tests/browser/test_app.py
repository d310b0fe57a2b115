"""The site as an app: installed, without a network, given something by another app."""

import json
import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.conversations import Message
from app.services import conversations
from tests.browser.conftest import until
from tests.browser.test_every_page import complaints, phone_complaints

pytestmark = pytest.mark.browser

READY = "navigator.serviceWorker.getRegistration().then(r => r?.active?.state === 'activated')"
KEPT = """async () => (await Promise.all((await caches.keys()).map(async name =>
    (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"""


@pytest.fixture
def chat(build):
    inquiry = build.inquiry(client=build.client("Анна Петрова"))
    return conversations.start(inquiry, build.realtor("Пётр Дворжак", city=inquiry.city))


@pytest.fixture
def app_page(page_for):
    """A page whose service worker is at work."""

    def make(user=None, **options):
        page = page_for(user, service_workers="allow", **options)
        page.goto("/start")
        until(page, READY)
        page.reload()
        until(page, "Boolean(navigator.serviceWorker.controller)")
        return page

    return make


def test_without_a_network_a_page_says_so_and_opens_once_it_is_back(chat, app_page):
    page = app_page(chat.client)
    page.context.set_offline(True)
    page.goto("/my/notifications")
    expect(page.locator("h1")).to_have_text("Нет сети")
    assert "Анна" not in page.content()
    assert page.locator("h1").evaluate("e => getComputedStyle(e).fontFamily").startswith('"Onest')
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("Уведомления")
    paths = page.evaluate(KEPT)
    assert [path for path in paths if path != "/offline" and not path.startswith("/static/")] == []


def test_what_waits_is_counted_there(chat, app_page):
    page = app_page(chat.client)
    page.goto(f"/my/conversations/{chat.public_id}")
    page.context.set_offline(True)
    page.fill("#message", "потом")
    page.press("#message", "Enter")
    expect(page.locator(".msg .waits")).to_have_count(1)
    page.goto("/my/notifications")
    waiting = page.locator("#waiting")
    expect(waiting.locator("li")).to_contain_text(["потом"])
    expect(waiting).to_contain_text("Пётр Дворжак")
    waiting.get_by_role("button", name="Не отправлять").click()
    expect(waiting).to_be_hidden()


def test_what_waits_is_shown_to_nobody_once_its_session_has_run_out(chat, app_page):
    page = app_page(chat.client)
    page.goto(f"/my/conversations/{chat.public_id}")
    page.context.set_offline(True)
    page.fill("#message", "только моё")
    page.press("#message", "Enter")
    expect(page.locator(".msg .waits")).to_have_count(1)
    page.context.clear_cookies()  # the session runs out
    context, page = page.context, page.context.new_page()
    context.pages[0].close()
    context.set_offline(False)
    page.goto("/login")
    expect(page.locator("h1")).to_be_visible()
    page.context.set_offline(True)
    page.goto("/my/notifications")
    expect(page.locator("h1")).to_have_text("Нет сети")
    page.wait_for_timeout(300)
    assert "только моё" not in page.content()


def test_with_every_page_closed_the_worker_sends(chat, app_page, live_server):
    page = app_page(chat.client)
    page.goto(f"/my/conversations/{chat.public_id}")
    page.context.set_offline(True)
    page.fill("#message", "пока все закрыто")
    page.press("#message", "Enter")
    expect(page.locator(".msg .waits")).to_have_count(1)
    blank = page.context.new_page()  # none of ours
    page.close()
    blank.context.set_offline(False)
    wake(blank, live_server.url)
    for _ in range(100):
        db.session.rollback()
        if db.session.scalar(db.select(Message.id).where(Message.body == "пока все закрыто")):
            return
        blank.wait_for_timeout(100)
    raise AssertionError("the worker has sent nothing")


def wake(page, origin):
    """What Chromium does on its own when the network of the machine itself comes back: no emulation reaches that."""
    browser, found = page.context.new_cdp_session(page), []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    browser.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    [ours] = {one["registrationId"] for one in found if one["scopeURL"].startswith(origin)}
    event = {"origin": origin, "registrationId": ours, "tag": "unsent", "lastChance": False}
    browser.send("ServiceWorker.dispatchSyncEvent", event)


def test_a_photo_shared_by_another_app_finds_its_conversation(chat, app_page):
    page = app_page(chat.client)
    page.goto("/my/notifications")
    page.evaluate("""async () => {
        const canvas = new OffscreenCanvas(40, 30);
        canvas.getContext("2d").fillRect(5, 5, 9, 9);
        const form = document.createElement("form");
        Object.assign(form, { action: "/share", method: "post", enctype: "multipart/form-data" });
        form.innerHTML = '<input name="text" value="Вот план"><input type="file" name="files" multiple>';
        const given = new DataTransfer();
        given.items.add(new File([await canvas.convertToBlob()], "план.png", { type: "image/png" }));
        form.elements.files.files = given.files;
        document.body.append(form);
        form.submit();
    }""")
    expect(page.locator("#shared-files img")).to_have_count(1)
    expect(page.locator("#shared-text")).to_have_value("Вот план")
    page.click("text=Пётр Дворжак")
    page.click("#sharing button")
    expect(page).to_have_url(re.compile(f"/my/conversations/{chat.public_id}"))
    expect(page.locator(".msg.me[data-state=sent] .photo img")).to_have_count(1)
    db.session.rollback()
    last = db.session.scalars(db.select(Message).order_by(Message.id.desc())).first()
    assert (last.kind, last.body) == ("image", "Вот план")


def test_the_offer_to_install_comes_on_the_second_visit_until_it_is_refused(chat, page_for):
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    page = page_for(chat.client, phone=True, user_agent=iphone)
    page.goto("/my/notifications")
    expect(page.locator("#bell")).to_be_visible()
    expect(page.locator("#install")).to_be_hidden()
    page = next_visit(page)
    expect(page.locator("#install")).to_contain_text("На экран „Домой“")
    expect(page.locator("[data-install]")).to_be_hidden()
    page.click("text=Нет, спасибо")
    page = next_visit(page)
    expect(page.locator("#bell")).to_be_visible()
    expect(page.locator("#install")).to_be_hidden()


def next_visit(page):
    other = page.context.new_page()
    page.close()
    other.goto("/my/notifications")
    return other


def test_the_manifest_is_what_browsers_install(chat, app_page, live_server):
    page = app_page(chat.realtor)
    answer = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert answer["errors"] == []
    manifest = json.loads(answer["data"])
    assert (manifest["lang"], manifest["name"], manifest["id"]) == ("ru", "Отклик", "/")
    for address in [manifest["start_url"], *(shortcut["url"] for shortcut in manifest["shortcuts"])]:
        assert page.request.get(address).ok
    assert page.request.get(manifest["start_url"]).url.endswith("/office/inquiries/")
    assert urlopen(f"{live_server.url}/apple-touch-icon.png").read(4) == b"\x89PNG"
    refused = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in refused if error["errorId"] != "in-incognito"] == []


def test_the_pages_of_the_app_suit_everybody(chat, page_for):
    found = [*phone_complaints(page_for(chat.client, phone=True), "/share")]
    found += complaints(page_for(dark=True), "/offline")
    assert found == []

"""Push in a real browser: the button, the states, the service worker's handlers. Only the way to the browser maker's
own push service, which no test machine has, is put in at the page's border."""

import json

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.constants import InquiryStatus
from app.extensions import db
from app.models.notifications import PushSubscription
from app.services import inquiries
from tests.browser.conftest import BEEPS, QUIET, whole_chromium
from tests.push_service import PushService

pytestmark = pytest.mark.browser

PAGE = "/my/profile/notifications"

# What Chromium would be given by its maker's service.
SUBSCRIBED = """
(() => {
  if (!window.PushManager) return; // about:blank
  const subscription = {
    endpoint: %(endpoint)s, options: {}, toJSON: () => (%(json)s),
    unsubscribe: async () => (localStorage.removeItem("subscribed"), true),
  };
  PushManager.prototype.subscribe = async function (options) {
    if (!options.userVisibleOnly || !options.applicationServerKey) throw new Error("options");
    localStorage.setItem("subscribed", "1");
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? subscription : null);
})();
"""


@pytest.fixture(scope="module")
def chromium(chromium):
    """Without its windows it shows no notifications."""
    browser = chromium.browser_type.launch(executable_path=whole_chromium(), args=QUIET + BEEPS)
    yield browser
    browser.close()


@pytest.fixture
def service(monkeypatch, app):
    service = PushService()
    monkeypatch.setenv("WEBPUSH_TEST_ORIGIN", service.url)
    yield service
    service.stop()


@pytest.fixture
def page_with_push(service, page_for):
    """A page of ``user`` in a browser that may show notifications and has a push service."""

    def make(user, **options):
        page = page_for(user, service_workers="allow", **options)
        subscription = service.browser("").subscription
        values = {"endpoint": json.dumps(subscription["endpoint"]), "json": json.dumps(subscription)}
        page.context.add_init_script(SUBSCRIBED % values)
        return page

    return make


def allow(page):
    page.context.grant_permissions(["notifications"])


def worker_of(page):
    """A CDP session and the id of the registration of our service worker."""
    session = page.context.new_cdp_session(page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    for _ in range(100):
        if found:
            return session, found[0]["registrationId"]
        page.wait_for_timeout(50)
    raise TimeoutError("no service worker")


def push(page, **message):
    session, registration = worker_of(page)
    origin = page.evaluate("location.origin")
    data = json.dumps({"lang": "ru", "id": "1"} | message)
    session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": registration, "data": data})


SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, tag }) => [title, tag]);
}"""


def shown(page, count):
    for _ in range(100):
        if len(found := page.evaluate(SHOWN)) == count:
            return found
        page.wait_for_timeout(50)
    return page.evaluate(SHOWN)


def test_the_button_subscribes_this_device_and_the_list_removes_it(build, page_with_push):
    page = page_with_push(build.client(locale="ru"))
    allow(page)
    page.goto(PAGE)
    button = page.get_by_role("button", name="Включить на этом устройстве")
    expect(button).to_be_visible()
    assert db.session.scalars(sa.select(PushSubscription)).all() == []  # nothing without a click
    button.click()
    device = page.locator("#push .devices li")
    expect(device).to_contain_text("это устройство")
    expect(page.get_by_text("Включены: новости приходят")).to_be_visible()
    device.get_by_role("button").click()
    expect(page.locator("#push .devices")).to_have_count(0)
    expect(button).to_be_visible()
    button.click()
    expect(device).to_be_visible()
    page.get_by_role("button", name="Выключить", exact=True).click()
    expect(button).to_be_visible()
    expect(device).to_have_count(0)


def test_who_forbade_it_is_told_how_to_allow_it(build, page_with_push):
    page = page_with_push(build.client(locale="ru"))
    page.context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' });")
    page.goto(PAGE)
    expect(page.get_by_text("нажмите на значок слева от адреса")).to_be_visible()
    expect(page.locator("#push button:visible")).to_have_count(0)


def test_a_browser_without_push_says_so(build, page_for):
    page = page_for(build.client(locale="ru"))
    page.context.add_init_script("delete window.PushManager;")
    page.goto(PAGE)
    expect(page.get_by_text("Этот браузер не умеет показывать уведомления")).to_be_visible()


def test_a_push_is_shown_leads_to_its_page_and_keeps_silent_where_it_is_watched(build, page_with_push):
    page = page_with_push(build.client(locale="ru"))
    allow(page)
    page.goto(PAGE)
    page.get_by_role("button", name="Включить на этом устройстве").click()
    expect(page.locator("#push .devices li")).to_be_visible()
    push(page, title="Новое сообщение от Петра", url="/my/inquiries")
    assert shown(page, 1) == [["Новое сообщение от Петра", "/my/inquiries"]]
    push(page, title="Ещё одно сообщение от Петра", url="/my/inquiries")
    page.wait_for_timeout(300)
    assert shown(page, 1) == [["Ещё одно сообщение от Петра", "/my/inquiries"]]
    push(page, title="Об этой самой странице", url=PAGE)
    page.wait_for_timeout(500)
    assert len(page.evaluate(SHOWN)) == 1


# What a press on the notification's button comes to; only a person's own press may bring a page to the front.
PRESS = """async (url) => {
  const done = [];
  WindowClient.prototype.focus = async function () { return this; };
  const press = Object.assign(new Event("notificationclick"), {
    action: "accept", notification: { close() {}, data: { url } }, waitUntil: (work) => done.push(work),
  });
  self.dispatchEvent(press);
  await Promise.all(done);
}"""


def press_accept(page, inquiry):
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    [worker] = page.context.service_workers
    worker.evaluate(PRESS, f"/office/inquiries/{inquiry.public_id}")


def test_the_button_of_a_push_accepts_by_the_page_and_says_why_not(build, page_with_push):
    inquiry, late = build.inquiry(), build.inquiry()
    realtor = build.realtor(city=inquiry.city, locale="ru")
    page = page_with_push(realtor)
    allow(page)
    page.goto("/office/inquiries/")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    push(page, title="Новый запрос", url=f"/office/inquiries/{inquiry.public_id}", accept="Принять")
    shown(page, 1)
    buttons = "navigator.serviceWorker.ready.then((it) => it.getNotifications()).then(([it]) => it.actions)"
    assert [button["title"] for button in page.evaluate(buttons)] == ["Принять"]
    page.goto(f"/office/inquiries/{late.public_id}")
    inquiries.move(late, InquiryStatus.CANCELLED, actor=late.client)
    press_accept(page, late)
    expect(page.get_by_text("принять его уже нельзя")).to_be_visible()
    page.goto(f"/office/inquiries/{inquiry.public_id}")
    press_accept(page, inquiry)
    page.wait_for_url("**/office/conversations/*")
    db.session.rollback()
    assert [match.accepted_at is not None for match in inquiry.matches] == [True]

"""The bell in real browsers: two tabs of one person, the panel, a phone, and the matrix."""

import json
import time

import pytest
from playwright.sync_api import expect

from app.constants import NotificationKind as Kind
from app.models.notifications import Notification
from app.services import notifications
from app.services.transaction import transaction
from tests.browser.conftest import until
from tests.browser.test_every_page import axe_complaints

pytestmark = pytest.mark.browser


def tell(user, n=1):
    with transaction():
        for i in range(n):
            notifications.notify([user], Kind.MESSAGE, params={"name": f"Пётр № {i}"}, url="/support")


def test_two_tabs_show_the_same_number_whichever_reads(build, page_for):
    anna = build.client(locale="ru")
    tell(anna, 3)
    first, second = page_for(anna), page_for(anna)
    for page in (first, second):
        page.goto("/support/about")
        expect(page.locator("#bell-count")).to_have_text("3")
    first.click("#bell")
    panel = first.locator("#bell-panel")
    expect(panel.locator(".notice")).to_have_count(3)
    assert list(axe_complaints(first, "the panel")) == []
    panel.get_by_role("button", name="Отметить прочитанным: Новое сообщение: Пётр № 2").click()
    for page in (first, second):
        expect(page.locator("#bell-count")).to_have_text("2")
    second.goto("/my/notifications")
    first.click("[data-read=all] button")
    for page in (first, second):
        expect(page.locator("#bell-count")).to_have_text("")
    expect(second.locator("#notices [data-unread]")).to_have_count(0)
    first.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    expect(first.locator("#bell")).to_be_focused()


def test_news_is_told_once_to_somebody_who_looks(build, page_for):
    page, lines = page_for(build.client(locale="ru")), []

    def between(line):
        server = line.connect_to_server()
        server.on_message(lambda frame: pass_on(line, frame))

    def pass_on(line, frame):
        line.send(frame)
        if str(frame).startswith("40"):  # let in: from now on it hears
            lines.append(line)

    def hear(**news):
        told = {"id": "1", "kind": "message", "url": "/my/conversations/1"} | news
        lines[0].send("42" + json.dumps(["notification", told]))

    page.route_web_socket("**/socket.io/**", between)
    page.goto("/support/about")
    until(page, "document.querySelector('#bell').matches('[aria-expanded]')")
    deadline = time.monotonic() + 30
    while not lines:
        assert time.monotonic() < deadline, "the page's socket did not come up"
        page.wait_for_timeout(20)
    hear(title="Новое сообщение: Пётр", unread=1)
    hear(title="Новое сообщение: Ольга", unread=2)
    toast = page.locator("#toasts[role=status] .toast")
    expect(toast).to_have_text("Новое сообщение: ОльгаОткрыть")
    expect(toast.get_by_role("link", name="Открыть")).to_have_attribute("href", "/my/conversations/1")
    toast.evaluate("box => box.remove()")
    hear(title="Ночью", unread=3, quiet=True)
    hear(title="О том, что и так перед глазами", unread=4, url="/support/about#questions")
    expect(page.locator("#bell-count")).to_have_text("4")
    expect(toast).to_have_count(0)


def test_what_another_process_tells_is_seen_when_the_page_is_looked_at_again(build, page_for):
    """No socket of this process hears of it: the worker without Redis writes the row and no more."""
    anna = build.client(locale="ru")
    page = page_for(anna)
    page.goto("/support/about")
    page.click("#bell")
    expect(page.locator("#bell-panel")).to_be_visible()
    build.add(Notification(user_id=anna.id, kind=Kind.MESSAGE, params={"name": "Пётр"}, url="/support"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#bell-count")).to_have_text("1")
    expect(page.locator("#bell-panel .notice")).to_have_count(1)


def test_on_a_phone_the_bell_leads_to_the_page(build, page_for):
    anna = build.client(locale="ru")
    tell(anna)
    page = page_for(anna, phone=True)
    page.goto("/support/about")
    page.click("#bell")
    page.wait_for_url("**/my/notifications")
    page.get_by_role("link", name="Новое сообщение: Пётр № 0").click()
    page.wait_for_url("**/support")
    expect(page.locator("#bell-count")).to_have_text("")


def test_the_matrix_is_set_on_a_phone(build, page_for):
    realtor = build.realtor(locale="ru")
    page = page_for(realtor, phone=True)
    page.goto("/my/profile/notifications")
    page.get_by_role("checkbox", name="Почта Новые запросы в моём городе").uncheck()
    page.get_by_label("Раз в час, одним письмом").check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("checkbox", name="Почта Новые запросы в моём городе")).not_to_be_checked()
    expect(page.get_by_label("Раз в час, одним письмом")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

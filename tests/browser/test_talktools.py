"""What a person keeps about a conversation, in two browsers of one realtor."""

import os

from playwright.sync_api import expect

from app.services import conversations
from tests.browser.conftest import until

FIELD = "#message"


def look(page, name):
    """A picture for whoever wants to see; SHOTS names the folder."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png")


def test_a_draft_a_pin_and_a_later_answer_are_the_same_on_every_device(build, page_for):
    chat = build.conversation()
    address = conversations.path(chat.public_id, chat.realtor)
    desk, phone = page_for(chat.realtor), page_for(chat.realtor, phone=True)
    tab = desk.context.new_page()  # which keeps what it keeps in the same place as the first
    for page in (desk, tab, phone):
        page.goto(address)
    desk.bring_to_front()
    desk.fill(FIELD, "Добрый день, я нашёл")
    for page in (tab, phone):
        expect(page.locator(FIELD)).to_have_value("Добрый день, я нашёл")
    tab.close()
    phone.locator(FIELD).press_sequentially(" две")
    desk.locator(FIELD).blur()
    expect(desk.locator(FIELD)).to_have_value("Добрый день, я нашёл две")

    desk.locator("#talk-menu > summary").click()
    look(desk, "menu")
    desk.get_by_role("button", name="Закрепить").click()
    expect(desk.locator(".thread").get_by_role("img", name="закреплена")).to_be_visible()
    until(phone, "!document.querySelector('[data-shows=pinned]').hidden")

    phone.locator("#talk-menu > summary").click()
    look(phone, "menu-phone")
    phone.get_by_role("button", name="Ответить позже…").click()
    look(phone, "snooze-phone")
    phone.get_by_role("button", name="Завтра утром").click()
    expect(desk.locator("#put-off")).to_contain_text("09:00")
    look(desk, "put-off")
    expect(desk.locator(".thread")).to_have_count(0)
    desk.get_by_role("button", name="Вернуть сейчас").click()
    expect(desk.locator(".thread")).to_have_count(1)
    expect(phone.locator("#put-off")).to_be_hidden()

    desk.locator("#talk-menu > summary").click()
    desk.get_by_role("button", name="Пометить непрочитанной").click()
    desk.wait_for_url("**/office/conversations/")

    # The same from the row of the list, by a press, by the keyboard, by the other button of the mouse.
    desk.bring_to_front()  # of two windows only the front one has the focus
    desk.locator("[data-row-more]").click()
    desk.get_by_role("menuitem", name="Пометить прочитанной").click()
    expect(desk.locator(".thread .badge")).to_have_count(0)
    expect(desk.locator("[data-row-more]")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    expect(desk.locator(".thread").get_by_role("img", name="закреплена")).to_have_count(0)
    until(phone, "document.querySelector('[data-shows=pinned]').hidden")
    desk.locator(".thread").click(button="right")
    desk.get_by_role("menuitem", name="Ответить позже…").click()
    desk.get_by_role("button", name="Через час").click()
    expect(desk.locator(".thread")).to_have_count(0)


def test_keys_work_while_nothing_is_typed(build, page_for):
    chat = build.conversation()
    page = page_for(chat.realtor)
    page.goto(conversations.path(chat.public_id, chat.realtor))
    page.locator(FIELD).press_sequentially("?pl")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.fill(FIELD, "")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    look(page, "shortcuts")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.locator(".thread").get_by_role("img", name="закреплена")).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator("#snooze")).to_be_visible()
    look(page, "snooze")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator(FIELD)).to_be_focused()


def test_the_tab_counts_what_came_meanwhile_and_can_be_told_not_to(build, page_for, app):
    chat = build.conversation()
    page, other = page_for(chat.client), page_for(chat.realtor)
    hidden = "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})"
    page.context.add_init_script(f"{hidden}; rings = 0; AudioContext = function () {{ rings += 1 }}")
    list_page = page.context.new_page()
    list_page.goto("/my/inquiries")
    page.goto(conversations.path(chat.public_id, chat.client))
    other.goto(conversations.path(chat.public_id, chat.realtor))
    until(page, "document.title.length > 0")
    for number, title in enumerate(("(1) ", "(2) ")):
        other.fill(FIELD, f"Сообщение {number}")
        other.keyboard.press("Enter")
        for tab in (page, list_page):
            until(tab, f"document.title.startsWith('{title}')")
    list_page.wait_for_timeout(400)
    assert page.evaluate("rings") + list_page.evaluate("rings") == 1, "one of the tabs rings, once for a burst"
    page.locator("#talk-menu > summary").click()
    look(page, "switches")
    page.get_by_role("switch", name="Счётчик").click()
    until(page, "!document.title.startsWith('(')")

"""The chat and the bell with the keyboard alone: where the focus goes, and that it is never lost."""

import re

import pytest
from playwright.sync_api import expect

from app.services import conversations
from tests.browser.test_chat import bubbles, open_chat, write
from tests.browser.test_notifications import tell

pytestmark = pytest.mark.browser

FIELD = "#message"
OPEN = "details.menu[open], :popover-open"


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def realtor(chat, page_for):
    page = open_chat(page_for(chat.realtor), chat, "/office/conversations")
    expect(page.locator(FIELD)).to_be_focused()
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_link_over_the_page_leads_past_the_list_to_the_conversation(realtor):
    skip = realtor.locator(".skip")
    skip.focus()
    press(realtor, "Enter", "Tab")
    expect(realtor.locator("#talk-find-open")).to_be_focused()


def test_arrows_go_on_from_a_link_inside_a_message_and_its_enter_stays_its_own(realtor):
    write(realtor, "первое")
    write(realtor, "второе https://example.com/plan")
    expect(bubbles(realtor)).to_have_count(2)
    expect(realtor.locator(".msg.sending")).to_have_count(0)
    link = realtor.locator(".msg a")
    link.focus()
    press(realtor, "ArrowUp")
    expect(realtor.locator(".msg:focus")).to_contain_text("первое")
    link.focus()
    link.evaluate("link => link.addEventListener('click', (event) => event.preventDefault())")
    press(realtor, "Enter")
    expect(realtor.locator("#msg-menu")).to_be_hidden()


def test_escape_takes_back_the_quote_first_and_leaves_the_field_second(realtor):
    write(realtor, "первое")
    expect(realtor.locator(".msg.sending")).to_have_count(0)
    realtor.locator("#log").focus()
    press(realtor, "ArrowUp", "Enter", "Enter")
    expect(realtor.locator("#quoting")).to_be_visible()
    press(realtor, "Escape")
    expect(realtor.locator("#quoting")).to_be_hidden()
    expect(realtor.locator(FIELD)).to_be_focused()
    press(realtor, "Escape")
    expect(realtor.locator(FIELD)).not_to_be_focused()


@pytest.mark.parametrize(("item", "first"), [("#snooze-open", "Через час"), ("#shortcuts-open", "Закрыть")])
def test_what_the_menu_opens_takes_the_focus_and_gives_it_back(realtor, item, first):
    menu = realtor.locator("#talk-menu > summary")
    menu.focus()
    press(realtor, "Enter")
    realtor.locator(item).focus()
    press(realtor, "Enter")
    expect(realtor.get_by_role("button", name=first)).to_be_focused()
    press(realtor, "Escape")
    expect(menu).to_be_focused()


def test_ready_answers_have_a_key_where_there_are_none_yet(realtor):
    press(realtor, "Escape", "a")
    expect(realtor).to_have_url(re.compile("/office/ready-answers/$"))


def test_who_walks_on_leaves_no_open_menu_behind(chat, build, page_for):
    tell(chat.realtor)
    page = page_for(chat.realtor)
    page.goto(conversations.path(chat.public_id, chat.realtor))
    page.locator("#talk-menu > summary").focus()
    press(page, "Enter")
    expect(page.locator(OPEN)).to_have_count(1)
    press(page, "Shift+Tab")
    expect(page.locator(OPEN)).to_have_count(0)
    bell = page.locator("#bell")
    bell.focus()
    press(page, "Enter")
    expect(page.locator("#bell-panel")).to_be_visible()
    expect(page.locator("#bell-panel :focus")).to_have_count(1)
    page.locator("#bell-panel a").last.focus()
    press(page, "Tab")
    expect(page.locator("#bell-panel")).to_be_hidden()
    expect(bell).not_to_be_focused()


def test_the_panel_of_the_bell_looks_the_same_above_a_chat(chat, page_for):
    """Both have days; those of a chat are pills, which once made an oval of the panel's."""
    tell(chat.realtor)
    page = page_for(chat.realtor)
    page.goto(conversations.path(chat.public_id, chat.realtor))
    page.click("#bell")
    day = page.locator("#bell-panel section")
    expect(day).to_be_visible()
    assert day.evaluate("day => getComputedStyle(day).borderTopWidth") == "0px"


def test_the_item_one_stands_at_is_seen_by_night(chat, page_for):
    page = open_chat(page_for(chat.client, dark=True), chat)
    write(page, "первое")
    expect(page.locator(".msg.sending")).to_have_count(0)
    page.locator("#log").focus()
    press(page, "ArrowUp", "Enter")
    item = page.get_by_role("menuitem", name="Ответить")
    expect(item).to_be_focused()
    assert item.evaluate("item => getComputedStyle(item).outlineStyle") == "solid"


def test_on_a_narrow_screen_the_way_to_the_inquiry_and_back_keeps_the_focus(chat, page_for):
    page = page_for(chat.realtor, viewport={"width": 420, "height": 800})
    page.goto(conversations.path(chat.public_id, chat.realtor))
    there = page.locator(".talk-head .show-about")
    there.focus()
    press(page, "Enter")
    expect(page.locator(".pane.about [data-pane-to]")).to_be_focused()
    press(page, "Enter")
    expect(there).to_be_focused()


def test_who_deletes_a_message_stands_where_it_was(realtor):
    write(realtor, "первое")
    expect(realtor.locator(".msg.sending")).to_have_count(0)
    realtor.locator("#log").focus()
    press(realtor, "ArrowUp", "Enter", "End", "Enter")
    realtor.get_by_role("button", name="Удалить", exact=True).focus()
    press(realtor, "Enter")
    expect(realtor.locator(".msg:focus")).to_contain_text("Сообщение удалено")


def test_the_link_over_a_page_of_the_console_leads_past_its_menu(build, page_for):
    page = page_for(build.supervisor())
    page.goto("/supervisor/roles/")
    page.locator(".skip").first.focus()
    press(page, "Enter", "Tab")
    expect(page.get_by_role("link", name="Новая роль")).to_be_focused()

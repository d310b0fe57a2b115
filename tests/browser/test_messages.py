"""What can be done with a message, in two browsers at once."""

import re

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.conversations import Conversation, Message
from app.services import conversations, messages
from tests.browser.test_chat import bubbles, open_chat, said_meanwhile, write
from tests.browser.test_every_page import axe_complaints

pytestmark = pytest.mark.browser


@pytest.fixture
def chat(build):
    inquiry = build.inquiry(client=build.client("Анна Петрова"))
    return conversations.start(inquiry, build.realtor("Пётр Дворжак", city=inquiry.city))


@pytest.fixture
def client(chat, page_for):
    return open_chat(page_for(chat.client), chat)


@pytest.fixture
def realtor(chat, page_for):
    return open_chat(page_for(chat.realtor), chat, "/office/conversations")


def act(page, text, item):
    """Open the menu of the message with ``text`` by the mouse and choose an item."""
    bubble = page.locator(".msg").filter(has=page.locator(".body", has_text=text))
    bubble.hover()
    bubble.locator(".msg-more").click()
    page.locator("#msg-menu").get_by_role("menuitem", name=item).click()


def test_an_answer_quotes_and_leads_back(client, realtor):
    write(client, "Балкон есть?")
    write(client, "И лифт?")
    expect(bubbles(realtor)).to_have_count(2)
    act(realtor, "Балкон", "Ответить")
    expect(realtor.locator("#quoting")).to_contain_text("Балкон есть?")
    realtor.keyboard.press("Escape")
    expect(realtor.locator("#quoting")).to_be_hidden()
    act(realtor, "Балкон", "Ответить")
    write(realtor, "Есть, на юг")
    expect(realtor.locator("#quoting")).to_be_hidden()
    quote = client.locator(".msg .quote")
    expect(quote).to_have_text("ВыБалкон есть?")
    quote.click()
    expect(client.locator(".msg", has_text="Балкон есть?").first).to_have_class(re.compile("flash"))


def test_edits_and_deletions_are_seen_at_once_and_after_being_away(chat, client, realtor):
    write(client, "Встретимся в шесть")
    act(realtor, "в шесть", "Ответить")
    write(realtor, "Хорошо")
    expect(client.locator(".quote")).to_be_visible()
    client.fill("#message", "недописанное")
    act(client, "Встретимся", "Изменить")
    expect(client.locator("#message")).to_have_value("Встретимся в шесть")
    write(client, "Встретимся в семь")
    expect(client.locator("#message")).to_have_value("недописанное")
    for page in (client, realtor):
        expect(page.locator(".msg", has_text="Встретимся").first).to_contain_text("изменено")
        expect(page.locator(".quote")).to_contain_text("в семь")
    realtor.context.set_offline(True)
    db.session.rollback()
    answer = db.session.scalars(db.select(Message).where(Message.body == "Хорошо")).one()
    messages.edit(answer, "Отлично", actor=chat.realtor)
    act(client, "в семь", "Удалить")
    client.click("#msg-delete >> text=Удалить >> nth=-1")
    expect(client.locator(".msg.gone .body")).to_have_text("Сообщение удалено")
    realtor.context.set_offline(False)
    expect(realtor.locator(".msg.gone .body")).to_have_text("Сообщение удалено")
    expect(realtor.locator(".quote")).to_contain_text("Сообщение удалено")
    expect(realtor.locator(".msg.me")).to_contain_text("Отлично")


def test_the_menu_offers_what_the_server_allows(chat, client, realtor):
    write(client, "моё")
    offered = lambda page: page.locator("#msg-menu [role=menuitem]:visible").all_inner_texts()  # noqa: E731
    act(client, "моё", "Скопировать текст")
    expect(client.locator(".toast")).to_contain_text("Скопировано")
    realtor.locator(".msg").hover()
    realtor.locator(".msg-more").click()
    assert offered(realtor) == ["Ответить", "Скопировать текст", "Скопировать ссылку"]
    realtor.keyboard.press("Escape")
    conversations.close(db.session.get_one(Conversation, chat.id), actor=chat.client)
    realtor.evaluate("dispatchEvent(new Event('focus'))")
    expect(realtor.locator("#closed")).to_be_visible()
    realtor.locator(".msg").hover()
    realtor.locator(".msg-more").click()
    assert offered(realtor) == ["Скопировать текст", "Скопировать ссылку"]


def test_the_keyboard_alone_walks_opens_and_chooses(client, realtor):
    for text in ("один", "два"):
        write(client, text)
    expect(realtor.locator(".msg")).to_have_count(2)
    expect(client.locator(".msg.sending")).to_have_count(0)
    client.locator("#log").focus()
    client.keyboard.press("ArrowUp")
    client.keyboard.press("ArrowUp")
    expect(client.locator(".msg:focus")).to_contain_text("один")
    client.keyboard.press("Enter")
    expect(client.get_by_role("menuitem", name="Ответить")).to_be_focused()
    client.keyboard.press("ArrowUp")
    expect(client.get_by_role("menuitem", name="Удалить")).to_be_focused()
    client.keyboard.press("Escape")
    expect(client.locator(".msg:focus")).to_contain_text("один")
    client.keyboard.press("Enter")
    client.keyboard.press("Enter")
    expect(client.locator("#quoting")).to_contain_text("один")
    expect(client.locator("#message")).to_be_focused()


FINGER = """([selector, dx, hold]) => {
    const target = document.querySelector(selector), { x, y, width, height } = target.getBoundingClientRect();
    const finger = { identifier: 1, target, clientY: y + height / 2 };
    const at = (move) => [new Touch({ ...finger, clientX: x + width / 2 + move })];
    const tell = (name, move) => target.dispatchEvent(
        new TouchEvent(name, { touches: name === 'touchend' ? [] : at(move), bubbles: true, cancelable: true }));
    tell('touchstart', 0);
    for (let move = 0; Math.abs(move) < Math.abs(dx); move += Math.sign(dx) * 8) tell('touchmove', move);
    setTimeout(() => tell('touchend', dx), hold);
}"""


def test_a_finger_answers_by_drawing_and_opens_a_sheet_by_holding(chat, page_for):
    said_meanwhile(chat, "Добрый день")
    page = open_chat(page_for(chat.client, phone=True), chat)
    page.evaluate(FINGER, [".msg", 120, 0])
    expect(page.locator("#quoting")).to_be_hidden()
    page.evaluate(FINGER, [".msg", -120, 0])
    expect(page.locator("#quoting")).to_contain_text("Добрый день")
    page.locator("#quoting button").tap()
    page.evaluate(FINGER, [".msg", 0, 700])
    expect(page.locator("#msg-menu.below")).to_be_visible()
    page.get_by_role("menuitem", name="Ответить").tap()
    expect(page.locator("#quoting")).to_be_visible()


def test_a_link_opens_far_up_and_the_way_back_is_one_press(chat, page_for):
    for n in range(200):
        said_meanwhile(chat, f"сообщение {n}")
    conversations.mark_read(chat, 201, actor=chat.client)
    page = page_for(chat.client)
    page.goto(f"/my/conversations/{chat.public_id}?at=32")
    expect(page.locator(".msg.flash")).to_contain_text("сообщение 30")
    expect(page.locator(".msg.flash")).to_be_in_viewport()
    assert page.locator(".msg", has_text="сообщение 199").count() == 0
    said_meanwhile(chat, "свежее")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#to-end .badge")).to_have_text("1")
    page.click("#to-end")
    expect(bubbles(page).last).to_have_text("свежее")
    expect(page.locator("#to-end")).to_be_hidden()


LOOKING = """document.hasFocus = () => {}, dispatchEvent(new Event("{}"))"""


def test_the_line_above_what_is_new_comes_and_goes(chat, page_for, realtor):
    conversations.mark_read(chat, 1, actor=chat.client)
    client = open_chat(page_for(chat.client), chat)
    write(realtor, "раз")
    expect(client.locator(".msg")).to_have_count(1)
    expect(realtor.locator(".msg.me[data-state=read]")).to_have_count(1)
    assert client.locator("#unread-line").count() == 0, "somebody was looking"
    client.evaluate(LOOKING.format("false", "blur"))
    write(realtor, "два")
    write(realtor, "три")
    expect(client.locator("#unread-line + .msg")).to_contain_text("два")
    client.evaluate(LOOKING.format("true", "focus"))
    expect(realtor.locator(".msg.me[data-state=read]")).to_have_count(3)
    expect(client.locator("#unread-line")).to_have_count(1)
    client.evaluate("dispatchEvent(new Event('blur'))")
    expect(client.locator("#unread-line")).to_have_count(0)


def test_the_open_menu_and_the_quoting_line_suit_everybody(chat, page_for):
    said_meanwhile(chat, "Добрый день")
    page = open_chat(page_for(chat.client, dark=True), chat)
    act(page, "Добрый", "Ответить")
    page.locator(".msg").hover()
    page.locator(".msg-more").click()
    assert list(axe_complaints(page, "the menu")) == []


def test_a_search_goes_from_match_to_match_and_marks_them(chat, page_for):
    said_meanwhile(chat, "Первая квартира с ёлкой")
    for n in range(120):
        said_meanwhile(chat, f"сообщение {n}")
    said_meanwhile(chat, "Вторая квартира")
    page = open_chat(page_for(chat.client), chat)
    page.click("#talk-find-open")
    page.fill("#talk-find-text", "квартиры")
    expect(page.locator("#talk-find .count")).to_have_text("1 из 2")
    expect(page.locator(".msg", has_text="Вторая")).to_have_class(re.compile("flash"))
    assert page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["квартира"]
    page.press("#talk-find-text", "Enter")
    expect(page.locator("#talk-find .count")).to_have_text("2 из 2")
    expect(page.locator(".msg", has_text="Первая")).to_be_in_viewport()
    page.fill("#talk-find-text", "елка")
    expect(page.locator("#talk-find .count")).to_have_text("1 из 1")
    assert list(axe_complaints(page, "the search")) == []
    page.keyboard.press("Escape")
    expect(page.locator("#talk-find")).to_be_hidden()
    assert page.evaluate("CSS.highlights.has('found')") is False
    page.click("#to-end")
    expect(bubbles(page).last).to_have_text("Вторая квартира")


def test_a_search_over_all_opens_the_message_found(chat, page_for):
    said_meanwhile(chat, "Есть квартира у парка")
    for person, inbox in ((chat.realtor, "/office/conversations/"), (chat.client, "/my/inquiries")):
        page = page_for(person, phone=True)
        page.goto(inbox)
        page.locator("#find-everywhere").press_sequentially("парки")
        expect(page.locator(".found mark")).to_have_text("парка")
        assert list(axe_complaints(page, inbox)) == []
        page.click(".found .thread")
        expect(page.locator(".msg", has_text="у парка")).to_be_in_viewport()

"""Two people talk in two browsers, and nothing gets lost on the way."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models.conversations import Conversation, Message
from app.services import conversations
from tests.browser.conftest import until
from tests.browser.test_every_page import complaints, phone_complaints

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


def open_chat(page, chat, door="/my/conversations"):
    page.goto(f"{door}/{chat.public_id}")
    until(page, "performance.getEntriesByType('resource').some(e => e.name.includes('socket.io'))")
    return page


def write(page, text):
    page.fill("#message", text)
    page.press("#message", "Enter")


def stored(chat):
    db.session.rollback()
    query = db.select(Message.body).where(Message.conversation_id == chat.id, Message.sender_id.is_not(None))
    return list(db.session.scalars(query.order_by(Message.seq)))


def said_meanwhile(chat, text):
    """The realtor wrote through another process, so that no socket of the server under test heard of it."""
    conversation = db.session.get_one(Conversation, chat.id)
    conversations.send(conversation, nonce=uuid4(), body=text, actor=conversation.realtor)


def bubbles(page):
    return page.locator(".msg .body")


def test_two_people_talk(chat, client, realtor):
    write(client, "Здравствуйте!")
    expect(bubbles(realtor).last).to_have_text("Здравствуйте!")
    expect(client.locator(".msg.me").last).to_have_attribute("data-state", "read")
    realtor.locator("#message").press_sequentially("До")
    expect(client.locator("#typing span")).to_be_visible()
    write(realtor, "Добрый день\nhttps://a.example/x.")
    expect(client.locator(".msg:not(.me) a")).to_have_attribute("href", "https://a.example/x")
    expect(client.locator("[data-thread] .last")).to_contain_text("Добрый день")
    expect(client.locator("#bell-count")).to_have_text("")


def test_the_client_closes_and_the_realtor_is_stopped_at_once(chat, client, realtor):
    client.click(".talk-head .menu summary")
    client.click("text=Завершить переписку")
    expect(realtor.locator("#closed")).to_contain_text("Клиент завершил эту переписку")
    expect(realtor.locator("#compose")).to_be_hidden()
    client.click("#closed button")
    expect(realtor.locator("#compose")).to_be_visible()
    write(realtor, "Снова здесь")
    expect(bubbles(client).last).to_have_text("Снова здесь")


def posted(page, address, values):
    """A form sent from this page's browser, as another of its tabs would."""
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    assert page.request.post(address, form=values | {"csrf_token": token}).ok


def test_the_composer_follows_what_becomes_of_the_other_side(chat, build, client, realtor, page_for):
    write(realtor, "Здравствуйте")
    owner = page_for(build.supervisor())
    owner.goto("/supervisor/people/")
    act = {"rowid": str(chat.client.public_id), "reason": "Спам", "confirmed": "1"}
    posted(owner, "/supervisor/people/action/", act | {"action": "block"})
    expect(realtor.locator("#hindrance")).to_contain_text("Аккаунт клиента заблокирован")
    expect(client.locator("main")).to_contain_text("Спам")
    posted(owner, "/supervisor/people/action/", act | {"action": "unblock"})
    expect(realtor.locator("#hindrance")).to_be_hidden()
    realtor.locator(".msg.me").hover()
    realtor.locator(".msg-more").click()
    realtor.locator("#msg-menu [data-do=edit]").click()
    expect(realtor.locator("#quoting")).to_be_visible()
    client.goto("/my/profile")
    posted(client, "/my/profile/delete", {"deletion-proof": chat.client.email})
    expect(realtor.locator("#closed")).to_contain_text("Аккаунт собеседника удалён. Сообщения остаются у вас.")
    for gone in ("#compose", "#quoting", "#hindrance"):
        expect(realtor.locator(gone)).to_be_hidden()


def test_a_restart_of_the_server_loses_nothing(chat, client, live_server):
    write(client, "до")
    expect(client.locator(".msg.me[data-state=sent]")).to_have_count(1)
    live_server.kill()
    expect(client.locator("#connection")).to_contain_text("Нет связи")
    for text in ("раз", "два", "три"):
        write(client, text)
    conversations.send(
        db.session.get_one(Conversation, chat.id), nonce=uuid4(), body="пока вас не было", actor=chat.realtor
    )
    live_server.start()
    expect(client.locator(".msg.me.sending")).to_have_count(0, timeout=20000)
    expect(client.locator("#connection")).to_be_hidden()
    assert stored(chat) == ["до", "пока вас не было", "раз", "два", "три"]
    assert bubbles(client).all_inner_texts() == stored(chat)


def test_a_refused_message_says_why_and_can_be_sent_again(chat, realtor, live_server):
    live_server.kill()
    write(realtor, "успею?")
    conversation = db.session.get_one(Conversation, chat.id)
    conversations.close(conversation, actor=conversation.client)
    live_server.start()
    failed = realtor.locator(".msg.failed")
    expect(failed.locator(".retry")).to_contain_text("Клиент завершил эту переписку", timeout=20000)
    expect(realtor.locator("#compose")).to_be_hidden()
    conversations.reopen(db.session.get_one(Conversation, chat.id), actor=conversation.client)
    failed.locator("text=Повторить").click()
    expect(realtor.locator(".msg.me[data-state=sent]")).to_have_count(1)
    assert stored(chat) == ["успею?"]


def test_an_unsent_message_survives_a_reload(chat, client, live_server):
    live_server.kill()
    write(client, "не потеряйся")
    expect(client.locator(".msg.sending")).to_have_count(1)
    live_server.start()
    client.reload()
    expect(client.locator(".msg.me")).to_have_count(1)
    expect(client.locator(".msg.me[data-state=sent]")).to_have_count(1, timeout=15000)
    assert stored(chat) == ["не потеряйся"]


def test_without_a_socket_messages_still_go_out(chat, page_for):
    page = page_for(chat.client)
    page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    page.goto(f"/my/conversations/{chat.public_id}")
    write(page, "почтой")
    expect(page.locator(".msg.me[data-state=sent]")).to_have_count(1)
    assert stored(chat) == ["почтой"]


def test_without_scripts_the_form_sends(chat, page_for):
    page = page_for(chat.client, java_script_enabled=False)
    page.goto(f"/my/conversations/{chat.public_id}")
    page.fill("#message", "по-старинке")
    page.click("#compose button.go")
    expect(bubbles(page).last).to_have_text("по-старинке")


TEXTS = (
    "https://a.example/x?y=1. (http://b.example) ftp://c https://",
    "<b>не жирный</b>\nвторая строка",
    'javascript:alert(1) http://x.example/"onclick="1',
    "«https://кварта.рф/дом_(5)», www.domus.example… a@b.example, +420 777 123 456; 8(903)123-45-67 https://a@b.example",
)
AS_DRAWN = """root => [...root.querySelectorAll('#log .day, #log .sys, #log .msg, #log .unread-line')].map(node => [
    node.className.replace(' fresh', ''), node.querySelector('.body')?.innerHTML,
    node.querySelector('time')?.textContent, node.querySelector('.meta svg')?.outerHTML])"""


def test_the_page_draws_what_the_server_drew(chat, client):
    for text in TEXTS:
        for person in (chat.realtor, chat.client):
            conversations.send(chat, nonce=uuid4(), body=text, actor=person)
    client.reload()
    expect(client.locator(".msg")).to_have_count(8)
    server = "fetch(location).then(r => r.text()).then(t => new DOMParser().parseFromString(t, 'text/html'))"
    assert client.evaluate(f"{server}.then({AS_DRAWN})") == client.evaluate(f"({AS_DRAWN})(document)")
    assert client.locator(".msg a").count() == 2 * 8


def test_a_draft_is_kept_per_conversation(chat, client):
    client.fill("#message", "недописанное")
    client.reload()
    expect(client.locator("#message")).to_have_value("недописанное")


def test_history_loads_upwards_and_new_messages_do_not_tear_the_reader_away(chat, page_for, live_server):
    for n in range(130):
        conversations.send(chat, nonce=uuid4(), body=f"сообщение {n}", actor=chat.realtor)
    conversations.mark_read(chat, chat.last_seq, actor=chat.client)
    page = open_chat(page_for(chat.client), chat)
    expect(page.locator(".msg")).to_have_count(50)
    page.locator("#log").evaluate("log => log.scrollTop = 0")
    expect(page.locator(".msg")).to_have_count(100)
    for _ in range(3):
        page.locator("#log").evaluate("log => log.scrollTop = 0")
        page.wait_for_timeout(300)
    expect(page.locator(".msg")).to_have_count(130)
    assert page.locator(".msg .body").first.inner_text() == "сообщение 0"
    top = page.locator("#log").evaluate("log => log.scrollTop")
    said_meanwhile(chat, "новое")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(".msg")).to_have_count(131)
    assert abs(page.locator("#log").evaluate("log => log.scrollTop") - top) < 5
    expect(page.locator("#to-end .badge")).to_have_text("1")
    page.click("#to-end")
    expect(page.locator("#to-end")).to_be_hidden()


def test_where_one_stopped_reading_a_line_says_so(chat, page_for):
    conversations.mark_read(chat, 1, actor=chat.client)
    for n in range(3):
        said_meanwhile(chat, str(n))
    page = open_chat(page_for(chat.client), chat)
    expect(page.locator("#unread-line")).to_have_text("Новые сообщения")
    expect(page.locator("[data-thread] .badge")).to_have_count(0)


def test_signing_out_elsewhere_ends_this_page_too(chat, client):
    client.fill("#message", "недописанное")
    second = client.context.new_page()
    second.goto("/my/inquiries")
    second.evaluate("document.querySelector('form[action=\"/logout\"]').submit()")
    expect(client).to_have_url(re.compile("/login"), timeout=10000)


def test_the_chat_suits_everybody(chat, page_for):
    for n in range(12):
        said_meanwhile(chat, f"Сообщение {n} с адресом https://a.example/" + "x" * 90)
    pages = page_for(chat.client, phone=True), page_for(chat.client, dark=True), page_for(chat.realtor, phone=True)
    doors = "/my/conversations", "/my/conversations", "/office/conversations"
    found = []
    for page, door in zip(pages, doors, strict=True):
        look = phone_complaints if page.viewport_size["width"] < 500 else complaints
        found += look(page, f"{door}/{chat.public_id}")
    conversations.close(db.session.get_one(Conversation, chat.id), actor=chat.client)
    for page, door in zip(pages, doors, strict=True):
        found += complaints(page, f"{door}/{chat.public_id}")
    assert found == []

"""What is written without a network arrives later: in order, once, and only from whoever wrote it."""

import re
import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app import sessions
from app.constants import MessageKind
from app.extensions import db
from app.models.conversations import Conversation, Message
from app.services import accounts, conversations
from app.services.accounts import sign_ins
from tests import files
from tests.browser.conftest import BEEPS, DESKTOP, QUIET, browser_program, until
from tests.live import session_cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def chat(build):
    inquiry = build.inquiry(client=build.client("Анна Петрова"))
    return conversations.start(inquiry, build.realtor("Пётр Дворжак", city=inquiry.city))


@pytest.fixture
def own_browser(app, live_server, chromium, tmp_path):
    """``own_browser(user)`` opens a browser with a profile on disk: closed and opened again it is the same one."""
    open_now = []

    def start(user):
        options = {**DESKTOP, "base_url": live_server.url, "locale": "ru-RU", "timezone_id": "Europe/Prague"}
        context = chromium.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=browser_program(), args=QUIET + BEEPS, **options
        )
        open_now.append(context)
        sign_in(app, context, user, live_server)
        return context

    yield start
    for context in open_now:
        context.close()


def sign_in(app, context, user, live_server, **more):
    context.add_cookies([{"name": "otklik", "value": session_cookie(app, user, **more), "url": live_server.url}])


def address(chat):
    return f"/my/conversations/{chat.public_id}"


def open_chat(context, chat):
    page = context.new_page()
    page.goto(address(chat))
    until(page, "performance.getEntriesByType('resource').some(e => e.name.includes('socket.io'))")
    return page


def write(page, *texts):
    for text in texts:
        page.fill("#message", text)
        page.press("#message", "Enter")


def stored(chat):
    db.session.rollback()
    query = db.select(Message.body).where(Message.conversation_id == chat.id, Message.sender_id.is_not(None))
    return list(db.session.scalars(query.order_by(Message.seq)))


def arrived(page, chat, texts):
    for _ in range(100):
        if stored(chat) == texts:
            return
        page.wait_for_timeout(100)
    assert stored(chat) == texts


def kept(page):
    return page.evaluate("async () => (await kept.of(document.body.dataset.person)).map(item => item.body)")


def test_written_offline_and_closed_it_goes_out_from_the_next_page_opened(chat, own_browser):
    context = own_browser(chat.client)
    page = open_chat(context, chat)
    context.set_offline(True)
    write(page, "раз", "два", "три")
    expect(page.locator(".msg .waits")).to_have_text(["ждёт сети"] * 3)
    until(page, "kept.of(document.body.dataset.person).then(items => items.length === 3)")
    context.close()
    assert stored(chat) == []
    page = own_browser(chat.client).new_page()
    page.goto("/my/notifications")
    arrived(page, chat, ["раз", "два", "три"])
    until(page, "kept.of(document.body.dataset.person).then(items => items.length === 0)")


def test_a_photo_and_a_recording_made_offline_outlive_the_browser(chat, own_browser):
    context = own_browser(chat.client)
    page = open_chat(context, chat)
    page.set_input_files("#attach-file", {"name": "кухня.jpg", "mimeType": "image/jpeg", "buffer": files.photo()})
    context.set_offline(True)
    page.fill("#message", "Кухня")
    page.press("#message", "Enter")
    page.click("#mic")
    expect(page.locator(".recording-time")).to_have_text("0:01")
    page.click("#recording .go")
    write(page, "лишнее", "и слова")
    waiting = page.locator(".msg.me[data-state=waiting]")
    expect(waiting).to_have_count(4)
    until(page, "document.querySelector('.msg .photo img').naturalWidth > 0")
    expect(waiting.nth(1).locator(".wave")).to_be_visible()
    waiting.nth(2).get_by_role("button", name="Отменить").click()
    expect(waiting).to_have_count(3)
    context.close()
    page = own_browser(chat.client).new_page()
    page.goto("/my/notifications")
    arrived(page, chat, ["Кухня", "", "и слова"])
    kinds = db.select(Message.kind).where(Message.sender_id.is_not(None)).order_by(Message.seq)
    assert list(db.session.scalars(kinds)) == [MessageKind.IMAGE, MessageKind.VOICE, MessageKind.TEXT]
    until(page, "kept.of(document.body.dataset.person).then(items => items.length === 0)")


def test_a_full_device_is_told_and_the_open_page_still_sends_in_order(chat, page_for):
    page = page_for(chat.client)
    page.goto(address(chat))
    until(page, "kept.of(document.body.dataset.person).then(items => items.length === 0)")
    page.context.set_offline(True)
    write(page, "раньше")
    until(page, "kept.of(document.body.dataset.person).then(items => items.length === 1)")
    page.evaluate(NO_ROOM_FOR_FILES)
    page.set_input_files("#attach-file", {"name": "а.jpg", "mimeType": "image/jpeg", "buffer": files.photo()})
    expect(page.locator(".tray-item")).to_have_count(1)
    page.press("#message", "Enter")
    expect(page.locator("#toasts")).to_contain_text("На устройстве нет места")
    write(page, "позже")
    expect(page.locator(".msg.me[data-state=waiting]")).to_have_count(3)
    page.context.set_offline(False)
    arrived(page, chat, ["раньше", "", "позже"])


NO_ROOM_FOR_FILES = """() => {
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = function (item) {
        if (item.file) throw new DOMException("full", "QuotaExceededError");
        return add.call(this, item);
    };
}"""


def test_what_cannot_be_sent_says_why_and_holds_nothing_up(chat, page_for):
    page = page_for(chat.client)
    page.goto(address(chat))
    too_large = re.compile("/messages$")
    refuse = {"status": 413, "body": "<h1>413</h1>", "content_type": "text/html"}
    page.route(too_large, lambda route: route.fulfill(**refuse), times=1)  # words may go this way too
    page.set_input_files("#attach-file", {"name": "а.jpg", "mimeType": "image/jpeg", "buffer": files.photo()})
    expect(page.locator(".tray-item")).to_have_count(1)
    page.press("#message", "Enter")
    failed = page.locator(".msg.failed")
    expect(failed).to_contain_text("слишком большой файл")
    write(page, "дальше")
    arrived(page, chat, ["дальше"])
    failed.get_by_role("button", name="Повторить").click()
    arrived(page, chat, ["дальше", ""])


def test_while_an_owner_looks_as_somebody_neither_of_the_two_queues_moves(app, chat, page_for, build, live_server):
    owner = build.supervisor()
    page = page_for(chat.client)
    page.goto(address(chat))
    page.context.set_offline(True)
    write(page, "от клиента")
    expect(page.locator(".msg.me[data-state=waiting]")).to_have_count(1)
    page.evaluate(KEEP, waiting_item(owner, chat, "от владельца"))
    other = page.context.new_page()
    page.close()
    other.context.clear_cookies()
    look = {sessions.VIEW: {"person": str(chat.client.public_id), "at": int(time.time())}}
    sign_in(app, other.context, owner, live_server, **look)
    other.context.set_offline(False)
    for path in ("/my/notifications", address(chat)):
        other.goto(path)
        expect(other.locator(".view-as")).to_be_visible()
        other.wait_for_timeout(600)
    expect(other.locator("#closed")).to_contain_text("Вы смотрите сайт как")
    expect(other.locator(".msg.me")).to_have_count(0)
    assert stored(chat) == []
    assert [left(other, person) for person in (chat.client, owner)] == [["от клиента"], ["от владельца"]]
    other.click("text=Закончить")
    other.context.clear_cookies()
    sign_in(app, other.context, chat.client, live_server)
    other.goto("/my/notifications")
    arrived(other, chat, ["от клиента"])


KEEP = "item => kept.add(item)"
LEFT_OF = """async person => {
    await import("/static/js/unsent/kept.js");
    return (await kept.of(person)).map(item => item.body + (item.code ?? ""));
}"""


def waiting_item(person, chat, body):
    whose = {"person": str(person.public_id), "conversation": str(chat.public_id), "address": address(chat)}
    return whose | {"nonce": str(uuid4()), "body": body, "at": datetime.now().isoformat()}


def left(page, person):
    return page.evaluate(LEFT_OF, str(person.public_id))


def test_back_on_the_network_an_open_page_catches_up_both_ways(chat, page_for):
    page = page_for(chat.client)
    page.goto(address(chat))
    page.context.set_offline(True)
    write(page, "из туннеля")
    expect(page.locator(".msg.me .waits")).to_have_count(1)
    conversations.send(chat, nonce=uuid4(), body="вы где?", actor=chat.realtor)
    page.context.set_offline(False)
    expect(page.locator(".msg .body")).to_have_text(["вы где?", "из туннеля"])
    expect(page.locator(".msg .waits")).to_have_count(0)


def test_two_tabs_send_one_queue_once_and_in_order(chat, page_for):
    first = page_for(chat.client)
    first.goto(address(chat))
    second = first.context.new_page()
    second.goto(address(chat))
    first.context.set_offline(True)
    for n in range(6):
        write((first, second)[n % 2], str(n))
        expect((second, first)[n % 2].locator(".msg.me")).to_have_count(n + 1)  # each tab shows what the other wrote
    first.context.set_offline(False)
    for page in (first, second):
        expect(page.locator(".msg.me.sending")).to_have_count(0)
        expect(page.locator(".msg.me .body")).to_have_text([str(n) for n in range(6)])
    assert stored(chat) == [str(n) for n in range(6)]


def test_another_person_on_the_same_browser_sends_nothing_of_it(app, chat, page_for, build, live_server):
    page = page_for(chat.client)
    page.goto(address(chat))
    page.context.set_offline(True)
    write(page, "только моё")
    expect(page.locator(".msg .waits")).to_have_count(1)
    sign_ins.end_all(actor=chat.client)
    page.context.clear_cookies()
    sign_in(app, page.context, build.client("Борис"), live_server)
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto("/my/inquiries")
    other.wait_for_timeout(800)
    assert stored(chat) == []
    page.context.clear_cookies()
    sign_in(app, page.context, chat.client, live_server)
    other.goto("/my/inquiries")
    arrived(other, chat, ["только моё"])


def test_signing_out_asks_once_and_leaves_nothing_behind(chat, page_for):
    page = page_for(chat.client)
    page.route("**/messages", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    page.goto(address(chat))
    write(page, "тайна")
    expect(page.locator(".msg .waits")).to_have_count(1)
    page.fill("#message", "и черновик")
    leave(page)
    expect(page.locator("#leaving")).to_contain_text("удалятся с этого устройства")
    page.click("text=Остаться")
    assert kept(page) == ["тайна"]
    leave(page)
    page.click("text=Выйти и удалить их")
    expect(page).not_to_have_url(re.compile("/my/"))
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft'))") == []
    assert page.evaluate(LEFT) == 0
    assert stored(chat) == []


LEFT = """() => new Promise(resolve => {
    const asked = indexedDB.open("otklik");
    asked.onsuccess = () => {
        const count = asked.result.transaction("unsent").objectStore("unsent").count();
        count.onsuccess = () => resolve(count.result);
    };
})"""


def leave(page):
    page.click(".bar .menu summary")
    page.click("text=Выйти >> visible=true")


def test_a_page_left_overnight_is_right_again_when_it_is_shown(chat, page_for):
    page = page_for(chat.client)
    now = datetime.now()
    page.clock.install(time=now)
    conversations.send(chat, nonce=uuid4(), body="вечером", actor=chat.realtor)
    page.goto(address(chat))
    expect(page.locator("#log .day").last).to_have_text("Сегодня")
    page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    page.context.set_offline(True)
    page.clock.set_system_time(now + timedelta(days=1))
    conversations.send(chat, nonce=uuid4(), body="утром", actor=chat.realtor)
    conversations.close(db.session.get_one(Conversation, chat.id), actor=chat.client)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator(".msg .body")).to_have_text(["вечером", "утром"])
    expect(page.locator("#log .day").first).to_have_text("Вчера")
    expect(page.locator("#closed")).to_be_visible()


def test_a_page_whose_token_has_gone_stale_still_sends(chat, page_for):
    page = page_for(chat.client)
    page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    settings = re.compile(r'"csrf": ?"[^"]+"')

    def stale(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=settings.sub('"csrf": "old"', answer.text()))

    page.route(f"**{address(chat)}", stale)
    page.goto(address(chat))
    write(page, "со старым ключом")
    expect(page.locator(".msg.me[data-state=sent]")).to_have_count(1)


def test_written_too_fast_it_says_how_long_and_then_goes_out(chat, page_for):
    page = page_for(chat.client)
    page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    refusals = iter([True])

    def too_fast(route):
        if route.request.method == "POST" and next(refusals, False):
            error = {"code": "too_many", "text": "", "retry_after": 3}
            route.fulfill(status=429, json={"ok": False, "error": error})
        else:
            route.continue_()

    page.route("**/messages", too_fast)
    page.goto(address(chat))
    write(page, "не так быстро")
    expect(page.locator("#connection")).to_have_text(re.compile(r"уйдёт через [23] с"))
    expect(page.locator(".msg.me[data-state=sent]")).to_have_count(1)
    expect(page.locator("#connection")).to_be_hidden()


def test_a_blocked_person_is_told_why_and_loses_no_word(chat, build, page_for):
    page = page_for(chat.client)
    page.goto(address(chat))
    owner = build.supervisor()
    page.context.set_offline(True)
    write(page, "последнее слово")
    accounts.block(chat.client, "жалобы риелторов", actor=owner)
    page.context.set_offline(False)
    expect(page.locator("main")).to_contain_text("жалобы риелторов")
    accounts.unblock(chat.client, actor=owner)
    page.goto(address(chat))
    expect(page.locator(".msg.me[data-state=sent] .body")).to_have_text(["последнее слово"])

"""Photos, files and voice as people send them: two real browsers, a microphone that beeps, real files."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.services import conversations, media
from app.tasks import voices
from tests import files
from tests.browser.conftest import until
from tests.browser.test_every_page import axe_complaints, complaints, phone_complaints

pytestmark = pytest.mark.browser


@pytest.fixture
def chat(build):
    return build.conversation()


@pytest.fixture
def pages(chat, page_for):
    """The client's phone and the realtor's desktop, both in the conversation."""
    client, realtor = page_for(chat.client, phone=True), page_for(chat.realtor)
    client.goto(f"/my/conversations/{chat.public_id}")
    realtor.goto(f"/office/conversations/{chat.public_id}")
    for page in (client, realtor):
        expect(page.locator("#compose")).to_be_visible()
        page.locator("#message").wait_for()
    return client, realtor


def a_file(name, data, mime="application/octet-stream"):
    return {"name": name, "mimeType": mime, "buffer": data}


def kinds(chat):
    db.session.rollback()
    return [str(line.kind) for line in conversations.messages_since(chat, 0)]


def test_photos_and_a_document_travel_together(chat, pages):
    client, realtor = pages
    realtor.locator("#attach-file").set_input_files(
        [
            a_file("кухня.jpg", files.photo((1600, 1000)), "image/jpeg"),
            a_file("вид.png", files.photo((700, 900), "PNG"), "image/png"),
            a_file("Договор.pdf", files.pdf(), "application/pdf"),
        ]
    )
    expect(realtor.locator(".tray-item")).to_have_count(3)
    realtor.locator(".tray-item button").nth(1).click()  # not the view
    expect(realtor.locator(".tray-item")).to_have_count(2)
    realtor.fill("#message", "Кухня и договор")
    realtor.keyboard.press("Enter")
    expect(realtor.locator(".tray")).to_be_hidden()
    photo = client.locator(".msg .photo img")
    expect(photo).to_have_attribute("alt", "Фото: кухня.jpg")
    assert (photo.get_attribute("width"), photo.get_attribute("height")) == ("320", "200")
    until(client, "document.querySelector('.photo img').naturalWidth > 0")
    document = client.locator(".msg", has=client.locator(".file"))
    expect(document).to_contain_text("Договор.pdf")
    expect(document).to_contain_text("Кухня и договор")
    with client.expect_download() as saved:
        document.locator(".file").click()
    assert saved.value.suggested_filename == "Договор.pdf"
    assert kinds(chat) == ["image", "file"]
    client.reload()
    expect(client.locator(".msg .photo img")).to_have_count(1)
    expect(client.locator(".msg .file")).to_have_count(1)


def test_photos_sent_together_stand_as_one_album_with_and_without_scripts(chat, pages, page_for):
    client, realtor = pages
    shots = [a_file(f"{n}.jpg", files.photo((800, 600), colour=(n * 60, 90, 90)), "image/jpeg") for n in range(4)]
    realtor.locator("#attach-file").set_input_files(shots)
    expect(realtor.locator(".tray-item")).to_have_count(4)
    realtor.fill("#message", "Вид из окон")
    realtor.keyboard.press("Enter")
    plain = page_for(chat.realtor, java_script_enabled=False)
    expect(realtor.locator(".msg:not(.sending) .photo")).to_have_count(4)
    plain.goto(f"/office/conversations/{chat.public_id}")
    for page in (realtor, plain):
        album = page.locator(".album.odd-0")
        expect(album).to_have_count(1)
        expect(album.locator(".msg .photo")).to_have_count(4)
        boxes = [shot.bounding_box() for shot in album.locator(".photo").all()]
        assert len({round(box["y"]) for box in boxes[:3]}) == 1 and boxes[3]["width"] > 2.5 * boxes[0]["width"]


def test_photos_are_looked_at_with_the_keyboard(pages):
    client, realtor = pages
    shots = [a_file(f"{n}.jpg", files.photo((800, 600), colour=(n * 60, 90, 90)), "image/jpeg") for n in range(3)]
    realtor.locator("#attach-file").set_input_files(shots)
    expect(realtor.locator(".tray-item")).to_have_count(3)
    realtor.keyboard.press("Enter")
    expect(realtor.locator(".msg:not(.sending) .photo")).to_have_count(3)
    realtor.locator(".photo").first.press("Enter")
    viewer = realtor.locator("dialog.viewer")
    expect(viewer).to_contain_text("1 / 3")
    realtor.keyboard.press("ArrowRight")
    realtor.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("3 / 3")
    expect(viewer.get_by_role("button", name="Следующее фото")).to_be_hidden()
    realtor.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(realtor.locator(".photo").last).to_be_focused()


DROP = """([name, type, text, how]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type }));
  const target = document.querySelector(how === "paste" ? "#message" : "#log");
  const events = how === "paste" ? ["paste"] : ["dragenter", "dragover", "drop"];
  for (const name of events) {
    const event = how === "paste" ? new ClipboardEvent(name, { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    if (name === "dragenter") document.body.dataset.zone = String(!document.getElementById("dropping").hidden);
  }
}"""


def test_files_are_pasted_and_dropped_and_refused_in_words(chat, pages):
    client, realtor = pages
    realtor.evaluate(DROP, ["план.txt", "text/plain", "Метро рядом", "drop"])
    assert realtor.evaluate("document.body.dataset.zone") == "true"
    expect(realtor.locator("#dropping")).to_be_hidden()
    expect(realtor.locator(".tray-item")).to_contain_text("план.txt")
    realtor.evaluate(DROP, ["b.csv", "text/csv", "a;b", "paste"])
    expect(realtor.locator(".tray-item")).to_have_count(2)
    realtor.evaluate(DROP, ["x.svg", "image/svg+xml", "<svg/>", "drop"])
    expect(realtor.locator("#toasts")).to_contain_text("x.svg")
    expect(realtor.locator(".tray-item")).to_have_count(2)
    realtor.locator(".compose .go").click()
    expect(client.locator(".msg .file")).to_have_count(2)
    realtor.evaluate(DROP, ["договор.pdf", "application/pdf", "просто слова", "drop"])
    realtor.locator(".compose .go").click()
    failed = realtor.locator(".msg.failed")
    expect(failed).to_contain_text("не соответствует")
    failed.get_by_role("button", name="Удалить").click()
    expect(realtor.locator(".msg")).to_have_count(2)
    assert kinds(chat) == ["file", "file"]


def test_a_slow_sending_shows_its_progress_and_can_be_cancelled(chat, pages):
    client, realtor = pages
    held = []
    realtor.route(re.compile("/messages$"), lambda route: held.append(route))
    realtor.locator("#attach-file").set_input_files(a_file("a.jpg", files.photo(), "image/jpeg"))
    realtor.locator(".compose .go").click()
    expect(realtor.locator(".msg.sending progress")).to_be_visible()
    until(realtor, "true")
    realtor.get_by_role("button", name="Отменить отправку").click()
    expect(realtor.locator(".msg")).to_have_count(0)
    for route in held:
        route.abort()
    realtor.unroute_all()
    assert kinds(chat) == []


def test_a_file_survives_a_server_that_was_away(chat, pages, live_server):
    client, realtor = pages
    live_server.kill()
    realtor.locator("#attach-file").set_input_files(a_file("a.jpg", files.photo(), "image/jpeg"))
    realtor.locator(".compose .go").click()
    expect(realtor.locator(".msg.sending")).to_be_visible()
    live_server.start()
    expect(realtor.locator(".msg:not(.sending) .photo")).to_be_visible()
    assert kinds(chat) == ["image"]


def test_a_tapped_recording_is_heard_before_it_goes(app, chat, pages):
    client, realtor = pages
    expect(client.locator("#mic")).to_be_visible()
    client.fill("#message", "а")
    expect(client.locator("#mic")).to_be_hidden()
    client.fill("#message", "")
    assert realtor.locator("#mic").count() == 0
    client.locator("#mic").tap()
    expect(client.locator(".recording-time")).to_have_text("0:02")
    client.get_by_role("button", name="Остановить и прослушать").click()
    heard = client.locator(".recording .voice")
    heard.get_by_role("button", name="Слушать").click()
    expect(heard.get_by_role("button", name="Пауза")).to_be_visible()
    client.get_by_role("button", name="Отправить голосовое").click()
    expect(client.locator(".msg:not(.sending) .voice")).to_be_visible()
    expect(realtor.locator(".msg .voice")).to_be_visible()
    with app.app_context():
        assert voices.convert_next()
    # The worker is a process of its own: the page asks, and gets the copy that every device plays.
    until(realtor, "[...document.querySelectorAll('.wave rect')].some((bar) => bar.getAttribute('height') > 6)")
    db.session.rollback()
    line = conversations.messages_since(chat, 0)[-1]
    assert line.kind == "voice" and line.media.copy and 1.5 < line.media.seconds < 6
    play(realtor)


def play(page):
    """Plays, goes on after a pause, is sought in by the keyboard, and gets faster."""
    bubble = page.locator(".msg .voice").last
    expect(bubble.locator(".wave")).to_have_attribute("aria-valuenow", "0")
    bubble.locator(".wave").press("End")
    bubble.locator(".wave").press("Home")
    bubble.locator(".speed").click()
    expect(bubble.locator(".speed")).to_have_text("1,5×")
    bubble.locator(".play").click()
    expect(bubble.locator(".wave")).not_to_have_attribute("aria-valuenow", "0")
    expect(bubble.get_by_role("button", name="Слушать")).to_be_visible()  # it has ended


def test_a_held_recording_goes_when_let_go_and_a_slide_forgets_it(chat, pages):
    client, realtor = pages
    desk = client.locator("#mic").bounding_box()
    x, y = desk["x"] + 20, desk["y"] + 20
    client.mouse.move(x, y)
    client.mouse.down()
    expect(client.locator(".recording-time")).to_have_text("0:01")
    client.mouse.move(x - 150, y, steps=5)
    expect(client.locator(".recording")).to_be_hidden()
    client.mouse.up()
    client.mouse.move(x, y)
    client.mouse.down()
    expect(client.locator(".recording-time")).to_have_text("0:01")
    client.mouse.up()
    expect(realtor.locator(".msg .voice")).to_have_count(1)
    assert kinds(chat) == ["voice"]


def test_a_chat_full_of_files_is_readable_for_everybody(chat, page_for, build):
    for kind, name, data in [
        ("image", "a.jpg", files.photo()),
        ("file", "Договор.pdf", files.pdf()),
        ("voice", "", None),
    ]:
        stream = BytesIO(data or files.recording())
        media.send(chat, nonce=uuid4(), kind=kind, body="", name=name, stream=stream, actor=chat.client)
    address = f"/my/conversations/{chat.public_id}"
    found = [complaint for dark in (False, True) for complaint in complaints(page_for(chat.client, dark=dark), address)]
    phone = page_for(chat.client, phone=True)
    found += phone_complaints(phone, address)
    phone.locator("#mic").tap()
    expect(phone.locator(".recording-time")).to_be_visible()
    found += axe_complaints(phone, "recording")
    phone.get_by_role("button", name="Удалить запись").click()
    phone.locator(".photo").tap()
    expect(phone.locator("dialog.viewer")).to_be_visible()
    found += axe_complaints(phone, "viewer")
    found += complaints(page_for(build.supervisor()), f"/supervisor/conversations/{chat.public_id}/")
    assert found == []


def test_a_refused_microphone_is_explained(chat, page_for):
    page = page_for(chat.client, phone=True)
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto(f"/my/conversations/{chat.public_id}")
    page.locator("#mic").tap()
    expect(page.locator("#toasts")).to_contain_text("Разрешите доступ")
    expect(page.locator("#message")).to_be_visible()


def test_without_scripts_a_photo_is_sent_by_the_plain_form(chat, page_for):
    page = page_for(chat.client, java_script_enabled=False)
    page.goto(f"/my/conversations/{chat.public_id}")
    page.locator("noscript input[type=file], input[type=file][name=file]").set_input_files(
        a_file("a.jpg", files.photo(), "image/jpeg")
    )
    page.locator(".compose .go").click()
    expect(page.locator(".msg .photo img")).to_be_visible()
    assert kinds(chat) == ["image"]

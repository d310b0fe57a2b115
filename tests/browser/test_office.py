"""What lives on the realtor's open pages: new inquiries, their cards, the bell, the inbox."""

import re
import time

import pytest
from playwright.sync_api import expect

from app.models.base import utcnow
from app.models.inquiries import Match

pytestmark = pytest.mark.browser


@pytest.fixture
def realtor(build):
    return build.realtor("Пётр Дворжак", city=build.city("Прага"))


@pytest.fixture
def ask(build, page_for):
    """``ask(deal, wishes)``: a client sends an inquiry for Prague through the form."""
    page = page_for(build.client("Анна Петрова"))

    def ask(deal, wishes):
        page.goto("/")
        page.check(f"input[name=deal][value={deal}]", force=True)
        page.select_option("select[name=city]", label="Прага")
        page.fill("textarea[name=wishes]", wishes)
        page.locator(".sending .btn").click()
        page.wait_for_url("**/my/inquiries")

    return ask


def opened(page, path):
    """The page at ``path`` once its socket is up: before that it cannot hear anything."""
    welcomed = []  # listened for from the start: the welcome may come while the page still loads

    def listen(frame):
        if str(frame).startswith("40") and "sid" in str(frame):
            welcomed.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", listen))
    page.goto(path)
    deadline = time.monotonic() + 30
    while not welcomed:
        assert time.monotonic() < deadline, "the page's socket did not come up"
        page.wait_for_timeout(20)
    return page


def test_new_inquiries_come_by_themselves_and_wait_to_be_shown(realtor, ask, page_for):
    page = opened(page_for(realtor), "/office/inquiries/")
    expect(page.locator("#nothing")).to_be_visible()
    ask("rent", "первое")
    ask("buy", "второе")
    expect(page.get_by_text("Только что пришло 2 новых запроса")).to_be_visible()
    expect(page.locator("#bell-count")).to_have_text("2")
    assert page.locator("article").count() == 0, "nothing jumps under the reader's finger"
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("article").first).to_contain_text("второе")
    expect(page.locator("#nothing")).to_have_count(0)


def test_a_filtered_list_hears_only_its_kind(realtor, ask, page_for):
    page = opened(page_for(realtor), "/office/inquiries/?show=buy")
    ask("rent", "сниму")
    ask("buy", "куплю")
    expect(page.get_by_text("Только что пришёл 1 новый запрос")).to_be_visible()
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_contain_text("куплю")


def test_a_card_follows_what_colleagues_do(realtor, build, ask, page_for):
    colleague = build.realtor(city=build.city("Прага"))
    ask("rent", "тихо")
    page = opened(page_for(realtor), "/office/inquiries/")
    expect(page.locator("article")).to_contain_text("приняли 0 из 2")
    other = page_for(colleague)
    other.goto("/office/inquiries/")
    other.get_by_role("button", name="Принять запрос").click()
    expect(page.locator("article")).to_contain_text("приняли 1 из 2")


def test_declining_asks_why_in_a_menu_on_a_phone(realtor, ask, page_for):
    ask("rent", "тихо")
    page = page_for(realtor, phone=True)
    page.goto("/office/inquiries/")
    page.get_by_text("Не подходит", exact=True).click()
    page.get_by_role("button", name="Не мой район").click()
    expect(page.get_by_text("скрыт. Он остался")).to_be_visible()
    expect(page.locator("article")).to_have_count(0)


def test_the_inbox_and_the_menu_count_what_comes(realtor, build, page_for):
    conversation = build.conversation(build.inquiry(build.client("Анна Петрова")), realtor)
    inbox = opened(page_for(realtor), "/office/conversations/")
    client = page_for(conversation.client)
    client.goto(f"/my/conversations/{conversation.public_id}")
    client.fill("#message", "Здравствуйте!")
    client.keyboard.press("Enter")
    expect(inbox.locator(".thread .badge")).to_contain_text("1")
    expect(inbox.locator(".nav .badge")).to_contain_text("1")
    inbox.locator(".thread").click()
    expect(inbox).to_have_url(re.compile(str(conversation.public_id)))
    expect(inbox.locator(".nav .badge")).to_have_count(0)


def test_whoever_moves_to_another_city_sees_it_on_the_open_page(realtor, build, page_for):
    build.city("Брно")
    page, owner = opened(page_for(realtor), "/office/inquiries/"), page_for(build.supervisor())
    owner.goto(f"/supervisor/people/{realtor.public_id}/edit/")
    owner.fill("[name=phone]", "+420777123456")
    owner.fill("[name=first_name]", "Пётр")
    owner.fill("[name=last_name]", "Дворжак")
    city = owner.locator("[data-combobox]:has([name=city]) [role=combobox]")
    city.fill("Брно")
    owner.get_by_role("option", name="Брно").click()
    owner.locator("main form button:not([type=button])").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Брно")


def test_own_numbers_fit_the_narrowest_phone(build, realtor, page_for):
    now = utcnow()
    inquiry = build.inquiry(city=build.city("Прага"), published_at=now, published_day=now.date())
    pair = {"inquiry_id": inquiry.id, "realtor_id": realtor.id, "published_day": now.date()}
    build.add(Match(**pair, seen_at=now, accepted_at=now, response_seconds=44 * 60))
    page = page_for(realtor, phone=True, viewport={"width": 360, "height": 740})
    page.goto("/office/numbers/")
    card = page.locator(".card", has=page.locator("table.months")).bounding_box()
    for cell in page.locator("table.months tr > :last-child").all():
        box = cell.bounding_box()
        assert box["x"] + box["width"] <= card["x"] + card["width"]
    beside = page.locator("table.months").evaluate("table => getComputedStyle(table.parentElement).overflowX")
    assert beside == "auto", "in a month with a longer name, or with larger letters, the rest can be reached"

"""A question to support from the search to the answer: one person and two operators, each in a browser of their own."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.services import ready_answers, support
from tests.browser.conftest import until

pytestmark = pytest.mark.browser


def test_a_question_finds_answers_as_it_is_typed_or_goes_to_an_operator(page_for, build):
    page = page_for(None, phone=True)
    page.goto("/support/faq")
    page.fill("#q", "нашел кварт")
    expect(page.locator("#answers summary").first).to_have_text("Я нашёл жильё. Что делать?")
    expect(page.locator("[data-topics]")).to_be_hidden()
    page.fill("#q", "ремонт велосипедов")
    page.get_by_role("link", name="Чат с оператором").first.click()
    expect(page.locator("#message")).to_have_value("ремонт велосипедов")


def test_a_question_is_asked_taken_answered_and_settled_live(page_for, build):
    anna, olga, ivan = build.client("Анна Петрова"), build.agent("Ольга"), build.agent("Иван")
    ready_answers.save(None, {"title": "Привет", "body": "{{client_name}}, здравствуйте!"}, actor=olga, shared=True)
    desk = page_for(olga)
    desk.goto("/supervisor/support/")
    until(desk, "document.querySelector('[data-desk-head]').textContent.includes('ждут: 0')")

    asker = page_for(anna, phone=True)
    asker.goto("/support/chat?question=Не приходят письма")
    asker.get_by_role("button", name="Отправить").click()
    desk.get_by_role("link", name="Анна Петрова").click()  # came by itself

    colleague = page_for(ivan)
    colleague.goto(desk.url)
    expect(desk.locator("[data-desk-looking]")).to_have_text("Ещё смотрят: Иван")
    expect(colleague.locator("[data-desk-looking]")).to_have_text("Ещё смотрят: Ольга")
    expect(desk.locator(".thread [data-looking]")).to_have_text("Ещё смотрят: Иван")
    desk.get_by_role("button", name="Взять").click()
    expect(colleague.locator("[data-desk-bar]")).to_contain_text("отвечает Ольга")
    expect(asker.locator("#talk header")).to_contain_text("Вам отвечает Ольга")

    expect(desk.locator("#message")).to_be_focused()  # the page came anew with its scripts
    desk.locator("#message").press_sequentially("/прив")
    desk.keyboard.press("Enter")
    expect(desk.locator("#message")).to_have_value("Анна, здравствуйте!")
    desk.keyboard.press("Enter")
    expect(asker.locator(".msg:not(.me)")).to_contain_text("Анна, здравствуйте!")
    expect(colleague.locator(".msg.me .author")).to_have_text("Ольга")
    expect(colleague.locator(".msg.me")).to_contain_text("Анна, здравствуйте!")

    colleague.close()
    expect(desk.locator("[data-desk-looking]")).to_be_hidden()
    desk.get_by_role("button", name="Вопрос решён").click()
    expect(asker.locator(".sys")).to_contain_text("Вопрос решён.")
    expect(desk.locator("#compose")).to_be_hidden()
    asker.fill("#message", "Осталось ещё одно")
    asker.locator(".go").click()
    expect(desk.locator("#compose")).to_be_visible()
    expect(desk.locator("[data-desk-bar]")).to_contain_text("пока никто не отвечает")


def test_an_answer_on_its_way_for_long_does_not_undo_a_later_one(page_for, build):
    anna, olga, ivan = build.client("Анна Петрова"), build.agent("Ольга"), build.agent("Иван")
    conversation, _ = support.ask(nonce=uuid4(), body="Не приходят письма", actor=anna)
    desk, colleague = page_for(olga), page_for(ivan)
    held = []

    def hold_the_first(route):
        answer = route.fetch()
        route.fulfill(response=answer) if held else held.append((route, answer))

    desk.route("**/panel*", hold_the_first)
    desk.goto(f"/supervisor/support/{conversation.public_id}")
    colleague.goto(desk.url)
    expect(desk.locator("[data-desk-looking]")).to_have_text("Ещё смотрят: Иван")

    colleague.get_by_role("button", name="Взять").click()
    colleague.get_by_role("button", name="Вопрос решён").click()
    expect(desk.locator("#compose")).to_be_hidden()
    desk.wait_for_timeout(500)  # whatever the page asks meanwhile is answered
    route, answer = held[0]
    route.fulfill(response=answer)  # it tells of the moment before
    expect(desk.locator("[data-desk-bar]")).to_contain_text("закрыта")
    desk.wait_for_timeout(500)
    expect(desk.locator("[data-desk-bar]")).to_contain_text("закрыта")

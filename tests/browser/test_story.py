"""The whole job in one go, as its three people do it, in three browsers."""

import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from app.extensions import db
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.places import City

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PASSWORD = "тихий двор и парк"


def test_from_a_new_city_to_the_workbook(build, page_for, tmp_path):
    build.city("Прага")
    link, owner = build.join_link(), build.supervisor(name="Вера Ланская")
    client, realtor, console = page_for(phone=True), page_for(), page_for(owner)

    client.goto("/")  # open all along: the new city must appear on it by itself
    join_a_new_city(realtor, link)
    ask(client)
    sign_up_on_the_way(client)
    chat = accept(realtor)
    talk(client, realtor)
    close_and_reopen(client, realtor, chat)
    correct_the_city(console)
    expect_the_correction(client)
    check_workbook(download_workbook(console, tmp_path), console)


def join_a_new_city(page, link):
    page.goto(f"/join/{link.token}")
    page.get_by_role("combobox", name="Страна").fill("Чех")
    page.get_by_role("option", name="Чехия").click()
    page.get_by_role("combobox", name="Город").fill("Телч")
    page.locator("[name=agency]").fill("Домус")
    page.locator("[name=website]").fill("domus.example")
    page.locator("[name=first_name]").fill("Пётр")
    page.locator("[name=last_name]").fill("Дворжак")
    page.locator("[name=phone]").fill("777 123 456")
    page.locator("[name=email]").fill("petr@domus.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=consent]").check()
    page.locator("[name=consent_data]").check()
    page.locator("main form button.big").click()
    expect(page).to_have_url(re.compile("/office/inquiries/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Телч")


def ask(page):
    page.locator("[name=city]").select_option(label="Телч")
    page.locator("[name=property_type][value=apartment]").check()
    page.get_by_role("button", name="Дальше").click()
    page.locator("[name=budget_max]").fill("20 000")
    page.locator("[name=wishes]").fill("Тихо, рядом парк, с кошкой 🐈")
    page.get_by_role("button", name="Отправить запрос").click()


def sign_up_on_the_way(page):
    expect(page).to_have_url(re.compile("/login"))
    expect(page.locator("main")).to_contain_text("Почти готово")
    page.locator("main").get_by_role("link", name="Зарегистрироваться").first.click()
    page.locator("[name=name]").fill("Анна Петрова")
    page.locator("[name=email]").fill("anna@client.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=consent]").check()
    page.locator("[name=consent_data]").check()
    page.locator("main form button[type=submit], main form button.big, main form button:not([type])").last.click()
    expect(page).to_have_url(re.compile("/my/inquiries"))
    expect(page.locator("main")).to_contain_text("Снять квартиру, Телч")


def accept(page):
    """The inquiry arrives on the realtor's open page; one press opens the chat. Returns its path."""
    page.get_by_role("button", name="Показать").or_(page.get_by_role("link", name="Показать")).first.click()
    card = page.locator("article", has_text="Снять квартиру")
    expect(card).to_contain_text("с кошкой 🐈")
    card.get_by_role("button", name="Принять запрос").click()
    expect(page).to_have_url(re.compile("/office/conversations/"))
    return page.url


def talk(client, realtor):
    say(realtor, "Здравствуйте, Анна! Есть двухкомнатная у замка.")
    client.goto("/my/inquiries")
    client.get_by_role("link", name="Снять квартиру").first.click()
    client.locator("main a[href*='/my/conversations/']").first.click()
    expect(client.locator(".msg", has_text="у замка")).to_be_visible()
    say(client, "Звучит хорошо. А с кошкой можно?")
    expect(realtor.locator(".msg", has_text="с кошкой можно")).to_be_visible()
    say(realtor, "С кошкой можно")
    expect(client.locator(".msg .body", has_text=re.compile("^С кошкой можно"))).to_be_visible()
    expect(realtor.locator(".msg.me[data-state=read]")).to_have_count(2)


def say(page, text):
    page.fill("#message", text)
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.locator(".msg.me", has_text=text).last).not_to_have_attribute("data-state", "sending")


def close_and_reopen(client, realtor, chat):
    client.get_by_label("Меню переписки").click()
    client.get_by_role("button", name="Завершить переписку").click()
    expect(realtor.locator("#closed")).to_be_visible()
    expect(realtor.locator("#message")).to_be_hidden()
    assert send_past_the_page(realtor, chat) == (409, "conversation_closed")
    client.locator("#closed").get_by_role("button", name="Возобновить").click()
    expect(realtor.locator("#message")).to_be_visible()
    say(realtor, "Рад, что вы вернулись")
    expect(client.locator(".msg", has_text="вернулись")).to_be_visible()


def send_past_the_page(page, chat):
    """What a realtor gets who posts by hand to a closed conversation: (status, error code)."""
    return tuple(
        page.evaluate(
            """async (chat) => {
                const body = new URLSearchParams({
                    nonce: crypto.randomUUID(), kind: "text", body: "всё-таки",
                    csrf_token: document.querySelector("[name=csrf_token]").value,
                });
                const headers = {Accept: "application/json"};
                const answer = await fetch(chat + "/messages", {method: "POST", body, headers});
                return [answer.status, (await answer.json()).error.code];
            }""",
            chat,
        )
    )


def correct_the_city(page):
    page.goto("/supervisor/inquiries/")
    page.get_by_role("link", name=re.compile("1001|Снять квартиру")).first.click()
    page.get_by_role("link", name="Изменить").first.click()
    city = page.get_by_role("combobox", name="Город").first
    city.fill("Праг")
    page.get_by_role("option", name=re.compile("Прага")).first.click()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("main")).to_contain_text("Прага")


def expect_the_correction(page):
    page.goto("/my/inquiries")
    page.get_by_role("link", name="Снять квартиру").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("Менеджер изменил город: Телч → Прага"))


def download_workbook(page, folder):
    page.goto("/supervisor/statistics/?period=month")
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать Excel").click()
    download.value.save_as(folder / "statistics.xlsx")
    return folder / "statistics.xlsx"


def check_workbook(path, page):
    """The workbook says what the database says, recomputed here from the raw rows."""
    db.session.rollback()
    inquiry = db.session.scalars(db.select(Inquiry)).one()
    assert (inquiry.city.name_ru, inquiry.acceptances) == ("Прага", 1)
    assert inquiry.first_accepted_at - inquiry.published_at < timedelta(minutes=5)
    rows = {row[0]: row for row in load_workbook(path)["По городам"].iter_rows(values_only=True) if row[0]}
    assert "Прага" in rows and "Телч" not in rows
    numbers = [value for value in rows["Прага"] if isinstance(value, int | float)]
    assert numbers[:4] == [1, 1, 0, 1], "inquiries, rent, purchase, accepted"
    said = db.session.scalar(db.select(db.func.count()).where(Message.sender_id.is_not(None)).select_from(Message))
    assert said == 4
    assert db.session.scalars(db.select(Conversation)).one().open
    assert db.session.scalar(db.select(db.func.count()).select_from(City)) == 2

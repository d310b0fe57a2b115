"""The console under its strict CSP: a bulk action, an inline edit and a deletion, as an owner does them."""

import pytest
from playwright.sync_api import expect

from app.constants import InquiryStatus, MessengerKind
from app.extensions import db
from app.models.content import MessengerLink
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.services import content

pytestmark = pytest.mark.browser


def fresh(model, key):
    db.session.rollback()
    return db.session.get(model, key)


def test_chosen_inquiries_are_cancelled_with_a_reason_after_a_look_at_them(build, page_for):
    chosen, left = build.inquiry(), build.inquiry()
    page = page_for(build.supervisor())
    page.goto("/supervisor/inquiries/")
    page.get_by_role("link", name="К строкам списка").press("Enter")
    page.keyboard.press("Tab")  # past all filters
    expect(page.get_by_role("button", name="Изменить…")).to_be_focused()
    page.get_by_role("checkbox", name=f"№ {chosen.number}").check()
    expect(page.locator("[data-count]")).to_have_text("1")
    page.get_by_role("button", name="Изменить…").click()
    page.get_by_label("Состояние").select_option("cancelled")
    page.get_by_label("Причина").fill("Дубль")
    page.get_by_role("button", name="Показать, что изменится").click()
    expect(page.locator("main")).to_contain_text("изменится: 1")
    page.get_by_role("button", name="Изменить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Изменено")
    assert fresh(Inquiry, chosen.id).status == InquiryStatus.CANCELLED
    assert fresh(Inquiry, left.id).status == InquiryStatus.NEW


def test_a_city_is_corrected_in_its_cell(build, page_for):
    inquiry, brno = build.inquiry(city=build.city("Прага")), build.city("Брно")
    build.realtor(city=brno)
    page = page_for(build.supervisor())
    page.goto("/supervisor/inquiries/")
    page.locator("[data-field=city] [data-edit]").click()
    page.get_by_role("combobox", name="Город").last.fill("брн")
    page.get_by_role("option", name="Брно").click()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("[data-field=city] [data-shown]")).to_have_text("Брно, Чехия")
    assert fresh(Inquiry, inquiry.id).city_id == brno.id


def test_a_lost_connection_is_said_in_words_and_takes_nothing_that_was_typed(build, page_for):
    agency = build.agency("Домус")
    page = page_for(build.supervisor())
    page.goto("/supervisor/agencies/")
    page.locator("[data-field=website] [data-edit]").click()
    field = page.locator("[data-field=website] input")
    field.fill("https://domus.cz")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    cell = page.locator("[data-field=website]")
    expect(cell.get_by_role("alert")).to_have_text("Нет связи. Проверьте интернет и попробуйте ещё раз.")
    expect(field).to_have_value("https://domus.cz")
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=website] [data-shown]")).to_contain_text("domus.cz")
    assert fresh(Agency, agency.id).website == "https://domus.cz"


def test_what_is_wrong_with_an_inline_edit_stands_at_its_field(build, page_for):
    build.agency("Домус")
    page = page_for(build.supervisor())
    page.goto("/supervisor/agencies/")
    page.locator("[data-field=website] [data-edit]").click()
    field = page.locator("[data-field=website] input")
    field.fill("два слова")
    field.press("Enter")
    expect(page.locator("[data-field=website]").get_by_role("alert")).to_contain_text("не похоже на адрес сайта")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("два слова")


def test_a_deletion_asks_once(build, page_for):
    owner = build.supervisor()
    values = {"kind": MessengerKind.TELEGRAM, "url": "https://t.me/otklik", "label": "", "position": 1, "visible": True}
    link = content.add_messenger_link(values, actor=owner)
    page = page_for(owner)
    page.goto(f"/supervisor/contacts/{link.public_id}/edit/")
    page.get_by_role("button", name="Удалить").click()
    page.get_by_role("button", name="Назад").click()
    assert fresh(MessengerLink, link.id) is not None
    page.get_by_role("button", name="Удалить").click()
    page.get_by_role("dialog").get_by_role("button", name="Удалить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Контакты")
    assert fresh(MessengerLink, link.id) is None


def test_a_text_is_seen_as_it_is_typed(app, build, page_for):
    page = page_for(build.supervisor())
    page.goto("/supervisor/texts/letter-password_reset/")
    letter = page.frame_locator("#in-ru iframe")
    expect(letter.get_by_role("heading", name="Новый пароль")).to_be_visible()
    heading = page.get_by_label("Заголовок", exact=True).first
    heading.fill("Здравствуйте, ")
    page.locator("#in-ru [data-field=name]").click()
    expect(heading).to_have_value("Здравствуйте, {{name}}")
    expect(letter.get_by_role("heading", name="Здравствуйте, Анна Соколова")).to_be_visible()
    assert letter.locator("body").evaluate("body => getComputedStyle(body).margin") == "0px", "it has its own look"
    heading.fill("Пароль {{nmae}}")
    expect(page.locator("#in-ru .error-text:visible")).to_contain_text("{{nmae}}")
    page.locator("#in-ru [data-back]:visible").click()
    expect(page.locator("#in-ru .error-text:visible")).to_have_count(0)
    page.get_by_role("tab", name="По-английски").click()
    expect(page.frame_locator("#in-en iframe").get_by_role("heading", name="A new password")).to_be_visible()

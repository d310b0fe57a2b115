"""Settings as owners use them: typed, bounded, told by whom, and put back as they were."""

import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.constants import AuditTag
from app.extensions import db
from app.models.audit import AuditEvent
from app.services import settings, statistics
from app.services.statistics import demand

PAGE = "/supervisor/settings/"


@pytest.fixture
def owner(build):
    return build.supervisor(name="Ольга Петрова")


@pytest.fixture
def browser(browser_of, owner):
    return browser_of(owner)


def text(response, status=200):
    assert response.status_code == status
    return response.get_data(as_text=True)


def piece(page, key):
    """What the page shows of one setting."""
    return page.partition(f'data-setting="{key}"')[2].partition("data-setting=")[0]


def test_a_change_is_marked_with_its_author_and_put_back(browser):
    assert "изменено" not in piece(text(browser.get(PAGE)), "bin_days")
    browser.post(PAGE, data={"bin_days": "90", "was-bin_days": "30"})
    shown = piece(text(browser.get(PAGE)), "bin_days")
    assert "изменено" in shown and "Ольга Петрова" in shown and "По умолчанию: 30" in shown
    assert browser.post(PAGE, data={"back": "bin_days"}).status_code == 303
    assert 'value="30" type="number"' in piece(text(browser.get(PAGE)), "bin_days")


def test_putting_one_back_loses_nothing_that_is_typed_elsewhere(browser, owner):
    settings.change("bin_days", 90, actor=owner)
    typed = {"bin_days": "90", "was-bin_days": "90", "inquiry_days": "45", "was-inquiry_days": "60"}
    page = text(browser.post(PAGE, data=typed | {"back": "bin_days"}))
    assert 'value="45" type="number"' in piece(page, "inquiry_days")
    assert (settings.get("bin_days"), settings.get("inquiry_days")) == (30, 60)


def test_every_earlier_value_can_come_again(browser, owner):
    for days in (90, 45, 10):
        settings.change("bin_days", days, actor=owner)
    page = text(browser.get(f"{PAGE}bin_days/"))
    assert re.findall(r'<b class="preline">(\d+)</b>', page) == ["10", "45", "90", "30"]
    choices = re.findall(r'name="earlier" value="([^"]+)"', page)
    browser.post(f"{PAGE}bin_days/", data={"earlier": choices[0]})
    assert settings.get("bin_days") == 45
    browser.post(f"{PAGE}bin_days/", data={"earlier": choices[-1]})
    assert settings.get("bin_days") == 30
    assert browser.post(f"{PAGE}bin_days/", data={"earlier": "no such change"}).status_code == 404
    assert browser.get(f"{PAGE}no_such_setting/").status_code == 404


def test_an_earlier_value_that_is_impossible_now_stays_away(browser, owner, monkeypatch):
    settings.change("bin_days", 300, actor=owner)
    settings.change("bin_days", 20, actor=owner)
    kind = settings.kinds.Whole(7, 100)
    monkeypatch.setitem(settings.REGISTRY, "bin_days", settings.Declared(kind, 30, "Корзина"))
    choice = re.findall(r'name="earlier" value="([^"]+)"', text(browser.get(f"{PAGE}bin_days/")))[0]
    answer = browser.post(f"{PAGE}bin_days/", data={"earlier": choice}, follow_redirects=True)
    assert "От 7 до 100, пожалуйста." in text(answer)
    assert settings.get("bin_days") == 20


def test_several_errors_stand_at_their_fields_and_nothing_is_stored(browser):
    typed = {
        **{"sign_in_tries": "1", "was-sign_in_tries": "10", "contact_email": "не почта", "bin_days": "60"},
        **{"was-contact_email": "hello@otklik.example", "was-bin_days": "30"},
    }
    page = text(browser.post(PAGE, data=typed), 422)
    assert "От 3 до 100, пожалуйста." in piece(page, "sign_in_tries")
    assert 'value="не почта"' in piece(page, "contact_email") and "error-text" in piece(page, "contact_email")
    assert 'value="60"' in piece(page, "bin_days")
    assert settings.get("bin_days") == 30


def test_what_somebody_else_saved_meanwhile_is_a_conflict_and_no_wrong_value(browser, owner):
    settings.change("bin_days", 60, actor=owner)
    page = text(browser.post(PAGE, data={"bin_days": "90", "was-bin_days": "30"}), 409)
    assert "60" in piece(page, "bin_days") and 'value="90"' in piece(page, "bin_days")
    assert settings.get("bin_days") == 60
    assert browser.post(PAGE, data={"bin_days": "90", "was-bin_days": "60"}).status_code == 303


def test_lines_that_a_browser_sent_are_no_change_of_somebody_else(browser, owner):
    settings.change("company_details", "ООО «Пример»\nИНН 1", actor=owner)
    was = {"was-company_details": "ООО «Пример»\r\nИНН 1"}
    assert browser.post(PAGE, data={"company_details": "ООО «Пример»\r\nИНН 2", **was}).status_code == 303
    assert settings.get("company_details") == "ООО «Пример»\nИНН 2"


def test_the_journal_says_it_in_words(browser, owner):
    settings.change("second_factor_required", True, actor=owner)
    settings.change("second_factor_required", False, actor=owner)
    page = re.sub(r"<[^>]+>", " ", text(browser.get("/supervisor/journal/")))
    assert "Второй шаг для владельцев: обязателен → не обязателен" in page
    event = db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.SETTING_CHANGED))
    assert "обязателен" in text(browser.get(f"/supervisor/journal/{event.public_id}/"))


def guesses(visitor, number):
    wrong = {"email": "anna@mail.ru", "password": "wrong"}
    return [visitor.post("/login", data=wrong).status_code for _ in range(number)]


def test_a_limit_changed_by_owners_holds_at_once(owner, build, visitor, browser_of, limits):
    build.client(email="anna@mail.ru")
    settings.change("sign_in_tries", 3, actor=owner)
    assert guesses(visitor, 5) == [422] * 3 + [429] * 2
    settings.change("sign_in_tries", 5, actor=owner)
    assert guesses(visitor, 6) == [422] * 5 + [429], "another number is counted from the beginning"


def test_messages_are_limited_as_set(owner, build, browser_of, limits):
    settings.change("messages_per_minute", 20, actor=owner)
    conversation = build.conversation()
    browser = browser_of(conversation.client)
    address = f"/my/conversations/{conversation.public_id}/messages"
    sent = [browser.post(address, data=said(n), headers={"Accept": "application/json"}).status_code for n in range(5)]
    assert sent == [200] * 3 + [429] * 2


def test_inquiries_of_a_person_are_limited_as_set(owner, build, browser_of, limits):
    settings.change("inquiries_per_day", 3, actor=owner)
    browser = browser_of(build.client())
    form = {"deal": "rent", "country": "CZ", "city": str(build.city("Прага").public_id), "property_type": "room"}
    codes = [browser.post("/inquiries", data=form | {"wishes": str(n)}).status_code for n in range(4)]
    assert codes == [303] * 3 + [429]


def said(number):
    return {"nonce": str(uuid4()), "kind": "text", "body": f"Сообщение {number}"}


def test_a_city_lacks_realtors_by_the_measure_of_the_owners(owner, build):
    city = build.city("Прага")
    build.realtor(city=city)
    for _ in range(4):
        build.inquiry(city=city)
    week = statistics.Filters(demand.week())
    wanting = lambda: demand.wanting(statistics.figures(week, actor=owner))  # noqa: E731
    assert wanting() == []
    settings.change("demand_judged_from", 3, actor=owner)
    assert [row.subject.id for row in wanting()] == [city.id]

"""A file brought in and taken back, two people made one: as an owner does it."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.constants import Role
from app.extensions import db
from app.models.accounts import User
from app.services import imports, takebacks

pytestmark = pytest.mark.browser
FILE = "ФИО;Почта\nАнна Новак;anna@mail.com\nОлег;не почта\n".encode()


def clients():
    db.session.rollback()
    return db.session.scalars(sa.select(User.email).where(User.role == Role.CLIENT, User.email.is_not(None))).all()


def work():
    """The worker's part."""
    while imports.work() or takebacks.work():
        pass


def test_a_file_is_looked_at_brought_in_and_taken_back(build, page_for):
    page = page_for(build.supervisor())
    page.goto("/supervisor/imports/")
    page.get_by_label("Файл", exact=True).set_input_files({"name": "люди.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="Дальше: столбцы").click()
    expect(page.get_by_label("Электронная почта")).to_have_value("1")
    page.get_by_role("button", name="Дальше: проверка").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.get_by_role("heading", level=1)).to_have_text("Что произойдёт")  # by itself
    expect(page.locator("main")).to_contain_text("Это не похоже на адрес почты")
    page.get_by_role("button", name="Загрузить 1 строку").click()
    work()
    expect(page.get_by_role("heading", level=1)).to_have_text("Что вышло")
    assert clients() == ["anna@mail.com"]
    page.get_by_role("button", name="Отменить импорт").click()
    page.get_by_role("dialog").get_by_role("button", name="Да, отменить").click()
    work()
    expect(page.locator("main")).to_contain_text("Отменено изменений: 2 из 2")
    assert clients() == []


def test_two_accounts_are_compared_and_made_one(build, page_for):
    build.client("Анна Новак", email="anna@mail.com", phone="+420777123456")
    build.client("Аня", email="anya@mail.com", phone="+420777123456")
    page = page_for(build.supervisor(), phone=True)
    page.goto("/supervisor/people/alike/")
    page.get_by_role("link", name="Сравнить").click()
    page.get_by_role("radio", name="anya@mail.com").check()
    page.get_by_role("button", name="Объединить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Анна Новак")
    assert clients() == ["anya@mail.com"]
    page.goto("/supervisor/people/alike/")
    expect(page.locator("main")).to_contain_text("Похожих нет")


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent(build, page_for):
    page = page_for(build.supervisor())
    page.goto("/supervisor/imports/")
    page.evaluate("document.querySelector('#import-file').dataset.most = '20'")
    field = page.get_by_label("Файл", exact=True)
    field.set_input_files({"name": "люди.csv", "mimeType": "text/csv", "buffer": FILE})
    expect(page.get_by_role("alert")).to_contain_text("Файл слишком большой")
    expect(field).to_have_value("")
    field.set_input_files({"name": "люди.csv", "mimeType": "text/csv", "buffer": FILE[:9]})
    expect(page.get_by_role("alert")).to_have_count(0)

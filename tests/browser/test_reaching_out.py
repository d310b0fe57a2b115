"""Owners show a place to a partner by a link that can be taken away, and agree to what readers say under an article."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.constants import ArticleSection
from app.extensions import db
from app.services import articles

pytestmark = pytest.mark.browser
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"  # a browser without a head is a robot


def test_a_partners_page_is_opened_by_its_link_counted_and_taken_away(build, page_for):
    build.inquiry(), build.realtor()
    owner = page_for(build.supervisor())
    owner.goto("/supervisor/partners/new/")
    owner.get_by_label("Город или страна").select_option(label="Прага")
    owner.get_by_label("Название").fill("Прага ждёт вас")
    owner.get_by_role("button", name="Создать и отправить").click()
    row = owner.get_by_role("row", name=re.compile("Прага ждёт вас"))
    link = urlsplit(row.get_by_role("button", name="Скопировать адрес").get_attribute("data-copy")).path

    stranger = page_for(phone=True, user_agent=PERSON)
    assert stranger.goto(link).status == 200
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Прага ждёт вас")
    owner.reload()
    expect(row.locator("td").nth(3)).to_contain_text("1")

    row.get_by_role("button", name="Отключить ссылку").click()
    row.get_by_role("dialog").get_by_role("button", name="Отключить ссылку").click()
    expect(row).to_contain_text("отозвано")
    assert stranger.goto(link).status == 404


def test_a_comment_appears_once_an_owner_has_agreed_to_it(build, page_for):
    boss = build.supervisor()
    texts = {"title_ru": "Квартира", "body_ru": "Текст", "slug": "flat", "section": ArticleSection.BLOG}
    articles.publish(articles.save(None, texts, actor=boss), actor=boss)
    reader, visitor = page_for(build.client("Анна Петрова"), phone=True), page_for()
    reader.goto("/blog/flat")
    reader.get_by_label("Ваш комментарий").fill("А залог вернут?")
    reader.get_by_role("button", name="Отправить").click()
    mine = reader.get_by_role("listitem").filter(has_text="А залог вернут?")
    expect(mine).to_contain_text("видите только вы")
    visitor.goto("/blog/flat")
    expect(visitor.get_by_text("А залог вернут?")).to_have_count(0)

    db.session.rollback()
    owner = page_for(boss)
    owner.goto("/supervisor/comments/")
    said = owner.get_by_role("listitem").filter(has_text="А залог вернут?")
    expect(said).to_contain_text("Анна Петрова")
    said.get_by_role("button", name="Одобрить").click()
    expect(said).to_have_count(0)
    visitor.reload()
    shown = visitor.get_by_role("listitem").filter(has_text="А залог вернут?")
    expect(shown).to_contain_text("Анна")
    expect(shown).not_to_contain_text("Петрова")

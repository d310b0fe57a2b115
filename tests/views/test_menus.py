"""The footer and the tabs of support: the program's own links, then what the owners put there, for whom they say."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.constants import ArticleSection, AuditTag, MenuPlace
from app.errors import InvalidInput
from app.extensions import db
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.menus import MenuItem
from app.services import articles, menus, undoing

BLOG = {"place": MenuPlace.FOOTER, "label_ru": "Блог", "label_en": "Journal", "target": "/support/faq"}


def page_of(browser, address="/support/contacts"):
    return browser.get(address).get_data(as_text=True)


def test_the_own_links_stand_until_owners_choose(visitor, build):
    page = page_of(visitor)
    assert '<a href="/terms">Условия</a>' in page
    assert '<a href="/support/contacts" aria-current="page">Свяжитесь с нами</a>' in page
    menus.save(None, BLOG, actor=build.supervisor())
    db.session.rollback()
    page = page_of(visitor, "/")  # the page that is printed once for everybody
    assert '<a href="/support/faq">Блог</a>' in page and '<a href="/terms">Условия</a>' not in page


def test_a_link_is_seen_by_those_it_is_for(visitor, build, browser_of):
    owner = build.supervisor()
    menus.save(None, BLOG | {"for_visitors": False, "for_realtors": False}, actor=owner)
    menus.save(None, BLOG | {"target": "https://t.me/otklik", "label_ru": "Канал"}, actor=owner)
    assert "Блог" not in page_of(visitor) and "Канал" in page_of(visitor)
    assert "Блог" in page_of(browser_of(build.client())) and "Блог" in page_of(browser_of(owner))
    assert "Блог" not in page_of(browser_of(build.realtor()))


@pytest.mark.parametrize("target", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "http://plain.example"])
def test_no_link_leads_where_it_should_not(build, target):
    with pytest.raises(InvalidInput):
        menus.save(None, BLOG | {"target": target}, actor=build.supervisor())


def test_owners_begin_from_the_own_links_and_take_changes_back(build, browser_of):
    owner = build.supervisor()
    assert "Персональные данные" in page_of(browser_of(owner), "/supervisor/menus/")
    db.session.rollback()
    item = db.session.scalar(sa.select(MenuItem).where(MenuItem.target == "/terms"))
    menus.save(item, {"label_ru": "Правила", "for_clients": False}, actor=owner)
    menus.remove(item, actor=owner)
    for event in db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.tag == AuditTag.MENU_CHANGED).order_by(AuditEvent.id.desc())
    ).all():
        undoing.undo(event, actor=owner)
    back = db.session.scalar(sa.select(MenuItem).where(MenuItem.target == "/terms"))
    assert (back.label_ru, back.for_clients) == ("Условия", True)


def written(build, section, slug):
    texts = {"title_ru": "Как выбрать", "body_ru": "Не спеша.", "section": section, "slug": slug, "topic": None}
    article = articles.save(None, texts, actor=build.supervisor())
    articles.publish(article, at=utcnow() - timedelta(days=1), actor=build.supervisor())
    return article


def test_the_footer_leads_to_the_blog_once_there_is_something_to_read(visitor, build):
    page = page_of(visitor)
    assert 'href="/blog"' not in page and 'href="/help"' not in page
    written(build, ArticleSection.BLOG, "kak-vybrat")
    db.session.rollback()
    for page in (page_of(visitor), page_of(visitor, "/")):
        assert '<a href="/blog">Блог</a>' in page and 'href="/help"' not in page


def test_a_link_to_what_cannot_be_read_is_left_out(visitor, build):
    owner, article = build.supervisor(), written(build, ArticleSection.PAGE, "pravila")
    for target in ("/pages/pravila", "/pages/no-such", "/support/contacts"):
        menus.save(None, BLOG | {"label_ru": target, "target": target}, actor=owner)
    assert 'href="/pages/pravila"' in page_of(visitor)
    articles.withdraw(article, actor=owner)
    db.session.rollback()
    page = page_of(visitor, "/")
    assert "/pages/pravila" not in page and "/pages/no-such" not in page
    assert '<a href="/support/contacts">' in page


def test_a_former_address_still_leads_on(visitor, build):
    owner, article = build.supervisor(), written(build, ArticleSection.PAGE, "pravila")
    menus.save(None, BLOG | {"target": "/pages/pravila"}, actor=owner)
    articles.save(article, {"slug": "novye-pravila"}, actor=owner)
    db.session.rollback()
    assert 'href="/pages/pravila"' in page_of(visitor)
    assert visitor.get("/pages/pravila").status_code == 301

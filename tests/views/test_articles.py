"""Articles as readers meet them: languages, addresses, feed, pictures; and as owners write them."""

import re
from io import BytesIO
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from app.constants import ArticleSection
from app.extensions import db
from app.models.articles import Article, Picture
from app.services import articles
from tests.services.test_articles import jpeg

TEXTS = {
    "title_ru": "Как выбрать квартиру",
    "summary_ru": "Коротко о главном.",
    "body_ru": "## Район\n\nСначала **район**.",
    "title_en": "How to choose a flat",
    "summary_en": "In short.",
    "body_en": "## District\n\nThe district first.",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def article(owner):
    made = articles.save(None, TEXTS | {"section": ArticleSection.BLOG, "slug": "flat"}, actor=owner)
    return articles.publish(made, actor=owner)


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_an_article_is_read_in_both_languages_under_its_own_addresses(article, visitor):
    russian, english = text_of(visitor.get("/blog/flat")), text_of(visitor.get("/blog/flat?lang=en"))
    assert "Как выбрать квартиру</h1>" in russian and "How to choose a flat</h1>" in english
    assert '<link rel="canonical" href="http://localhost/blog/flat">' in russian
    assert '<link rel="canonical" href="http://localhost/blog/flat?lang=en">' in english
    for code, address in (("ru", "/blog/flat?lang=ru"), ("en", "/blog/flat?lang=en"), ("x-default", "/blog/flat")):
        assert f'hreflang="{code}" href="http://localhost{address}"' in russian
    assert 'property="og:title" content="Как выбрать квартиру"' in russian
    assert 'name="description" content="In short."' in english


def test_the_switch_of_languages_leaves_an_address_that_names_one(article, visitor):
    page = text_of(visitor.get("/blog/flat?lang=en"))
    assert 'name="next" value="/blog/flat"' in page


def test_one_language_alone_says_so(article, owner, visitor):
    articles.write(article, {name: "" for name in TEXTS if name.endswith("_en")}, actor=owner)
    page = text_of(visitor.get("/blog/flat?lang=en"))
    assert "This article is in Russian only so far." in page
    assert 'lang="ru"' in page and "hreflang" not in page


def test_the_picture_of_a_link_is_the_articles_own_where_it_has_one(article, owner, visitor):
    english = text_of(visitor.get("/blog/flat?lang=en"))
    assert 'og:image" content="http://localhost/card/en.png?v=' in english
    cover = articles.add_picture(article.public_id, "flat.jpg", jpeg(), actor=owner)
    articles.change(article, {"cover": cover.public_id}, actor=owner)
    page = text_of(visitor.get("/blog/flat"))
    assert f'og:image" content="http://localhost/pictures/{cover.public_id}"' in page
    assert 'og:image:alt" content="Как выбрать квартиру"' in page and "og:image:width" not in page
    assert "summary_large_image" in page


def test_what_is_not_out_is_not_there(article, owner, visitor, browser_of):
    picture = articles.add_picture(article.public_id, "flat.jpg", jpeg(), actor=owner)
    address = f"/pictures/{picture.public_id}"
    shown = visitor.get(address, check=False)
    assert shown.status_code == 200 and shown.mimetype == "image/jpeg"
    assert visitor.get(address + "?as=thumb", check=False).mimetype == "image/webp"
    articles.withdraw(article, actor=owner)
    assert visitor.get("/blog/flat").status_code == visitor.get(address).status_code == 404
    assert "flat" not in text_of(visitor.get("/blog"))
    assert browser_of(owner).get(address, check=False).status_code == 200


def test_a_former_address_and_another_section_lead_to_the_article(article, owner, visitor):
    articles.change(article, {"slug": "choosing", "section": ArticleSection.KNOWLEDGE}, actor=owner)
    for address in ("/blog/flat", "/blog/choosing", "/pages/flat"):
        answer = visitor.get(address)
        assert (answer.status_code, answer.location) == (301, "/help/choosing")
    assert visitor.get("/help/nothing").status_code == 404


def test_the_feed_holds_whole_articles(article, visitor):
    answer = visitor.get("/blog/feed.xml?lang=en")
    assert answer.mimetype == "application/atom+xml"
    [entry] = ElementTree.fromstring(answer.get_data()).findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "How to choose a flat"
    assert '<h2 id="s-district">District</h2>' in entry.find(f"{ATOM}content").text


def test_an_owner_writes_looks_and_brings_a_version_back(owner, browser_of, visitor):
    browser, key = browser_of(owner), str(uuid4())
    form = TEXTS | {"key": key, "section": "blog", "slug": "", "topic": "", "cover": ""}
    looked = text_of(browser.post("/supervisor/articles/look/", data=form | {"in": "en"}))
    assert "How to choose a flat</h1>" in looked and db.session.scalar(sa.select(Article)) is None
    assert browser.post("/supervisor/articles/new/", data=form).status_code == 303
    record = f"/supervisor/articles/{key}/"
    changed = form | {"body_ru": "Сначала цена.", "slug": "kak-vybrat-kvartiru", "version": "1"}
    assert browser.post(record + "edit/", data=changed).status_code == 303
    assert text_of(browser.post(record + "edit/", data=form | {"version": "1", "body_ru": "Чужое"}), 409)
    page = text_of(browser.get(record + "?version=2"))
    assert "<del>" in page and "<ins>" in page
    browser.post(record + "versions/1/")
    browser.post(record + "publish/", data={"at": "2020-05-01T10:00"})
    assert "Сначала <strong>район</strong>." in text_of(visitor.get("/blog/kak-vybrat-kvartiru"))


def test_a_moment_is_one_of_the_business_zone(article, owner, browser_of):
    owner.timezone = "Asia/Tokyo"
    db.session.commit()
    browser, record = browser_of(owner), f"/supervisor/articles/{article.public_id}/"
    browser.post(record + "publish/", data={"at": "2030-05-01T10:00"})
    db.session.rollback()
    db.session.refresh(article)
    assert article.publish_at.isoformat() == "2030-05-01T07:00:00+00:00"  # Moscow
    assert "1 мая 2030, 10:00 (Europe/Moscow)" in text_of(browser.get(record)), "as it was set, wherever it is read"


def test_versions_of_the_text_are_counted_one_by_one(article, owner, browser_of):
    """Publishing and closing the discussion are changes of the record, and no new text."""
    before = len(articles.versions(article))
    browser, record = browser_of(owner), f"/supervisor/articles/{article.public_id}/"
    browser.post(record + "publish/")
    browser.post(record + "discussion/")
    db.session.rollback()
    articles.save(db.session.get(Article, article.id), {"body_ru": "Ещё раз."}, actor=owner)
    said = re.findall(r"<b>Версия (\d+)</b>", text_of(browser.get(record)))
    assert said == [str(number) for number in range(before + 1, 0, -1)]
    latest = db.session.get(Article, article.id).version
    assert f"Что изменилось в версии {before + 1}<" in text_of(browser.get(f"{record}?version={latest}"))


def test_a_picture_larger_than_any_form_is_taken_from_owners_alone(article, owner, build, browser_of):
    big = jpeg().getvalue() + b"\0" * 1_500_000
    sent = {"key": str(article.public_id), "file": (BytesIO(big), "flat.jpg")}
    json = {"Accept": "application/json"}
    answer = browser_of(owner).post("/supervisor/articles/pictures/", data=sent, headers=json)
    assert re.fullmatch(r"!\[подпись]\(/pictures/[0-9a-f-]{36}\)", answer.get_json()["markdown"])
    db.session.rollback()
    assert db.session.scalar(sa.select(Picture.width)) == 900
    sent = {"key": str(article.public_id), "file": (BytesIO(big), "flat.jpg")}
    refused = browser_of(build.agent()).post("/supervisor/articles/pictures/", data=sent, headers=json)
    assert refused.status_code in (403, 413)

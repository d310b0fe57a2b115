"""What search engines are told."""

import json
import re
from xml.etree import ElementTree

from app.constants import ArticleSection
from app.services import articles, faq

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(visitor):
    tree = ElementTree.fromstring(visitor.get("/sitemap.xml").get_data())
    return {url.find(f"{SITEMAP}loc").text: url for url in tree.iter(f"{SITEMAP}url")}


def data_of(page):
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', page.get_data(as_text=True))
    return json.loads(found[1])


def test_the_map_names_every_page_there_is_to_read_and_no_other(build, visitor):
    owner, made = build.supervisor(), {}
    for slug, more in (("flat", {"title_en": "A flat", "body_en": "Text"}), ("draft", {}), ("page", {})):
        texts = {"title_ru": "Статья", "body_ru": "Текст", "slug": slug, "section": ArticleSection.PAGE} | more
        made[slug] = articles.save(None, texts, actor=owner)
    for slug in ("flat", "page"):
        articles.publish(made[slug], actor=owner)
    found = addresses(visitor)
    assert {"http://localhost/", "http://localhost/support/faq", "http://localhost/terms?lang=en"} <= found.keys()
    assert {"http://localhost/pages/flat", "http://localhost/pages/flat?lang=en", "http://localhost/pages/page"} <= set(
        found
    )
    assert not [address for address in found if "draft" in address or "page?lang" in address]
    others = [link.get("hreflang") for link in found["http://localhost/pages/flat"] if link.get("rel") == "alternate"]
    assert others == ["ru", "en", "x-default"]
    assert found["http://localhost/pages/page"].find(f"{SITEMAP}lastmod").text


def test_every_address_of_the_map_opens(visitor):
    for address in addresses(visitor):
        assert visitor.get(address.removeprefix("http://localhost")).status_code == 200, address


def test_robots_are_kept_out_of_peoples_rooms(visitor):
    text = visitor.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /supervisor/" in text and "Sitemap: http://localhost/sitemap.xml" in text


def test_articles_and_questions_are_described_for_machines(build, visitor):
    owner = build.supervisor()
    texts = {"title_ru": "Как </script> выбрать", "body_ru": "Текст", "slug": "flat", "section": ArticleSection.BLOG}
    articles.publish(articles.save(None, texts, actor=owner), actor=owner)
    told = data_of(visitor.get("/blog/flat"))
    assert (told["@type"], told["headline"]) == ("BlogPosting", "Как </script> выбрать")
    questions = data_of(visitor.get("/support/faq"))["mainEntity"]
    assert questions[0]["name"] == faq.first(1)[0].question_ru


def test_rooms_of_their_own_tell_search_engines_nothing(build, browser_of):
    page = browser_of(build.client()).get("/my/inquiries").get_data(as_text=True)
    assert "canonical" not in page and "og:url" not in page

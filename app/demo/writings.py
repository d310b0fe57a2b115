"""The demo's articles, in both languages, with a former version each."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app.constants import LOCALES, ArticleSection, MenuPlace
from app.demo.covers import cover
from app.extensions import db
from app.models.articles import Article
from app.models.base import utcnow
from app.models.faq import FaqTopic
from app.services import articles, menus

FOLDER = Path(__file__).parent / "articles"
# (slug, section, topic, sky of the cover, days since it came out)
WRITTEN = (
    ("dokumenty-dlya-arendy-v-prage", ArticleSection.KNOWLEDGE, 0, "day", 19),
    ("kak-ustroen-otklik", ArticleSection.KNOWLEDGE, 0, "morning", 40),
    ("kak-vybrat-kvartiru", ArticleSection.BLOG, None, "evening", 4),
)
LINKS = (("База знаний", "Knowledge base", "/help"), ("Блог", "Blog", "/blog"))


def write(author):
    """Once: where there are articles already, nothing happens."""
    if db.session.scalar(sa.select(Article.id).limit(1)) is not None:
        return
    for each in WRITTEN:
        _one(author, *each)
    menus.load_defaults()
    for label_ru, label_en, target in LINKS:  # the footer has them of itself
        texts = {"label_ru": label_ru, "label_en": label_en, "target": target}
        menus.save(None, texts | {"place": MenuPlace.SUPPORT, "position": 15}, actor=author)


def _one(author, slug, section, topic, sky, days):
    texts = {}
    for locale in LOCALES:
        title, summary, body = (FOLDER / f"{slug}.{locale}.md").read_text("utf-8").split("\n", 2)
        texts |= {f"title_{locale}": title.removeprefix("# "), f"summary_{locale}": summary, f"body_{locale}": body}
    topics = db.session.scalars(sa.select(FaqTopic).order_by(FaqTopic.position)).all()
    chosen = topics[topic] if topic is not None and topics else None
    first = texts | {"summary_ru": "", "summary_en": ""}
    article = articles.save(None, first | {"section": section, "slug": slug, "topic": chosen}, actor=author)
    picture = articles.add_picture(article.public_id, "cover.jpg", cover(sky, slug), actor=author)
    articles.save(article, texts | {"cover": picture.public_id}, actor=author)
    articles.publish(article, at=utcnow() - timedelta(days=days), actor=author)

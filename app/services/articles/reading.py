"""Articles as their readers find them."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from app.access.scopes import visible_to
from app.constants import ArticleSection
from app.extensions import db
from app.models.articles import Article, FormerAddress, Picture
from app.models.faq import FaqTopic
from app.services import relevance
from app.services.articles.rendering import PICTURE, render
from app.services.articles.writing import TEXTS

FOLDERS = {ArticleSection.BLOG: "/blog", ArticleSection.KNOWLEDGE: "/help", ArticleSection.PAGE: "/pages"}
PER_PAGE, IN_FEED, BESIDE = 12, 20, 3
_LATEST = Article.publish_at.desc(), Article.id.desc()
_LEAN = defer(Article.body_ru), defer(Article.body_en)


@dataclass(frozen=True)
class Reading:
    """An article in one language, as a reader sees it."""

    locale: str
    title: str
    summary: str
    html: object
    contents: list
    minutes: int
    search_title: str
    description: str


def address(article):
    """The path of its page."""
    return f"{FOLDERS[article.section]}/{article.slug}"


def published(slug):
    """The article everybody may read under this word, or None."""
    found = visible_to(None, Article).where(Article.slug == slug)
    return db.session.scalar(found.options(joinedload(Article.topic)))


def former(slug):
    """The published article that once had this word in its address, or None."""
    once = sa.select(FormerAddress.article).where(FormerAddress.slug == slug)
    return db.session.scalar(visible_to(None, Article).where(Article.public_id == once.scalar_subquery()))


def read(article, locale):
    """``article``: an Article or one of its versions' texts laid over one."""
    shown = article.shown_in(locale)
    texts = {name: getattr(article, f"{name}_{shown}") for name in ("title", "summary", "seo_title", "seo_description")}
    body = getattr(article, f"body_{shown}")
    rendered = render(body, sizes(body))
    return Reading(
        locale=shown,
        title=texts["title"],
        summary=texts["summary"],
        html=rendered.html,
        contents=rendered.contents,
        minutes=rendered.minutes,
        search_title=texts["seo_title"] or texts["title"],
        description=texts["seo_description"] or texts["summary"],
    )


def sizes(body):
    """Public id → (width, height) of the pictures in a text."""
    ids = set(PICTURE.findall(body))
    if not ids:
        return {}
    found = sa.select(Picture.public_id, Picture.width, Picture.height).where(Picture.public_id.in_(map(UUID, ids)))
    return {str(public_id): (width, height) for public_id, width, height in db.session.execute(found)}


def in_section(section, page=1):
    """``(articles of that page, how many pages)``, the latest first; their texts stay where they are."""
    mine = visible_to(None, Article).where(Article.section == section)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(mine.subquery()))
    here = mine.order_by(*_LATEST).limit(PER_PAGE).offset((page - 1) * PER_PAGE).options(*_LEAN)
    return db.session.scalars(here).all(), max(1, -(-total // PER_PAGE))


def feed():
    mine = visible_to(None, Article).where(Article.section == ArticleSection.BLOG)
    return db.session.scalars(mine.order_by(*_LATEST).limit(IN_FEED)).all()


def all_published():
    """Every article there is to read, for the map of the site."""
    return db.session.scalars(visible_to(None, Article).order_by(Article.id).options(*_LEAN)).all()


def in_knowledge():
    """``[(FaqTopic or None, articles)]`` of the knowledge base, in the order of the topics; without one come last."""
    mine = visible_to(None, Article).where(Article.section == ArticleSection.KNOWLEDGE)
    found = db.session.scalars(mine.order_by(*_LATEST).options(*_LEAN)).all()
    topics = db.session.scalars(sa.select(FaqTopic).order_by(FaqTopic.position, FaqTopic.id)).all()
    grouped = [(topic, [each for each in found if each.topic_id == (topic and topic.id)]) for topic in [*topics, None]]
    return [(topic, articles) for topic, articles in grouped if articles]


def search(text, limit=8):
    """Articles of the knowledge base and of the blog that ``text`` may mean."""
    wanted = Article.section.in_((ArticleSection.KNOWLEDGE, ArticleSection.BLOG))
    found = db.session.scalars(visible_to(None, Article).where(wanted).order_by(*_LATEST)).all()
    return relevance.best(text, found, _words, limit)


def _words(article):
    texts = {name: getattr(article, name) for name in TEXTS}
    heading = " ".join(texts[name] for name in ("title_ru", "title_en"))
    return heading, " ".join(texts[name] for name in ("summary_ru", "body_ru", "summary_en", "body_en"))


def beside(article):
    """What else to read: of its section, those of its topic first."""
    others = visible_to(None, Article).where(Article.section == article.section, Article.id != article.id)
    same = sa.case((Article.topic_id == article.topic_id, 0), else_=1)
    return db.session.scalars(others.order_by(same, *_LATEST).limit(BESIDE).options(*_LEAN)).all()

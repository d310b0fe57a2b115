"""What owners write for readers: articles of the blog, of the knowledge base, and free pages, in one or both languages.

Versions, former addresses and pictures hang on the article's public id, not on its row: they wait for it in the bin.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import LOCALES, ArticleSection, ArticleState
from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id, utcnow
from app.models.faq import FaqTopic


def _line(length):
    return mapped_column(sa.String(length), default="")


def _text():
    return mapped_column(sa.Text, default="")


class Texts:
    """What a version holds, in both languages."""

    title_ru: Mapped[str] = _line(200)
    title_en: Mapped[str] = _line(200)
    summary_ru: Mapped[str] = _line(400)
    summary_en: Mapped[str] = _line(400)
    body_ru: Mapped[str] = _text()  # Markdown
    body_en: Mapped[str] = _text()
    seo_title_ru: Mapped[str] = _line(120)
    seo_title_en: Mapped[str] = _line(120)
    seo_description_ru: Mapped[str] = _line(300)
    seo_description_en: Mapped[str] = _line(300)

    @property
    def languages(self):
        """Those it is written in: a title says so. What is published has a text under each title."""
        return [locale for locale in LOCALES if getattr(self, f"title_{locale}")]

    def shown_in(self, locale):
        """The reader's language where it is written in it, else the one it is written in."""
        return str(locale) if str(locale) in self.languages else next(iter(self.languages), LOCALES[0])

    def said(self, name, locale):
        """``title``, ``summary``, … as a reader of this language sees it."""
        return getattr(self, f"{name}_{self.shown_in(locale)}")


class Article(Texts, Model):
    __tablename__ = "articles"
    __table_args__ = (sa.Index("ix_articles_published", "section", "publish_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    section: Mapped[ArticleSection] = mapped_column(enum_type(ArticleSection))
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("faq_topics.id"))
    cover: Mapped[UUID | None] = mapped_column(sa.Uuid)  # the public id of one of its pictures
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: a draft
    withdrawn: Mapped[bool] = mapped_column(default=False)
    discussed: Mapped[bool] = mapped_column(default=True, server_default=sa.true())  # whether one may comment
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = created_at()
    created_at: Mapped[datetime] = created_at()

    topic: Mapped[FaqTopic | None] = relationship()
    author: Mapped[User | None] = relationship()

    @property
    def state(self):
        if self.withdrawn:
            return ArticleState.WITHDRAWN
        if self.publish_at is None:
            return ArticleState.DRAFT
        return ArticleState.PUBLISHED if self.publish_at <= utcnow() else ArticleState.SCHEDULED

    def __str__(self):
        return self.title_ru or self.title_en


class ArticleVersion(Texts, Model):
    """Every text an article ever had, numbered by the article's version that brought it."""

    __tablename__ = "article_versions"
    __table_args__ = (sa.UniqueConstraint("article", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[UUID] = mapped_column(sa.Uuid)
    version: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = created_at()

    author: Mapped[User | None] = relationship()


class FormerAddress(Model):
    """A word an article's address once had: it leads to the present one."""

    __tablename__ = "former_addresses"

    slug: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    article: Mapped[UUID] = mapped_column(sa.Uuid, index=True)


class Picture(Model):
    """An image of an article, drawn anew by us. Shown to everybody once the article is published."""

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    article: Mapped[UUID] = mapped_column(sa.Uuid, index=True)
    key: Mapped[str] = mapped_column(sa.String(200))
    thumb_key: Mapped[str] = mapped_column(sa.String(200))
    content_type: Mapped[str] = mapped_column(sa.String(40))
    width: Mapped[int]
    height: Mapped[int]
    uploader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = created_at()

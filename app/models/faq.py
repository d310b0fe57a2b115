"""Frequent questions by topic, in both languages; the answers are Markdown."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, public_id


class FaqTopic(Model):
    __tablename__ = "faq_topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)  # the word in the page's anchor
    title_ru: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    def title(self, locale):
        return self.title_ru if str(locale) == "ru" else self.title_en

    def __str__(self):
        return self.title_ru


class FaqQuestion(Model):
    """``words`` are further words it is to be found by, in any language; readers do not see them."""

    __tablename__ = "faq_questions"
    __table_args__ = (sa.Index("ix_faq_questions_topic", "topic_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("faq_topics.id"))
    question_ru: Mapped[str] = mapped_column(sa.String(200))
    answer_ru: Mapped[str] = mapped_column(sa.Text)
    question_en: Mapped[str] = mapped_column(sa.String(200))
    answer_en: Mapped[str] = mapped_column(sa.Text)
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    position: Mapped[int] = mapped_column(default=0)
    visible: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    topic: Mapped[FaqTopic] = relationship()

    def __str__(self):
        return self.question_ru

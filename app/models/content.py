"""What owners write: pages with their versions, and links to messengers."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import MessengerKind
from app.models.base import Model, created_at, enum_type, public_id


class Page(Model):
    """A content page in both languages; the text is Markdown. ``version`` is what a consent records."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title_ru: Mapped[str] = mapped_column(sa.String(200))
    title_en: Mapped[str] = mapped_column(sa.String(200))
    body_ru: Mapped[str] = mapped_column(sa.Text)
    body_en: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = created_at()

    def __str__(self):
        return self.title_ru


class PageVersion(Model):
    """Every text a page ever had: what exactly somebody agreed to must stay readable."""

    __tablename__ = "page_versions"
    __table_args__ = (sa.UniqueConstraint("page_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(sa.ForeignKey("pages.id", ondelete="CASCADE"))
    version: Mapped[int]
    title_ru: Mapped[str] = mapped_column(sa.String(200))
    title_en: Mapped[str] = mapped_column(sa.String(200))
    body_ru: Mapped[str] = mapped_column(sa.Text)
    body_en: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = created_at()


class MessengerLink(Model):
    __tablename__ = "messenger_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    kind: Mapped[MessengerKind] = mapped_column(enum_type(MessengerKind))
    url: Mapped[str] = mapped_column(sa.String(300))  # https: or tel:
    label: Mapped[str] = mapped_column(sa.String(80), default="")
    position: Mapped[int] = mapped_column(default=0)
    visible: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    def __str__(self):
        return self.label or self.url

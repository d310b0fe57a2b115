"""What owners say beside a field of a form; ``key`` is ``<form>.<field>``."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model


class FieldHint(Model):
    __tablename__ = "field_hints"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    text_ru: Mapped[str] = mapped_column(sa.String(300), default="")  # Markdown of one line
    text_en: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    def __str__(self):
        return self.key

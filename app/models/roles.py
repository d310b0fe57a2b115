"""Own roles: what somebody of the console may do, composed by the owners from single permissions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, created_at, public_id


class WordSet(sa.TypeDecorator):
    """A frozenset of words, kept as one text with a space around each, so that SQL can ask for one of them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else f" {' '.join(sorted(value))} "

    def process_result_value(self, value, dialect):
        return None if value is None else frozenset(value.split())


class StaffRole(Model):
    __tablename__ = "staff_roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    title_ru: Mapped[str] = mapped_column(sa.String(60))
    title_en: Mapped[str] = mapped_column(sa.String(60))
    permissions: Mapped[frozenset] = mapped_column(WordSet)  # words of access.permissions.Permission
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created_at()

    def title(self, locale):
        return self.title_ru if str(locale) == "ru" else self.title_en

    def __str__(self):
        return self.title_ru

    @classmethod
    def has(cls, permission):
        """The clause of having been given ``permission``."""
        return sa.type_coerce(cls.permissions, sa.Text).contains(f" {permission} ", autoescape=True)

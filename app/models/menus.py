"""The links of the footer and of the support pages, in the owners' order."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import MenuPlace
from app.models.base import Model, enum_type, public_id


class MenuItem(Model):
    __tablename__ = "menu_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    place: Mapped[MenuPlace] = mapped_column(enum_type(MenuPlace))
    label_ru: Mapped[str] = mapped_column(sa.String(60))
    label_en: Mapped[str] = mapped_column(sa.String(60))
    target: Mapped[str] = mapped_column(sa.String(300))  # a path of ours, or https:
    position: Mapped[int] = mapped_column(default=0)
    for_visitors: Mapped[bool] = mapped_column(default=True)
    for_clients: Mapped[bool] = mapped_column(default=True)
    for_realtors: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    def __str__(self):
        return self.label_ru

"""Pages with a place's masked figures for agencies that might join: one link to each receiver."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, UtcDateTime, created_at, public_id
from app.models.places import City, Country


class PartnerPage(Model):
    """Its address is made of ``public_id`` and signed with our key: the database holds nothing that opens it."""

    __tablename__ = "partner_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    country_id: Mapped[int] = mapped_column(sa.ForeignKey("countries.id"))
    city_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cities.id"))  # none: the whole country
    receiver: Mapped[str] = mapped_column(sa.String(254), default="")  # an e-mail; empty: the link was copied
    locale: Mapped[str] = mapped_column(sa.String(5))
    title: Mapped[str] = mapped_column(sa.String(160))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    invitation: Mapped[str] = mapped_column(sa.Text, default="")
    contact: Mapped[str] = mapped_column(sa.String(254))
    opened: Mapped[int] = mapped_column(default=0)
    last_opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = created_at()

    country: Mapped[Country] = relationship(lazy="joined", innerjoin=True)
    city: Mapped[City | None] = relationship(lazy="joined")

    @property
    def place(self):
        return self.city or self.country

    def __str__(self):
        return self.title

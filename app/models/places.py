"""The place directory: countries, cities and the other spellings people use for them."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, created_at, public_id


class Country(Model):
    __tablename__ = "countries"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(2), unique=True)  # ISO 3166-1 alpha-2
    name_ru: Mapped[str] = mapped_column(sa.String(100))
    name_en: Mapped[str] = mapped_column(sa.String(100))
    currency: Mapped[str] = mapped_column(sa.String(3))  # ISO 4217, proposed on the form

    def name(self, locale):
        return self.name_ru if str(locale) == "ru" else self.name_en

    def __str__(self):
        return self.name_ru


class City(Model):
    """A city is *served* while it has an active realtor; that is asked of the realtors, never stored."""

    __tablename__ = "cities"
    __table_args__ = (
        sa.Index("ix_cities_country_population", "country_id", "population"),
        sa.Index("ix_cities_population", "population"),
        sa.Index("ix_cities_name_ru", "name_ru"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    country_id: Mapped[int] = mapped_column(sa.ForeignKey("countries.id"))
    name_ru: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    geoname_id: Mapped[int | None] = mapped_column(unique=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int] = mapped_column(default=0)
    timezone: Mapped[str | None] = mapped_column(sa.String(64))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cities.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[object] = created_at()

    # "unnested": SQLite would build the whole of (cities JOIN countries) before an outer join to it, 42 ms each time.
    country: Mapped[Country] = relationship(lazy="joined", innerjoin="unnested")
    merged_into: Mapped["City | None"] = relationship(remote_side=[id])
    aliases: Mapped[list["CityAlias"]] = relationship(back_populates="city", cascade="all, delete-orphan")

    def name(self, locale):
        return self.name_ru if str(locale) == "ru" else self.name_en

    def __str__(self):
        return self.name_ru


class CityAlias(Model):
    """One spelling of a city, the official names included; ``key`` is its normalised form."""

    __tablename__ = "city_aliases"
    __table_args__ = (
        sa.UniqueConstraint("city_id", "key"),
        sa.Index("ix_city_aliases_country_key", "country_id", "key"),
        sa.Index("ix_city_aliases_key", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id", ondelete="CASCADE"))
    country_id: Mapped[int] = mapped_column(sa.ForeignKey("countries.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    # Sorted by its bytes on both databases, so that the beginning of a name is one range of the index.
    key: Mapped[str] = mapped_column(sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql"))

    city: Mapped[City] = relationship(back_populates="aliases")

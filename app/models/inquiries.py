"""What clients ask for, and each realtor's standing towards it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import Deal, DeclineReason, InquirySource, InquiryStatus, PropertyType
from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id
from app.models.places import City

# As text, so that SQLite sees that a query asks for what the partial index holds; bound values would hide it.
OPEN = sa.text("inquiries.status IN ('new', 'in_work')")

# What reports ask of an inquiry besides: one over its days reads no row.
REPORTED = ("property_type", "published_day", "first_response_seconds")
FACETS = ("status", "deal", "city_id", "source", "acceptances", "awaiting_realtor")  # what lists are narrowed by


class Inquiry(Model):
    """One request for a home. A ``draft`` with ``awaiting_realtor`` set waits for its city to be served."""

    __tablename__ = "inquiries"
    __table_args__ = (
        sa.Index("ix_inquiries_city_published", "city_id", "published_at"),
        sa.Index(
            "ix_inquiries_open",
            *("city_id", "published_at"),
            sqlite_where=sa.text("status IN ('new', 'in_work')"),
            postgresql_where=sa.text("status IN ('new', 'in_work')"),
        ),
        sa.Index("ix_inquiries_client", "client_id", "id"),
        sa.Index("ix_inquiries_status", "status", "id"),
        sa.Index("ix_inquiries_deal", "deal", "id"),
        sa.Index("ix_inquiries_city", "city_id", "id"),
        sa.Index("ix_inquiries_source", "source", "id"),
        sa.Index("ix_inquiries_facets", "status", "deal", "city_id"),  # counts what several filters leave
        # Reports by state and kind of property are counted off it alone.
        sa.Index("ix_inquiries_states", "status", "property_type", "published_day", "acceptances"),
        # Walked where several filters are set: in the list's order or in that of its days, no row is read to try one.
        sa.Index("ix_inquiries_walk", "id", *FACETS, "published_at"),
        sa.Index("ix_inquiries_published", "published_at", "id", *FACETS, *REPORTED),
        sa.Index("ix_inquiries_day", "published_day", "city_id", "deal"),
        # Counts whose answers came first: a report by agency reads nothing else.
        sa.Index(
            "ix_inquiries_answered",
            *(
                "first_realtor_id",
                "published_day",
                "city_id",
                "deal",
                "source",
                "acceptances",
                "first_response_seconds",
                "property_type",
            ),
        ),
        # Walked in order to find a median to the second; holds all that the walk asks for.
        sa.Index("ix_inquiries_response", "city_id", "first_response_seconds", "published_day", "deal", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    number: Mapped[int] = mapped_column(unique=True)  # the human number, «№ 1042»
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"))
    deal: Mapped[Deal] = mapped_column(enum_type(Deal))
    status: Mapped[InquiryStatus] = mapped_column(enum_type(InquiryStatus), default=InquiryStatus.DRAFT)
    source: Mapped[InquirySource] = mapped_column(enum_type(InquirySource), default=InquirySource.SITE)
    property_type: Mapped[PropertyType] = mapped_column(enum_type(PropertyType))
    rooms: Mapped[list] = mapped_column(sa.JSON, default=list)  # values of constants.Rooms, in their order
    budget_min: Mapped[int | None] = mapped_column(sa.BigInteger)  # minor units of ``currency``; per month for rent
    budget_max: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    area_min: Mapped[int | None]  # m²
    move_in: Mapped[date | None]
    wishes: Mapped[str] = mapped_column(sa.Text, default="")
    # Key of a field the owners added → its answer, as services/request_fields.py types it.
    answers: Mapped[dict] = mapped_column(sa.JSON, default=dict, server_default="{}")
    awaiting_realtor: Mapped[bool] = mapped_column(default=False, index=True)
    repeated_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inquiries.id"))
    created_at: Mapped[datetime] = created_at()
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The business day of ``published_at``; kept so that statistics and their index need no zone arithmetic.
    published_day: Mapped[date | None]
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    helped_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # through whom the home was found
    recipients: Mapped[int] = mapped_column(default=0)  # realtors who were sent it, in any of its cities
    acceptances: Mapped[int] = mapped_column(default=0)
    first_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_realtor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # whose acceptance that was
    first_response_seconds: Mapped[int | None]  # first_accepted_at - published_at
    version: Mapped[int] = mapped_column(default=1)

    client: Mapped[User] = relationship(foreign_keys=[client_id])
    helped_by: Mapped[User | None] = relationship(foreign_keys=[helped_by_id])
    city: Mapped[City] = relationship()
    matches: Mapped[list["Match"]] = relationship(back_populates="inquiry")

    def __str__(self):
        return f"№\xa0{self.number}"


class Match(Model):
    """One realtor's standing towards one inquiry; the row is made when first needed."""

    __tablename__ = "matches"
    __table_args__ = (
        sa.UniqueConstraint("inquiry_id", "realtor_id"),
        sa.Index("ix_matches_realtor_accepted", "realtor_id", "accepted_at"),
        sa.Index(  # a realtor's own numbers are read off it alone
            "ix_matches_numbers",
            *("realtor_id", "published_day", "response_seconds"),
            sqlite_where=sa.text("seen_at IS NOT NULL"),
            postgresql_where=sa.text("seen_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_matches_declined",
            "id",
            sqlite_where=sa.text("declined_at IS NOT NULL"),
            postgresql_where=sa.text("declined_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiries.id"))
    realtor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_type(DeclineReason))
    published_day: Mapped[date | None]  # the inquiry's own
    response_seconds: Mapped[int | None]  # accepted_at - the inquiry's published_at
    created_at: Mapped[datetime] = created_at()

    inquiry: Mapped[Inquiry] = relationship(back_populates="matches")
    realtor: Mapped[User] = relationship()


class PendingInquiry(Model):
    """An inquiry typed before sign-in: survives it for 7 days in the same browser (DESIGN rule 5)."""

    __tablename__ = "pending_inquiries"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)  # the browser keeps it in a signed cookie
    payload: Mapped[dict] = mapped_column(sa.JSON)
    inquiry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inquiries.id"))  # set once: pressing twice is once
    visit: Mapped[str | None] = mapped_column(sa.String(32))  # services/behaviour/visits.py: the screen and the deal
    created_at: Mapped[datetime] = created_at()


class InquiryNumber(Model):
    """The one row that hands out human numbers, in order and without holes on either database."""

    __tablename__ = "inquiry_numbers"

    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=1000)


class NumberGap(Model):
    """A stretch of human numbers whose inquiries are gone; two that touch are one. Pages by numbers leave it out."""

    __tablename__ = "number_gaps"

    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]

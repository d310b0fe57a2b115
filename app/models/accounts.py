"""People: one account has one role; a realtor is bound to one city and one agency."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import ConsentDocument, IdentityProvider, Role
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id, utcnow
from app.models.partners import Agency
from app.models.places import City
from app.models.roles import StaffRole


class PersonName(sa.TypeDecorator):
    """A name as others see it. The one of a deleted account is stored empty and read as «Deleted user»."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value, dialect):
        return _("Deleted user") if value == "" else value


class User(UserMixin, Model):
    __tablename__ = "users"
    __table_args__ = (
        sa.Index("ix_users_role_id", "role", "id"),
        sa.Index(
            "ix_users_blocked",
            "id",
            sqlite_where=sa.text("blocked_at IS NOT NULL"),
            postgresql_where=sa.text("blocked_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_users_deleted",
            "id",
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    role: Mapped[Role] = mapped_column(enum_type(Role))
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)  # lower case; none once deleted
    # Since when the address is known to be this person's: by a used link from a letter, or by a provider's word.
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))  # argon2id; none until a quick account sets one
    name: Mapped[str] = mapped_column(PersonName(120))
    first_name: Mapped[str] = mapped_column(sa.String(60), default="")
    last_name: Mapped[str] = mapped_column(sa.String(60), default="")
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)  # E.164
    locale: Mapped[str] = mapped_column(sa.String(5), default="ru")
    timezone: Mapped[str | None] = mapped_column(sa.String(64))
    # Raised to end every session of the person: sign-out everywhere, block, role or password change.
    session_epoch: Mapped[int] = mapped_column(default=0)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whether those one talks to see it. Who hides it does not see theirs (services/presence.py).
    shows_presence: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when it is asked for
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blocked_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Lists of the console as this person likes them: endpoint → names of columns, in their order.
    list_columns: Mapped[dict | None] = mapped_column(sa.JSON)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = created_at()

    # Of those with Role.STAFF. Not by itself with every load: nobody else has one (sessions.load asks for it).
    staff_role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff_roles.id"), index=True)

    staff_role: Mapped[StaffRole | None] = relationship()
    realtor: Mapped["Realtor | None"] = relationship(
        back_populates="user", lazy="joined", foreign_keys="Realtor.user_id"
    )

    viewer = None  # the owner who looks at the site as this person; set by whoever loaded them for that
    sign_in = None  # the public id of the SignIn that this person is here with; set by whoever loaded them by it

    @property
    def is_active(self):
        return self.blocked_at is None and self.deleted_at is None

    @property
    def is_authenticated(self):
        """Flask-Login says no for the inactive, but the blocked must be recognised to be told why."""
        return self.deleted_at is None

    @property
    def granted(self):
        """What access/permissions.may asks of those with an own role."""
        return self.staff_role.permissions if self.role == Role.STAFF and self.staff_role else frozenset()

    def get_id(self):
        """What the session cookie holds: the person and the SignIn, by their public ids."""
        return f"{self.public_id}:{self.sign_in}"

    def __str__(self):
        return self.name


class Identity(Model):
    """Somebody else's account that its owner signs in with. (provider, subject) is who that is; an e-mail is not."""

    __tablename__ = "identities"
    __table_args__ = (sa.UniqueConstraint("provider", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Mapped[IdentityProvider] = mapped_column(enum_type(IdentityProvider))
    subject: Mapped[str] = mapped_column(sa.String(255))
    email: Mapped[str] = mapped_column(sa.String(254), default="")  # as the provider told it at the last sign-in
    email_verified: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = created_at()

    user: Mapped[User] = relationship()


class SignIn(Model):
    """A browser that somebody is signed in with: until it is ended, or the person's epoch is another."""

    __tablename__ = "sign_ins"
    __table_args__ = (sa.Index("ix_sign_ins_user_id_device", "user_id", "device"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    epoch: Mapped[int]  # users.session_epoch at its beginning
    device: Mapped[UUID | None]  # the lasting id of the browser, the same at every sign-in
    browser: Mapped[str] = mapped_column(sa.String(40), default="")
    system: Mapped[str] = mapped_column(sa.String(40), default="")
    how: Mapped[str] = mapped_column(sa.String(32))
    created_at: Mapped[datetime] = created_at()
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)  # to within minutes
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Realtor(Model):
    """A realtor's binding: the user's city and agency, and the invitation that brought them."""

    __tablename__ = "realtors"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agencies.id"), index=True)
    join_link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("join_links.id"), index=True)
    # False once the account is blocked or deleted: lets "served cities" be one indexed question.
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = created_at()

    user: Mapped[User] = relationship(back_populates="realtor")
    city: Mapped[City] = relationship(lazy="joined", innerjoin="unnested")
    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin="unnested")
    join_link: Mapped["JoinLink | None"] = relationship()


class Departure(Model):
    """An account with much behind it that is being deleted, until nothing of its person is left.

    Nobody can sign in to it any more. ``reached``: the last of its inquiries that has lost its words.
    """

    __tablename__ = "departures"

    id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    email: Mapped[str | None] = mapped_column(sa.String(254))  # by which what names the person is found
    reached: Mapped[int] = mapped_column(default=0)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # see services/leases.py
    created_at: Mapped[datetime] = created_at()


class JoinLink(Model):
    """A closed invitation for realtors. The token is the secret; a revoked one answers 404."""

    __tablename__ = "join_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    name: Mapped[str] = mapped_column(sa.String(120))
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()

    def __str__(self):
        return self.name


class Consent(Model):
    """Which version of which document the person agreed to, and when."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    document: Mapped[ConsentDocument] = mapped_column(enum_type(ConsentDocument))
    version: Mapped[int]
    given_at: Mapped[datetime] = created_at()

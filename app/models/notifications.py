"""What a person is told on the site, and what they asked to be told of, by which channel and when."""

import hashlib
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.constants import Channel, Digest, NotificationKind, Topic
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id


class Notification(Model):
    """``params`` are the values of the sentence that services/notifications.py makes in the reader's language."""

    __tablename__ = "notifications"
    __table_args__ = (
        sa.Index("ix_notifications_user", "user_id", "id"),
        sa.Index(
            "ix_notifications_unread",
            "user_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[NotificationKind] = mapped_column(enum_type(NotificationKind))
    params: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    url: Mapped[str] = mapped_column(sa.String(300), default="")  # a path of ours
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = created_at()


class Announcement(Model):
    """One event for a crowd, until all have been told: ``people`` are their ids, of whom the first ``told`` know.

    ``email`` is the letter's template. Whoever has had the inquiry on screen meanwhile has no news in it.
    """

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NotificationKind] = mapped_column(enum_type(NotificationKind))
    params: Mapped[dict] = mapped_column(sa.JSON)
    url: Mapped[str] = mapped_column(sa.String(300))
    email: Mapped[str] = mapped_column(sa.String(60))
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiries.id", ondelete="CASCADE"))
    people: Mapped[list] = mapped_column(sa.JSON)
    told: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = created_at()


class Preference(Model):
    """One cell of a person's matrix «event × channel»; no row: the role's default (services/preferences.py)."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(enum_type(Topic), primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), primary_key=True)
    on: Mapped[bool]


class Rhythm(Model):
    """When a person wants to hear of things. Quiet hours are minutes since midnight in the person's zone."""

    __tablename__ = "notification_rhythms"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    digest: Mapped[Digest] = mapped_column(enum_type(Digest), default=Digest.AT_ONCE)


class PushSubscription(Model):
    """A browser that shows our push messages. It gets them only while its person is signed in there: see ``device``.

    ``endpoint`` is an address at the browser maker's push service; ``p256dh`` and ``auth`` (base64url) are the keys
    that only this browser can read our messages with (RFC 8291).
    """

    __tablename__ = "push_subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    device: Mapped[UUID] = mapped_column(sa.Uuid)  # that of its SignIn
    endpoint: Mapped[str] = mapped_column(sa.String(1000), unique=True)
    p256dh: Mapped[str] = mapped_column(sa.String(100))
    auth: Mapped[str] = mapped_column(sa.String(40))
    browser: Mapped[str] = mapped_column(sa.String(40), default="")
    system: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[datetime] = created_at()
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to within a day

    @property
    def fingerprint(self):
        """What the browser knows its own row by; the endpoint itself stays a secret of the two of us."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()


class PushKey(Model):
    """The key pair that push services know this installation by (VAPID): one row, made once."""

    __tablename__ = "push_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    private: Mapped[str] = mapped_column(sa.Text)  # PEM
    public: Mapped[str] = mapped_column(sa.String(100))  # base64url, as browsers want it
    created_at: Mapped[datetime] = created_at()

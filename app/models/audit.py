"""The journal: who changed what, from what to what; and the bin, where deleted things wait to be wanted back."""

import json
import zlib
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.constants import AuditTag, Door
from app.models.accounts import User
from app.models.base import Model, UtcDateTime, created_at, enum_type, public_id, utcnow


class AuditEvent(Model):
    """``object_type``/``object_id`` name the changed record by its public id; ``data`` holds the declared fields.

    ``data`` has names where a field is another record; ``keys`` has their public ids, shaped as ``data``, for whoever
    takes the change back. What was done at once (a bulk edit) shares its ``operation_id``.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.Index("ix_audit_events_object", "object_type", "object_id", "id"),
        sa.Index("ix_audit_events_tag", "tag", "id"),
        sa.Index("ix_audit_events_actor", "actor_id", "id"),
        sa.Index("ix_audit_events_created", "created_at", "id"),
        *(  # few events have one of these
            sa.Index(f"ix_audit_events_{name}", *columns, sqlite_where=has, postgresql_where=has)
            for name, columns, has in (
                ("operation", ("operation_id", "id"), sa.text("operation_id IS NOT NULL")),
                ("undoes", ("undoes_id",), sa.text("undoes_id IS NOT NULL")),
            )
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    tag: Mapped[AuditTag] = mapped_column(enum_type(AuditTag, 40))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the system itself
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(40))
    data: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    keys: Mapped[dict | None] = mapped_column(sa.JSON(none_as_null=True))
    door: Mapped[Door | None] = mapped_column(enum_type(Door, 16))  # none: the service by itself
    address: Mapped[str | None] = mapped_column(sa.String(45))  # the network address it came from
    operation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("operations.id"))
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audit_events.id"))  # the change this one took back
    created_at: Mapped[datetime] = created_at()

    actor: Mapped[User | None] = relationship()
    operation: Mapped["Operation | None"] = relationship()


class Operation(Model):
    """Several changes made by one press of a button: seen together and taken back together."""

    __tablename__ = "operations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = created_at()


class BinItem(Model):
    """A deleted row, kept outside of its table: it holds no unique key there, and can come back with its public id."""

    __tablename__ = "bin"
    __table_args__ = (sa.Index("ix_bin_object", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = public_id()
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(300))
    data: Mapped[dict] = mapped_column(sa.JSON)  # column → value as the journal writes it
    deleted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)

    deleted_by: Mapped[User | None] = relationship()


class Packed(sa.TypeDecorator):
    """JSON that nobody searches, squeezed: the ids of 100,000 rows take some 200 KB."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return zlib.compress(
            json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), level=1
        )  # a lock is held

    def process_result_value(self, value, dialect):
        return json.loads(zlib.decompress(value))


class Merge(Model):
    """Two records made one, and what it moved, for whoever takes it back; gone once it has been taken back.

    ``loser`` and ``winner`` are public ids; ``key`` is the name that was given up and still leads to the winner.
    """

    __tablename__ = "merges"
    __table_args__ = (
        sa.Index("ix_merges_loser", "object_type", "loser"),
        sa.Index("ix_merges_winner", "object_type", "winner"),
        sa.Index("ix_merges_key", "object_type", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_events.id"), unique=True)
    object_type: Mapped[str] = mapped_column(sa.String(40))
    loser: Mapped[str] = mapped_column(sa.String(40))
    winner: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(160), default="")
    moved: Mapped[dict] = mapped_column(Packed)

    event: Mapped[AuditEvent] = relationship()


class Move(Model):
    """What follows a merge (``back``: its parting) a little at a time; gone once it has all come over.

    ``source_id`` and ``target_id`` are rows of what the merge is of. ``plan``: [[part, keys], …] in the order in which
    they go; ``reached`` of the keys have had their turn, ``done`` and ``total`` count records for whoever waits.
    """

    __tablename__ = "moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(sa.ForeignKey("merges.id"), unique=True)
    source_id: Mapped[int]
    target_id: Mapped[int]
    back: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[list] = mapped_column(Packed, deferred=True)
    reached: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # see services/leases.py
    created_at: Mapped[datetime] = created_at()

    merge: Mapped[Merge] = relationship()


class Different(Model):
    """Two records that look alike and are not one thing; public ids, the smaller first."""

    __tablename__ = "differents"
    __table_args__ = (sa.UniqueConstraint("object_type", "first", "second"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    object_type: Mapped[str] = mapped_column(sa.String(40))
    first: Mapped[str] = mapped_column(sa.String(40))
    second: Mapped[str] = mapped_column(sa.String(40))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created_at()

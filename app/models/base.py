"""What every table shares: public ids, UTC times, enums kept as words."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column
from uuid_utils.compat import uuid7

from app.extensions import db

Model = db.Model


def utcnow():
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(sa.TypeDecorator):
    """A moment in UTC: aware in Python; ``timestamptz`` on PostgreSQL, UTC text on SQLite (which has no zones)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def bind_processor(self, dialect):
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect, coltype):
        return _of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# What SQLAlchemy writes and reads in SQLite's columns of moments, in one call in place of four.


def _as_text(moment):
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:-6]


def _of_text(text):
    return text and datetime.fromisoformat(text).replace(tzinfo=UTC)


def enum_type(enum, length=32):
    """A StrEnum kept as its word in a VARCHAR: adding a word later needs no ALTER on either database."""
    return sa.Enum(
        enum, native_enum=False, create_constraint=False, length=length, values_callable=lambda e: [m.value for m in e]
    )


def public_id():
    """A UUIDv7 column: the only id that leaves the process (DESIGN rule 10)."""
    return mapped_column(sa.Uuid, unique=True, default=uuid7)


def created_at():
    return mapped_column(UtcDateTime, default=utcnow)

"""One migration set for SQLite and PostgreSQL (DESIGN section 6)."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from app.models.base import UtcDateTime
from app.models.engine import WRITE

engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata


def render(kind, value, autogen):
    """Migrations import no models: our own column types are written as what they are in the database."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, sa.Enum):
        return f"sa.String({value.length})"
    if kind == "type" and isinstance(value, sa.TypeDecorator) and isinstance(value.impl, sa.String):
        return f"sa.String({value.impl.length})"
    return False


def ours(name, kind, parents):
    """Search tables belong to their own migration; their shadow tables are the database's business."""
    return not (kind == "table" and "search" in name)


def same_type(context, inspected, declared, inspected_type, declared_type):
    """The words of an enum are not in the database (no CHECK): only the length can differ."""
    if isinstance(declared_type, sa.Enum):
        return getattr(inspected_type, "length", None) != declared_type.length
    return None


def run():
    with engine.connect() as plain:
        sqlite = plain.dialect.name == "sqlite"
        connection = plain.execution_options(**{WRITE: True})
        if sqlite:
            # A batch ALTER drops and renames the parent: with foreign keys on, its children would be deleted.
            # The pragma works only outside a transaction, so it goes to the driver itself.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            _migrate(connection)
        finally:
            if sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def _migrate(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render,
        include_name=ours,
        compare_type=same_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a migration left {len(broken)} rows pointing nowhere")


run()

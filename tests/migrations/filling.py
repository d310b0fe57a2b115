"""A row in every table of a database whatever its revision is: made from what the database says of itself."""

from datetime import UTC, date, datetime
from uuid import uuid4

import sqlalchemy as sa

MOMENT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def fill(connection, known, tables):
    """Put a row into each of the ``tables`` that is not ``known`` yet; parents come first."""
    for table in tables:
        if table.name not in known and connection.execute(sa.select(table)).first() is None:
            connection.execute(sa.insert(table).values(_row(table, connection)))
        known.add(table.name)


def contents(connection):
    """{table: {column: value of its row, as the database gives it}}."""
    rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings() for name in _names(connection)}
    return {name: dict(found.first()) for name, found in rows.items()}


def found_tables(connection, known=()):
    """All there are but the ``known``, parents first, without the search indexes, which are made anew from the others.

    Asking a database of its columns takes longer than a migration does: ask once for each table.
    """
    metadata = sa.MetaData()
    if new := _names(connection) - set(known):
        metadata.reflect(connection, only=new)
    return metadata.sorted_tables


def _names(connection):
    names = sa.inspect(connection).get_table_names()
    return {name for name in names if "search" not in name and name != "alembic_version"}


def _row(table, connection):
    values = {column.name: _value(column, connection) for column in table.columns}
    return {name: value for name, value in values.items() if value is not None}


def _value(column, connection):
    """Something of the column's type; of a reference the row it leads to, unless it may be empty."""
    if column.foreign_keys:
        [reference] = column.foreign_keys
        itself = reference.column.table is column.table
        return None if itself else connection.scalar(sa.select(reference.column))
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.Integer | sa.Numeric | sa.Float):
        return 1
    if isinstance(kind, sa.DateTime):
        return MOMENT
    if isinstance(kind, sa.Date):
        return date(2026, 3, 1)
    if isinstance(kind, sa.LargeBinary):
        return b"\x00\x01"
    if isinstance(kind, sa.JSON):
        return {"word": "слово"}
    if isinstance(kind, sa.Uuid) or getattr(kind, "length", None) == 32 and column.name.endswith(("_id", "nonce")):
        return uuid4() if isinstance(kind, sa.Uuid) else uuid4().hex
    return "слово"[: getattr(kind, "length", None) or 5]

"""One INSERT for a crowd: a thousand people are told of one thing, and only their ids differ.

What they share is bound once, what differs travels as one JSON array: less than half the work of as many rows of
parameters, and everybody else waits for the write lock meanwhile.
"""

import json

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from app.extensions import db


def insert(model, shared, names, rows, *, skip_taken=False):
    """Insert a row per tuple of ``rows`` (values of the columns ``names``), each with the ``shared`` values.

    ``skip_taken``: those whose unique values are taken are left out.
    """
    session = db.session()
    dialect = session.get_bind().dialect
    columns = model.__table__.c
    varying = dict(zip(names, zip(*rows, strict=True), strict=True))
    alike = {name: values[0] for name, values in varying.items() if all(value == values[0] for value in values)}
    shared = shared | alike
    varying = {name: _written(values, columns[name], dialect) for name, values in varying.items() if name not in alike}
    values = json.dumps(list(zip(*varying.values(), strict=True)) or [[]] * len(rows), default=str)
    spread = {"sqlite": _sqlite, "postgresql": _postgresql}[dialect.name]
    chosen = spread({columns[n]: v for n, v in shared.items()}, [columns[n] for n in varying], values)
    insert = {"sqlite": sqlite, "postgresql": postgresql}[dialect.name].insert(model.__table__)
    insert = insert.from_select([*shared, *varying], chosen, include_defaults=False)
    session.execute(insert.on_conflict_do_nothing() if skip_taken else insert)


def _written(values, column, dialect):
    """A column's values as the database takes them."""
    write = column.type.dialect_impl(dialect).bind_processor(dialect)
    return [value if value is None else write(value) for value in values] if write else values


def _sqlite(shared, varying, values):
    each = sa.func.json_each(sa.literal(values, sa.Text)).table_valued("value")
    same = [sa.literal(value, column.type) for column, value in shared.items()]
    own = [sa.func.json_extract(each.c.value, f"$[{n}]") for n in range(len(varying))]
    return sa.select(*same, *own).select_from(each).where(sa.text("1"))  # ON CONFLICT after a join needs it


def _postgresql(shared, varying, values):
    each = sa.func.jsonb_array_elements(sa.cast(sa.literal(values, sa.Text), JSONB)).table_valued("value")
    same = [sa.cast(sa.literal(value, column.type), column.type) for column, value in shared.items()]
    own = [sa.cast(each.c.value.op("->>")(n), column.type) for n, column in enumerate(varying)]
    return sa.select(*same, *own).select_from(each)

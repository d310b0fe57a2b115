"""How many rows hang on each of the records of a page."""

import sqlalchemy as sa

from app.extensions import db


def counted(column, rows, *clauses):
    """``{id: how many}`` of the rows whose ``column`` points to one of ``rows``."""
    return dict(db.session.execute(counting(column, rows, *clauses)).all())


def counting(column, rows, *clauses):
    """The Select of counted()."""
    found = sa.select(column, sa.func.count()).where(column.in_([row.id for row in rows]), *clauses)
    return found.group_by(column)

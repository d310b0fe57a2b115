"""Several rows as one value of a statement, so that small questions can be asked together."""

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _JsonRows(FunctionElement):
    name = "json_rows"
    type = sa.JSON()
    inherit_cache = True


@compiles(_JsonRows, "sqlite")
def _of_sqlite(element, compiler, **options):
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(_JsonRows, "postgresql")
def _of_postgresql(element, compiler, **options):
    return f"json_agg(json_build_array({compiler.process(element.clauses, **options)}))"


def json_rows(select):
    """A Select of one value: the rows of ``select`` as lists, in their order, their columns as JSON says them.

    Nothing or None where there are none.
    """
    return sa.select(_JsonRows(*select.subquery().c))

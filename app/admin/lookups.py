"""Ajax look-ups: a few rows by what was typed, never more than LIMIT, and only rows the reader may see."""

from functools import cache
from types import SimpleNamespace

import sqlalchemy as sa
from flask_admin.model.ajax import AjaxModelLoader

from app.access.loaders import get_visible
from app.access.scopes import clause, visible_to
from app.admin import edits
from app.admin.light import Light
from app.doors import current_actor
from app.errors import Forbidden, NotFound
from app.extensions import db
from app.models.json_rows import json_rows

LIMIT = 20


class Lookup(AjaxModelLoader):
    """``matching(select, text)`` narrows and sorts the scoped Select; ``hint(row)`` is the small print of a row.

    ``permission`` None: whoever sees a row may choose it. ``says``: the columns that text() needs; with them the row of
    a filter can be asked for beside other questions (admin/ahead.py).
    """

    def __init__(self, name, model, *, permission, matching=None, hint=None, narrow=None, key="public_id", says=()):
        super().__init__(name, {})
        self.model, self.permission, self.narrow, self.key = model, permission, narrow, key
        self.matching, self.hint = matching, hint or (lambda row: "")
        self.light = Light(getattr(model, key), *says) if says and permission is None else None

    def get_one(self, pk):
        try:
            return get_visible(current_actor(), self.model, pk, self.permission, key=self.key)
        except (NotFound, Forbidden):
            return None

    def asking(self, key):
        """``(the Select of the one value that told() makes the row of, its parameters)``; None: get_one() is asked."""
        typed = self._typed(key)
        return (_asking(self)[1], {self.parameter: typed[0]}) if typed else None

    @property
    def parameter(self):
        return f"key_of_{self.name}"

    def _typed(self, key):
        """The key as [that of the column], where it is a key and every row is everybody's."""
        everybodys = self.light and isinstance(clause(current_actor(), self.model), sa.True_)
        return edits.typed_keys(getattr(self.model, self.key), [key]) if everybodys else []

    def told(self, key, values):
        """The row, of what asking() gave."""
        row = self.light.made(values)
        setattr(row, self.key, str(self._typed(key)[0]))
        return row

    def stand_in(self, key):
        """What has the place of a row before it is asked for: its id is a question, with the parameters of asking().
        None where there can be no row.
        """
        typed = self._typed(key)
        return SimpleNamespace(id=_asking(self)[0], **{self.key: str(typed[0])}) if typed else None

    def get_list(self, query, offset=0, limit=LIMIT):
        found = visible_to(current_actor(), self.model)
        if self.narrow is not None:
            found = found.where(self.narrow())
        return db.session.scalars(self.matching(found, (query or "").strip()).limit(min(limit, LIMIT))).unique().all()

    def key_of(self, row):
        return "" if row is None else str(getattr(row, self.key))

    def text_of(self, key):
        """The name behind a key, for a form that is shown again."""
        row = self.get_one(key) if key else None
        return "" if row is None else self.text(row)

    def format(self, model):
        """What the page gets: the public id, the name and the small print."""
        return {"id": str(getattr(model, self.key)), "label": self.text(model), "hint": str(self.hint(model))}

    def text(self, model):
        return str(model)


@cache
def _asking(lookup):
    """Of the row of a key, which is a parameter: its id, and what told() makes it of."""
    column = getattr(lookup.model, lookup.key)
    found = sa.select(lookup.model.id).where(column == sa.bindparam(lookup.parameter))
    columns = (getattr(lookup.model, name) for name in lookup.light.names)
    return found.scalar_subquery(), json_rows(found.with_only_columns(*columns))

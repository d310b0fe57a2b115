"""Ajax look-ups: a few rows by what was typed, never more than LIMIT, and only rows the reader may see."""

from types import SimpleNamespace

import sqlalchemy as sa
from flask_admin.model.ajax import AjaxModelLoader

from app.access.loaders import get_visible
from app.access.scopes import clause, visible_to
from app.admin.edits import typed_keys
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
        """The Select of the one value that told() makes the row of, or None."""
        found = self._found(key)
        return None if found is None else json_rows(found.with_only_columns(*self._columns()))

    def _found(self, key):
        column = getattr(self.model, self.key)
        typed = typed_keys(column, [key]) if self.light else []
        return (
            sa.select(self.model.id).where(clause(current_actor(), self.model), column == typed[0]) if typed else None
        )

    def _columns(self):
        return (getattr(self.model, name) for name in self.light.names)

    def told(self, key, values):
        """The row, of what asking() gave."""
        row = self.light.made(values)
        setattr(row, self.key, self._spelled(key))
        return row

    def stand_in(self, key):
        """What has the place of a row before it is asked for: its id is a question. None where there can be no row."""
        found = self._found(key)
        return None if found is None else SimpleNamespace(id=found.scalar_subquery(), **{self.key: self._spelled(key)})

    def _spelled(self, key):
        return str(typed_keys(getattr(self.model, self.key), [key])[0])

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

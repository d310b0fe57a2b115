"""Ajax look-ups: a few rows by what was typed, never more than LIMIT, and only rows the reader may see."""

from flask_admin.model.ajax import AjaxModelLoader

from app.access.loaders import get_visible
from app.access.scopes import visible_to
from app.doors import current_actor
from app.errors import Forbidden, NotFound
from app.extensions import db

LIMIT = 20


class Lookup(AjaxModelLoader):
    """``matching(select, text)`` narrows and sorts the scoped Select; ``hint(row)`` is the small print of a row.

    ``permission`` None: whoever sees a row may choose it.
    """

    def __init__(self, name, model, *, permission, matching=None, hint=None, narrow=None, key="public_id"):
        super().__init__(name, {})
        self.model, self.permission, self.narrow, self.key = model, permission, narrow, key
        self.matching, self.hint = matching, hint or (lambda row: "")

    def get_one(self, pk):
        try:
            return get_visible(current_actor(), self.model, pk, self.permission, key=self.key)
        except (NotFound, Forbidden):
            return None

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

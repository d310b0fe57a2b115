"""/supervisor/find/: what is typed into the bar of the console is looked for in every list it may stand in."""

from typing import NamedTuple

from flask import redirect, request, url_for
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import listing
from app.admin.base import SecureView

SHOWN = 5  # rows of each list; all of them stand in the list itself
LONGEST = 200
# Endpoint of a list → what tells its rows apart, the column that leads to the record first.
COLUMNS = {
    "people": ("name", "role", "phone", "email", "city", "state"),
    "inquiries_admin": ("number", "state", "wanted", "city", "client"),
    "agencies": ("name", "website", "realtors"),
    "cities": ("name", "country", "state", "realtors"),
}


class Found(NamedTuple):
    view: object
    columns: tuple
    rows: list
    more: bool


class Find(SecureView):
    permission = Permission.CONSOLE
    icon = "search"
    label = _l("Search")

    def is_visible(self):
        return False  # it stands in the bar

    @expose("/")
    def index(self):
        """What was found, list by list. A single record is opened at once."""
        text = request.args.get("q", "").strip()[:LONGEST]
        found = [each for view in self._lists() if text and (each := _found(view, text)).rows]
        if len(found) == 1 and len(found[0].rows) == 1:
            [(view, _columns, [row], _more)] = found
            return redirect(url_for(f"{view.endpoint}.details_view", id=view.get_pk_value(row)))
        return self.render("admin/supervisor/find.html", text=text, found=found)

    def _lists(self):
        """Those that this reader may open, in the order above."""
        views = {view.endpoint: view for view in self.admin._views if view.endpoint in COLUMNS}
        return [views[name] for name in COLUMNS if views[name].is_accessible()]


def _found(view, text):
    columns = COLUMNS[view.endpoint]
    asked = listing.Asked(text=text, columns=columns)
    rows = listing.source(view, asked).rows(backwards=False, offset=0, limit=SHOWN + 1)
    view.adorn(rows)
    return Found(view, columns, rows[:SHOWN], len(rows) > SHOWN)

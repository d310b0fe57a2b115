"""The doors of saved views: lists keep them in a window of their own, this page has those of all lists."""

from urllib.parse import parse_qsl

from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.admin import edits, groups, listing, saved
from app.admin.base import SecureModelView, SecureView
from app.doors import current_actor
from app.errors import DomainError
from app.models.list_views import ListView
from app.services import list_views


class ListViews(SecureView):
    permission = Permission.LIST_VIEWS
    icon = "bookmark"
    label = _l("Saved views")
    group = groups.SERVICE

    def is_visible(self):
        return False  # every list leads here

    @expose("/")
    def index(self):
        actor = current_actor()
        found = [(room, list_views.of(room.endpoint, actor=actor)) for room in self._lists()]
        return self.render("admin/supervisor/list_views.html", lists=[pair for pair in found if pair[1]])

    @expose("/save/", methods=("POST",))
    def save(self):
        room = self._list(request.form.get("list"))
        query = listing.address(room, dict(parse_qsl(request.form.get("query", ""))))
        values = {"name": request.form.get("name", ""), "query": query, "pinned": "pinned" in request.form}
        self._try(lambda: list_views.save(room.endpoint, values | _readers(), actor=current_actor()))
        return _back(room, query)

    @expose("/<id>/change/", methods=("POST",))
    def change(self, id):
        """What was sent of its name, its readers and its place among the tabs."""
        view, sent = self._one(id), request.form
        values = {"name": sent["name"]} if "name" in sent else {}
        if "pin" in sent:
            values["pinned"] = sent["pin"] == "1"
        if "role" in sent:
            values |= _readers()
        self._try(lambda: list_views.change(view, values, actor=current_actor()))
        return self._after(view)

    @expose("/<id>/remove/", methods=("POST",))
    def remove(self, id):
        view = self._one(id)
        answer = self._after(view)
        self._try(lambda: list_views.remove(view, actor=current_actor()), _("Deleted."))
        return answer

    @expose("/columns/", methods=("POST",))
    def columns(self):
        """Those that are ticked, in the order of all; ``up`` or ``down`` moves one of them first."""
        room, sent = self._list(request.form.get("list")), request.form
        names = [name for name in sent.getlist("order") if name in room.offered_columns[1:]]
        _move(names, sent.get("up"), -1)
        _move(names, sent.get("down"), 1)
        chosen = [name for name in names if name in sent.getlist("column")]
        if "reset" in sent or chosen == list(room.column_list[1:]):
            chosen = []
        list_views.choose_columns(room.endpoint, chosen, actor=current_actor())
        query = edits.query_of(sent.get("back", ""))
        query.pop("columns", None)
        return redirect(url_for(f"{room.endpoint}.index_view", **query), 303)

    def _one(self, id):
        return get_visible(current_actor(), ListView, id, self.permission)

    def _after(self, view):
        """To the list it was pressed on, or to the page of all."""
        if "back" not in request.form:
            return self.to("index")
        return _back(self._list(view.list), request.form["back"])

    def _lists(self):
        return [room for room in self.admin._views if isinstance(room, SecureModelView) and room.is_accessible()]

    def _list(self, endpoint):
        return next((room for room in self._lists() if room.endpoint == endpoint), None) or abort(404)

    def _try(self, do, done=None):
        try:
            do()
            flash(done or _("Saved."), "success")
        except DomainError as error:
            flash(str(error.message), "error")


def _move(names, name, step):
    if name in names:
        at = names.index(name)
        names.insert(max(at + step, 0), names.pop(at))


def _readers():
    return saved.chosen(request.form.get("role", ""))


def _back(room, query):
    return redirect(url_for(f"{room.endpoint}.index_view", **edits.query_of(query)), 303)

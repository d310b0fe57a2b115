"""The one base of every Flask-Admin view, of the office and of the console.

What stock Flask-Admin leaves open is closed here once: a view without a permission cannot be registered, rows come
only through access/, nothing is shown or edited that was not named, and every change is a call of services/.
"""

from contextlib import nullcontext

from flask import abort, flash, jsonify, redirect, request
from flask_admin import BaseView, expose
from flask_admin.model import BaseModelView
from flask_babel import gettext as _
from sqlalchemy import True_

from app import assets
from app.access.loaders import get_visible
from app.access.permissions import may
from app.access.scopes import clause
from app.admin import ahead, cells, edits, export, frame, listing, offers, rows, saved
from app.admin.groups import Group
from app.admin.light import KEYS
from app.doors import current_actor, list_page, reads
from app.errors import DomainError, EditConflict, Forbidden, InvalidInput
from app.extensions import db
from app.services import audit, bin

CHOSEN = 200  # the most rows one bulk action takes


class SecureView(BaseView):
    """A page. Set ``permission`` on the class; ``@requires(...)`` under ``@expose`` narrows a single method."""

    permission = None
    corrects = None  # what its doors that change something need, where looking alone is a permission of its own
    icon = "circle"
    label = ""
    group = None  # the heading of the menu it stands under (admin/groups.py)

    def __init__(self, *args, **kwargs):
        if self.permission is None:
            raise TypeError(f"{type(self).__name__} declares no permission")
        self.corrects = self.corrects or self.permission
        if self.group is not None and not isinstance(self.group, Group):
            raise TypeError(f"{type(self).__name__}.group is none of app/admin/groups.py")
        kwargs = {"name": self.label, "category": self.group, "menu_icon_value": self.icon} | kwargs
        super().__init__(*args, **kwargs)

    def is_accessible(self):
        return may(current_actor(), self.permission)

    def get_url(self, endpoint, **values):
        return assets.url_for(endpoint, **values)

    def is_for(self, user):
        """Whether ``user`` can begin here."""
        return may(user, self.permission)

    @property
    def may_correct(self):
        """Whether this reader may change what the view shows: its buttons and fields stand for them alone."""
        return may(current_actor(), self.corrects)

    def inaccessible_callback(self, name, **kwargs):
        raise Forbidden()

    def to(self, door, **values):
        """A redirect after a POST to another door of this view."""
        return redirect(self.get_url(f".{door}", **values), 303)


class SecureModelView(SecureView, BaseModelView):
    """Lists, records, edits, inline edits, bulk actions, look-ups and export of one model.

    What a view must name: ``column_list``; ``column_details_list`` with ``can_view_details``; ``form`` (a class of
    app/forms) with ``can_create`` or ``can_edit``; ``column_export_list`` with ``can_export``. Nothing is guessed.
    What it hands to services: ``save(row, values, actor)`` with ``row`` None for a new one, and ``remove``.
    """

    can_create = can_edit = can_delete = can_view_details = can_export = False
    column_formatters_export = {}  # as column_formatters, but plain values: a file has no HTML
    key = "public_id"  # what names a row in addresses
    orders = {}  # word in ``?sort=`` → listing.Order; the first is the list's own. Indexed columns only
    filters = ()  # of admin/filters.py, in the order they are shown
    search = None  # an index of services/search.py, or what has ``placeholder`` and ``clause(text)``
    tabs = ()  # lists that share one place of the menu: (endpoint, label)
    numeric = ()  # columns that stand to the right
    empty_hint = create_title = ""
    column_more = ()  # columns that a reader can choose besides those that the list comes with
    filed = {}  # column of the file → export.Filed; where every one has it, long files take a fifth of the time
    filed_as_shown = {}  # the same where a file of the list as it is on the screen says it otherwise
    light = None  # a light.Light of what the cells are made of: a page then needs no objects of the ORM
    eager = ()  # loader options where it does, and where rows are chosen to be changed
    details_eager = ()
    journaled = None  # what the journal calls such a record, when its page leads there
    dense = None  # the column that numbers all rows without holes, in the list's own order: no page is counted off then
    gaps = None  # a Select of (first, last) of the holes that there are nevertheless
    asks_besides = False  # whether its page asks something of its own: then what its frame asks goes with the rows
    page_size = listing.SIZE
    list_template = "admin/list.html"
    create_template = edit_template = "admin/edit.html"
    details_template = "admin/details.html"

    def __init__(self, model, **kwargs):
        self._demand_explicit()
        super().__init__(model, **kwargs)

    def _demand_explicit(self):
        needed = {
            "column_list": True,
            "orders": True,
            "column_details_list": self.can_view_details,
            "form": self.can_create or self.can_edit,
            "column_export_list": self.can_export,
        }
        for name, wanted in needed.items():
            if wanted and not getattr(self, name):
                raise TypeError(f"{type(self).__name__} must set {name}")
        unknown = set(self.column_editable_list or ()) - set(self.form_fields())
        if unknown:
            raise TypeError(f"{type(self).__name__} edits {sorted(unknown)} inline, which its form does not have")

    # Flask-Admin builds these itself unless told: nothing is scaffolded from a model here.

    def scaffold_form(self):
        return edits.NoForm

    def scaffold_list_form(self, widget=None, validators=None):
        return edits.NoForm

    def scaffold_sortable_columns(self):
        return {}

    def scaffold_list_columns(self):
        return []

    def _validate_form_class(self, ruleset, form_class, remove_missing=True):
        pass

    # Rows

    def get_query(self):
        """The Select of the primary keys of every row this reader may see."""
        return db.select(self.primary_key).where(clause(current_actor(), self.model))

    def get_count_query(self):
        return listing.capped(self.get_query())

    def sees_all(self):
        """Whether the scope of this reader leaves nothing out, so that the table's own numbers may be used."""
        return isinstance(clause(current_actor(), self.model), True_)

    @property
    def primary_key(self):
        return db.inspect(self.model).primary_key[0]

    def get_one(self, id, options=()):
        return get_visible(current_actor(), self.model, id, self.permission, options=options, key=self.key)

    def get_pk_value(self, model):
        return str(getattr(model, self.key))

    def chosen(self, keys):
        """The visible rows of these keys: whatever else was sent in does not exist."""
        column = getattr(self.model, self.key)
        keys = edits.typed_keys(column, keys[:CHOSEN])
        found = db.select(self.model).where(clause(current_actor(), self.model), column.in_(keys))
        return db.session.scalars(found.options(*self.eager)).unique().all()

    def _demand(self, allowed, row=None, permission=None):
        if not allowed or not may(current_actor(), permission or self.permission, row):
            raise Forbidden()

    def _demand_change(self, allowed, row=None):
        self._demand(allowed, row, self.corrects)

    # Lists

    def cutting(self, keys, besides, order, needed):
        """The statement of the rows whose keys a CTE has, in ``order``; ``besides``: what all of them answer alike."""
        if self.light is not None:
            return self.light.cutting(keys, besides, order, needed)
        # An outer join: SQLite must begin with the page.
        found = db.select(self.model, *besides).join_from(
            KEYS, self.model, self.primary_key == KEYS.c.key, isouter=True
        )
        return found.add_cte(keys).order_by(*order).options(*self.eager)

    def cut(self, statement, values, needed):
        """``(rows, answers)`` of such a statement; ``values``: of its parameters."""
        if self.light is not None:
            return self.light.cut(statement, values, needed)
        rows = db.session.execute(statement, values).unique().all()
        return [row[0] for row in rows if row[0] is not None], rows[0][1:] if rows else None

    def needed(self, columns):
        """``columns`` with what their cells need of the model beside ``light``."""
        return columns

    def asked(self):
        return listing.Asked.of(self, request.args)

    def get_list(self, *args, **kwargs):
        """The listing.Page that the address asks for."""
        return listing.page(self, self.asked())

    def saved_views(self):
        """The views of this list under names, or None where none are kept."""
        return saved.of(self, current_actor())

    @expose("/")
    @list_page
    def index_view(self):
        asked = self._look_ahead()
        page = listing.page(self, asked)
        self.adorn(page.rows)
        actions = self.get_actions_list()[0]
        columns = self.shown_columns(asked)
        lines = rows.html(self, page.rows, columns, pick=bool(actions or self.offers_bulk))
        return frame.html(
            self, asked, page, self.saved_views(), columns, lines, actions=actions, all_columns=listing.ALL
        )

    def _look_ahead(self):
        """Ask in one statement what this page needs to know before its rows can be asked for. Returns asked()."""
        actor, args, offered = current_actor(), request.args, self.filters
        lasting, values = saved.asking(self, actor) if saved.has_views(self, actor) else ({}, {})
        meant = listing.Asked.of(self, args, lambda each, args: each.standing_in(args))
        passing, records = {}, [found for each in offered if (found := each.question(args))]
        for key, question, given in records:
            lasting |= {key: question}
            values |= given
        if listing.is_numbered(self, meant):
            lasting |= listing.ends(self.model.__table__.c[self.dense], self.gaps)
        else:
            passing = listing.foreseen(self, meant)
        if self.asks_besides and not passing and not records:
            ahead.with_rows(lasting, values)
        else:
            ahead.ask(lasting, passing, values)
        named = any(each.kind == "reference" and each.name in args for each in offered)
        return self.asked() if named else meant

    # Where somebody may look and no more, nothing of the list can be chosen or edited.

    def is_action_allowed(self, name):
        return self.may_correct and super().is_action_allowed(name)

    def is_editable(self, name):
        return self.may_correct and super().is_editable(name)

    @property
    def offers_bulk(self):
        return bool(self.bulk_form) and self.may_correct

    def shown_columns(self, asked):
        offered = self.offered_columns
        return [name for name in asked.columns or self.column_list if name in offered]

    @property
    def offered_columns(self):
        """What this reader can have in the list."""
        return (*self.column_list, *self.column_more)

    def edition(self):
        """Another one whenever its filters and headings may read otherwise to the same reader."""
        return

    def formatter(self, name):
        """What makes the cells of a column, one of ``column_formatters``; None: the value itself is shown."""
        return (self.column_formatters or {}).get(name)

    def cell(self, row, name):
        return cells.show(self, row, name)

    def raw(self, row, name):
        """What the inline field of a cell begins with: ``{value, text}``."""
        loader, value = self._form_ajax_refs.get(name), getattr(row, name)
        return edits.raw(loader, value)

    def blank_form(self):
        """The form whose fields are copied into cells for inline edits."""
        form = self.form(None)
        self.prune(form, None)
        return form

    def title(self, row):
        return str(row)

    def titles(self):
        """title() for the rows of a page."""
        return self.title

    def heading(self, name):
        return (self.column_labels or {}).get(name, name)

    # Records

    @expose("/<id>/")
    def details_view(self, id):
        self._demand(self.can_view_details)
        row = self.get_one(id, self.details_eager)
        self.adorn([row])
        actions = [item for item in self.get_actions_list()[0] if self.offers(item[0], row)]
        return self.render(self.details_template, row=row, actions=actions, **self.details_context(row))

    def facts(self, row):
        """What the record page tells of ``row``."""
        return self.column_details_list

    def details_context(self, row):
        return {}

    def offers(self, action, row):
        """Whether the record page shows the button of ``action``; the service decides in any case."""
        return True

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self):
        self._demand_change(self.can_create)
        form = edits.form_of(self, None)
        if request.method == "POST" and form.validate():
            row = edits.attempt(self, form, None)
            if row is not None:
                flash(_("Saved."), "success")
                return self.after_save(row)
        return self.render(self.create_template, form=form, row=None), 422 if form.errors else 200

    @expose("/<id>/edit/", methods=("GET", "POST"))
    def edit_view(self, id):
        self._demand_change(self.can_edit)
        row = self.get_one(id)
        form = edits.form_of(self, row)
        if request.method == "POST" and form.validate():
            try:
                with audit.noted() as events:
                    saved = edits.attempt(self, form, row)
            except EditConflict as conflict:
                return self._conflict(row, form, conflict), 409
            if saved is not None:
                offers.tell(_("Saved."), events)
                return self.after_save(saved)
        return self.render(self.edit_template, form=form, row=row), 422 if form.errors else 200

    def _conflict(self, row, form, conflict):
        rows = edits.differences(self, form, conflict)
        return self.render("admin/conflict.html", row=row, form=form, differences=rows, conflict=conflict)

    def after_save(self, row):
        return self.to("details_view", id=self.get_pk_value(row)) if self.can_view_details else self.to("index_view")

    @expose("/<id>/delete/", methods=("POST",))
    def delete_view(self, id):
        self._demand_change(self.can_delete)
        row = self.get_one(id)
        try:
            with audit.noted() as events:
                self.remove(row, actor=current_actor())
        except DomainError as error:
            flash(str(error.message), "error")
            return self.after_save(row)
        offers.tell(_("Deleted."), events)
        return self.to("index_view")

    @expose("/<id>/inline/", methods=("POST",))
    def ajax_update(self, id):
        """One field of one row, from the list. Answers JSON: ``{ok, html, version}``."""
        name = request.form.get("field", "")
        self._demand_change(self.can_edit and name in (self.column_editable_list or ()))
        row = self.get_one(id)
        form = edits.form_of(self, row, only=name)
        if not form.validate():
            raise InvalidInput(" ".join(form[name].errors), field=name)
        try:
            saved = edits.store(self, form, row)
        except EditConflict as conflict:
            stored = edits.words(self, form[name], conflict.theirs[name]) or "—"
            now = _("Now it says: %(value)s. Load the page anew to change it.", value=stored)
            conflict.message = f"{conflict.message} {now}"
            raise
        self.adorn([saved])
        return jsonify(ok=True, html=str(self.cell(saved, name)), version=getattr(saved, "version", None))

    @property
    def days_in_bin(self):
        """How long a deleted record can come back; 0: never."""
        return bin.kept().days if self.model in bin.BINNED else 0

    def adorn(self, rows):
        """Give the rows of a page what takes one question for all of them, such as counts."""

    def prune(self, form, row):
        """Take out of ``form`` the fields that do not concern ``row`` (None: a new one), or fill in choices."""

    def initial(self, row):
        """What the form begins with: field → value. Rows of look-up fields stand by their key."""
        return edits.initial(self, row)

    def form_fields(self):
        return edits.names_of(self.form) if self.form else ()

    def save(self, row, values, *, actor):
        raise NotImplementedError(f"{type(self).__name__} cannot save")

    def remove(self, row, *, actor):
        raise NotImplementedError(f"{type(self).__name__} cannot delete")

    # Bulk actions: chosen rows → a page that shows them and asks → the service

    bulk_form = None  # of app/forms: what a bulk edit can change; see admin/bulk.py
    action_forms = {}  # action → a class of app/forms asked on that page

    @expose("/action/", methods=("POST",))
    def action_view(self):
        name = request.form.get("action", "")
        if name not in self._actions_data or not self.is_action_allowed(name):
            abort(404)
        handler, text, question = self._actions_data[name]
        rows = self.chosen(request.form.getlist("rowid"))
        if not rows:
            flash(_("Choose at least one row."), "error")
            return self.to("index_view")
        for row in rows:
            self._demand_change(True, row)
        form = self.action_forms.get(name, edits.NoForm)(request.form if request.form.get("confirmed") else None)
        if question and not (request.form.get("confirmed") and form.validate()):
            page = self.render("admin/confirm.html", rows=rows, name=name, text=text, question=question, form=form)
            return page, 422 if form.errors else 200
        return handler(rows, **form.data) or self._after_action(rows)

    def _after_action(self, rows):
        if request.form.get("from") == "details":
            return self.to("details_view", id=self.get_pk_value(rows[0]))
        return self.to("index_view", **edits.query_of(request.form.get("back", "")))

    def each(self, rows, change):
        """Do ``change(row)`` to each; a refused one is told about and does not stop the others."""
        done = 0
        with audit.noted() as events, audit.together(actor=current_actor()) if len(rows) > 1 else nullcontext():
            for row in rows:
                try:
                    change(row)
                    done += 1
                except DomainError as error:
                    flash(_("%(name)s: %(reason)s", name=self.title(row), reason=str(error.message)), "error")
        if done:
            offers.tell(_("Done: %(count)s.", count=done), events)

    def file_from(self, select):
        """``select`` of the columns in ``filed``, joined to whatever tables they stand in besides the model's."""
        return select

    # Look-ups and export

    @expose("/lookup/<field>/")
    def ajax_lookup(self, field):
        """``?q=``: a few rows for a field of the form or for a filter, as ``[{id, label, hint}]``; not ``but``."""
        loader = self.loader(field)
        if loader is None:
            abort(404)
        found = [loader.format(row) for row in loader.get_list(request.args.get("q", ""))]
        return jsonify([row for row in found if row["id"] != request.args.get("but")])

    def loader(self, name):
        of_filters = {each.name: each.loader for each in self.filters if each.kind == "reference"}
        return self._form_ajax_refs.get(name) or of_filters.get(name)

    @expose("/export.<any(xlsx, csv):suffix>")
    def export(self, suffix):
        """Exactly the rows and columns that the list shows, over all of its pages; ``columns=all``: what there is."""
        self._demand(self.can_export)
        return export.send(self, self.asked(), suffix)

    @expose("/export.<any(xlsx, csv):suffix>", methods=("POST",))
    @reads
    def export_later(self, suffix):
        """The same, made by the worker."""
        self._demand(self.can_export)
        return export.ask(self, self.asked(), suffix)

"""Bulk edit of a list: chosen rows or all that were found → what to change → how many would change → done."""

from flask import flash, request
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.access.loaders import get_visible
from app.admin import edits, listing
from app.constants import BulkOutcome, Deal, InquiryStatus
from app.doors import current_actor
from app.errors import DomainError
from app.extensions import db
from app.models.audit import Operation
from app.models.bulk_edits import BulkEdit
from app.services import bulk_edits, inquiry_text, undoing

LANGUAGES = {"ru": "Русский", "en": "English"}
ACCESS = {"1": True, "0": False}  # of the field ``blocked``
OUTCOMES = (
    (BulkOutcome.CHANGED, _l("changed"), "done"),
    (BulkOutcome.SAME, _l("the same already"), ""),
    (BulkOutcome.REFUSED, _l("refused"), "stop"),
)


class BulkEditing:
    """For a SecureModelView that names ``bulk_form``: fields left empty are not changed."""

    bulk_note = ""  # who else hears of it

    @expose("/bulk/", methods=("POST",))
    def bulk_view(self):
        """The rows and the form; a filled form becomes a plan."""
        form = self.bulk_form(request.form if request.form.get("confirmed") else None)
        found = self._bulk_rows()
        if not found:
            flash(_("Choose at least one row."), "error")
            return self.to("index_view", **edits.query_of(request.form.get("back", "")))
        if request.form.get("confirmed") and form.validate():
            try:
                plan = self._planned(found, form)
                return self.to("bulk_plan_view", id=plan.public_id)
            except DomainError as error:
                edits.blame(form, error)
        page = self.render("admin/bulk.html", form=form, count=len(found))
        return page, 422 if form.errors or form.form_errors else 200

    @expose("/bulk/<id>/")
    def bulk_plan_view(self, id):
        plan = self._plan(id)
        if plan.operation_id is None:
            seen = bulk_edits.preview(plan, actor=current_actor())
            return self.render("admin/bulk_preview.html", plan=plan, seen=seen)
        counts = bulk_edits.outcomes(plan)
        refused = bulk_edits.refused(plan, actor=current_actor())
        operation = db.session.get(Operation, plan.operation_id)
        context = {"plan": plan, "counts": counts, "refused": refused, "operation": operation, "outcomes": OUTCOMES}
        context["taken_back"] = undoing.has_begun(operation)
        return self.render("admin/bulk_done.html", **context)

    @expose("/bulk/<id>/run/", methods=("POST",))
    def bulk_run_view(self, id):
        """A few seconds of it: the page comes back here until all rows have had their turn."""
        bulk_edits.run(self._plan(id), actor=current_actor())
        return self.to("bulk_plan_view", id=id)

    def _plan(self, id):
        return get_visible(current_actor(), BulkEdit, id, self.corrects)

    def _planned(self, found, form):
        values = {name: value for name, value in self.bulk_values(form).items() if value not in (None, "")}
        reason = values.pop("reason", "")
        if "blocked" in values:
            values["blocked"] = ACCESS[values["blocked"]]
        kind = self.model.__name__.lower()
        return bulk_edits.plan(kind, found, values, reason=reason, actor=current_actor())

    def bulk_values(self, form):
        """What was asked for, field by field; empty ones are left alone."""
        return edits.values_of(self, form)

    def _bulk_rows(self):
        """[(public id, version)] of the chosen rows, or of all that the list finds, in its order."""
        wanted = db.select(self.model.public_id, self.model.version)
        if not request.form.get("all"):
            keys = edits.typed_keys(self.model.public_id, request.form.getlist("rowid")[: bulk_edits.LIMIT])
            visible = self.get_query().where(self.model.public_id.in_(keys))
            return db.session.execute(wanted.where(self.primary_key.in_(visible))).all()
        args = MultiDict(edits.query_of(request.form.get("back", "")))
        source = listing.source(self, listing.Asked.of(self, args))
        ids = source.ids.order_by(*(source.id_order or source.order).by()).limit(bulk_edits.LIMIT)
        keys = db.session.scalars(ids).all()
        found = {}
        for start in range(0, len(keys), bulk_edits.CHUNK):
            chunk = wanted.add_columns(self.primary_key).where(
                self.primary_key.in_(keys[start : start + bulk_edits.CHUNK])
            )
            found |= {key: (public_id, version) for public_id, version, key in db.session.execute(chunk)}
        return [found[key] for key in keys if key in found]

    def bulk_word(self, name, value):
        """A value as the preview shows it."""
        if value in (None, ""):
            return "—"
        if name == "blocked":
            return _("blocked") if value else _("active")
        if name == "status":
            return inquiry_text.STATUSES[InquiryStatus(value)]
        if name == "deal":
            return inquiry_text.DEALS[Deal(value)]
        return value.name(get_locale()) if name == "city" else LANGUAGES.get(value, value)

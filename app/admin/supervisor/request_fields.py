"""«Поля запроса»: what the form of an inquiry asks besides its own fields, with the form itself beside it."""

from flask import flash, jsonify, render_template, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import edits, groups, offers
from app.admin.base import SecureView
from app.constants import FieldKind
from app.doors import current_actor
from app.errors import DomainError
from app.extensions import db
from app.forms import own_fields
from app.forms.inquiries import InquiryForm
from app.forms.request_fields import KINDS, RequestFieldForm
from app.models.request_fields import RequestField
from app.services import audit, request_fields
from app.services.inquiry_text import whom
from app.services.request_fields import editing

SPARE = 3  # rows for further options
STEPS = {"up": -1, "down": +1}


class RequestFields(SecureView):
    permission = Permission.REQUEST_FIELDS
    icon = "list-plus"
    label = _l("Fields of the inquiry")
    group = groups.CONTENT

    @expose("/")
    def index(self):
        rows = {row.key: row for row in db.session.scalars(visible_to(current_actor(), RequestField))}
        fields = [(rows[key], field) for key, field in request_fields.known().items() if key in rows]
        return self.render(
            "admin/supervisor/request_fields.html",
            asked=[pair for pair in fields if not pair[1].retired],
            retired=[pair for pair in fields if pair[1].retired],
            counts=request_fields.counts(),
            kinds=KINDS,
            whom=whom,
            most=editing.MOST,
            **_preview(request_fields.live()),
        )

    @expose("/new/", methods=("GET", "POST"))
    def create(self):
        return self._edited(None)

    @expose("/<id>/", methods=("GET", "POST"))
    def edit(self, id):
        return self._edited(self._row(id))

    def _edited(self, row):
        form = RequestFieldForm(request.form if request.method == "POST" else None, data=_initial(row))
        options = _options(row)
        if request.method == "POST" and not _shifted(options) and form.validate():
            try:
                return self._saved(row, form, options)
            except DomainError as error:
                edits.blame(form, error) if error.field != "options" else form.form_errors.append(error.message)
        return self._page(row, form, options)

    def _saved(self, row, form, options):
        version = request.form.get("version") or None
        with audit.noted() as events:
            editing.save(row, _values(form, options), actor=current_actor(), version=version)
        offers.tell(_("Saved. The form asks so from now on."), events)
        return self.to("index")

    def _page(self, row, form, options):
        wrong = form.errors or form.form_errors
        spare = [{"key": "", "ru": "", "en": "", "retired": False}] * SPARE
        page = self.render(
            "admin/supervisor/request_field.html",
            row=row,
            form=form,
            options=options + spare,
            version=request.form.get("version") or (row.version if row else ""),
            answers=request_fields.counts().get(row.id, 0) if row else 0,
            **_preview(_with_sketch(row, form, options)),
        )
        return page, 422 if wrong else 200

    @expose("/preview", methods=("POST",))
    def preview(self):
        """The form as it would be with what is typed now: ``{html}``."""
        row = self._row(request.form["field"]) if request.form.get("field") else None
        form = RequestFieldForm(request.form)
        form.validate()
        values = _preview(_with_sketch(row, form, _options(row)))
        return jsonify(html=render_template("inquiries/_own_fields.html", **values))

    @expose("/<id>/move", methods=("POST",))
    def move(self, id):
        return self._done(id, lambda row: editing.move(row, STEPS[_step()], actor=current_actor()), f"#{_step()}-{id}")

    @expose("/<id>/retire", methods=("POST",))
    def retire(self, id):
        return self._done(id, lambda row: editing.retire(row, actor=current_actor()))

    @expose("/<id>/restore", methods=("POST",))
    def restore(self, id):
        return self._done(id, lambda row: editing.restore(row, actor=current_actor()))

    @expose("/<id>/delete", methods=("POST",))
    def delete(self, id):
        return self._done(id, lambda row: editing.remove(row, actor=current_actor()))

    def _done(self, id, change, place=""):
        try:
            change(self._row(id))
        except DomainError as error:
            flash(str(error.message), "error")
        return self.to("index", _anchor=place.removeprefix("#") or None)

    def _row(self, id):
        return get_visible(current_actor(), RequestField, id, self.permission)


def _step():
    step = request.form.get("step")
    return step if step in STEPS else "up"


def _initial(row):
    return {name: getattr(row, name) for name in editing.BLANK} if row else {"kind": FieldKind.CHOICE}


def _options(row):
    """The rows of options as posted, in their order; before anything is posted those of the field."""
    if request.method != "POST":
        return [dict(option) for option in row.options] if row else []
    columns = ("option_key", "option_ru", "option_en", "option_state")
    rows = zip(*(request.form.getlist(name) for name in columns), strict=False)
    made = [{"key": key, "ru": ru, "en": en, "retired": state == "retired"} for key, ru, en, state in rows]
    return [option for option in made if option["ru"].strip() or option["en"].strip()]


def _shifted(options):
    """Whether a button asked only to move an option (as «2:-1») or for more rows: done here, nothing is saved."""
    at, _colon, step = request.form.get("shift", "").partition(":")
    if at.isdigit() and step in ("-1", "1") and int(at) < len(options):
        option = options.pop(int(at))
        options.insert(max(0, int(at) + int(step)), option)
    return "shift" in request.form or "more" in request.form


def _values(form, options):
    bounds = {name: None if form[name].data is None else float(form[name].data) for name in ("minimum", "maximum")}
    chosen = {name: form[name].data or [] for name in ("deals", "property_types")}
    return form.data | bounds | chosen | {"options": options}


def _with_sketch(row, form, options):
    """The fields of the form, with this one as it is being written in its place."""
    sketch = editing.sketch(row, _values(form, options))
    others = list(request_fields.live())
    at = next((n for n, field in enumerate(others) if row and field.key == row.key), len(others))
    others[at : at + 1] = [sketch]
    return tuple(others)


def _preview(fields):
    form = own_fields.extended(InquiryForm, fields)(formdata=None)
    return {"looks": form, "own": [(form[field.name], field, whom(field)) for field in fields]}

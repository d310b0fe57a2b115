"""Files of people, agencies, cities or inquiries brought in: file → columns → check → run → what came of it."""

import tempfile

from flask import abort, flash, request, send_file
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import groups
from app.admin.base import SecureView
from app.admin.export import XLSX
from app.admin.supervisor import links
from app.constants import ImportOutcome as Outcome
from app.constants import ImportState as State
from app.constants import Role
from app.doors import current_actor
from app.errors import DomainError
from app.extensions import db
from app.later import later
from app.models.imports import Import
from app.services import imports, places, takebacks

xlsxwriter = later("xlsxwriter")

FORESEEN = (  # outcome → (before the run, after it, face)
    (Outcome.NEW, _l("will be added"), _l("added"), "new"),
    (Outcome.CHANGED, _l("will change"), _l("changed"), "work"),
    (Outcome.SAME, _l("the same already"), _l("the same already"), ""),
    (Outcome.LEFT, _l("found and left alone"), _l("found and left alone"), ""),
    (Outcome.UNCLEAR, _l("unclear"), _l("unclear"), "stop"),
    (Outcome.WRONG, _l("with an error"), _l("with an error"), "stop"),
)
STATES = {
    State.COLUMNS: _l("columns are to be named"),
    State.CHECKING: _l("being checked"),
    State.CHECKED: _l("checked, to be looked at"),
    State.RUNNING: _l("running"),
    State.DONE: _l("done"),
}
STEPS = (_l("File"), _l("Columns"), _l("Check"), _l("Run"), _l("Result"))
STEP_OF = {State.COLUMNS: 1, State.CHECKING: 2, State.CHECKED: 2, State.RUNNING: 3, State.DONE: 4}
RECORDS = {
    "people": "people.details_view",
    "agencies": "agencies.details_view",
    "places": "cities.details_view",
    "inquiries": "inquiries_admin.details_view",
}
SHOWN, EARLIER, SAMPLES = 100, 20, 3
FLAGS = ("update", "tell", "invite", "alike_are_new")


class ImportsAdmin(SecureView):
    permission = Permission.IMPORTS
    icon = "file-up"
    label = _l("Import")
    group = groups.PEOPLE

    @expose("/")
    def index(self):
        return self._page()

    def _page(self, error=None):
        kinds = [kind for kind in imports.KINDS.values() if imports.may_import(current_actor(), kind.word)]
        found = visible_to(current_actor(), Import).order_by(Import.id.desc()).limit(EARLIER)
        earlier = [each for each in db.session.scalars(found).unique() if each.kind in imports.KINDS]
        chosen = request.values.get("kind", "people")
        context = {"kinds": kinds, "earlier": earlier, "chosen": chosen, "states": STATES, "error": error}
        context |= {"known": imports.KINDS, "most": imports.limits()}
        return self.render("admin/supervisor/imports/index.html", **context)

    @expose("/", methods=("POST",))
    def upload(self):
        file = request.files.get("file")
        if not file or not file.filename:
            return self._page(_("Choose a file.")), 422
        try:
            made = imports.receive(request.form.get("kind", ""), file.stream, file.filename, actor=current_actor())
        except DomainError as error:
            return self._page(error.message), error.page_status
        return self.to("show", id=made.public_id)

    @expose("/sample-<kind>.xlsx")
    def sample(self, kind):
        if kind not in imports.KINDS or not imports.may_import(current_actor(), kind):
            abort(404)
        fields = [each for each in imports.KINDS[kind].fields if each.name not in ("first_name", "last_name", "number")]
        lines = [[str(each.label) for each in fields], [each.example for each in fields]]
        return send_file(_workbook(lines), XLSX, as_attachment=True, download_name=f"otklik-{kind}.xlsx")

    def _plan(self, id):
        plan = get_visible(current_actor(), Import, id, self.permission)
        if not imports.may_import(current_actor(), plan.kind):
            abort(404)
        return plan

    @expose("/<id>/")
    def show(self, id):
        plan = self._plan(id)
        if plan.state == State.COLUMNS:
            return self._columns(plan)
        return self._outcome(plan)

    @expose("/<id>/columns/")
    def columns(self, id):
        """To name them otherwise, after a check."""
        return self._columns(self._plan(id))

    def _columns(self, plan, error=None):
        kind = imports.KINDS[plan.kind]
        choices = self._asked() if request.method == "POST" else plan.choices or self._usual(plan, kind)
        mapping = self._named(kind) if request.method == "POST" else plan.mapping
        context = {"plan": plan, "kind": kind, "choices": choices, "mapping": mapping, "error": error}
        context |= {"samples": imports.rows(plan, limit=SAMPLES), "steps": STEPS, "step": 1, "roles": _roles()}
        countries = [(each.code, each.name(get_locale())) for each in places.search_countries("", get_locale())]
        return self.render("admin/supervisor/imports/columns.html", countries=countries, **context)

    def _usual(self, plan, kind):
        keys = [key for key in kind.keys if key in plan.mapping] or list(kind.keys)
        if plan.kind == "inquiries":
            keys = list(kind.keys)
        return {"keys": keys[:1] if plan.kind != "inquiries" else keys, "update": True, "role": Role.CLIENT}

    def _asked(self):
        asked = {flag: bool(request.form.get(flag)) for flag in FLAGS}
        role, country = request.form.get("role"), request.form.get("country", "")
        return asked | {
            "keys": request.form.getlist("keys"),
            "role": role if role in dict(_roles()) else Role.CLIENT,
            "country": country[:2],
        }

    def _named(self, kind):
        asked = {each.name: request.form.get(f"column-{each.name}", "") for each in kind.fields}
        return {name: int(at) for name, at in asked.items() if at.isdigit() and int(at) < 1000}

    @expose("/<id>/columns/", methods=("POST",))
    def name_columns(self, id):
        plan = self._plan(id)
        mapping = {name: at for name, at in self._named(imports.KINDS[plan.kind]).items() if at < len(plan.columns)}
        try:
            imports.name_columns(plan, mapping, self._asked(), actor=current_actor())
        except DomainError as error:
            return self._columns(plan, error.message), error.page_status
        return self.to("show", id=id)

    def _outcome(self, plan):
        counts = imports.outcomes(plan)
        wanted = request.args.get("only", "")
        only = Outcome(wanted) if wanted in list(Outcome) else None
        after = max(0, min(request.args.get("after", 0, type=int) or 0, 10**9))
        rows = (
            imports.rows(plan, only, after=after, limit=SHOWN + 1) if plan.state in (State.CHECKED, State.DONE) else []
        )
        ran = plan.operation_id is not None
        context = {
            "plan": plan,
            "kind": imports.KINDS[plan.kind],
            "counts": counts,
            "faces": [(outcome, after if ran else before, face) for outcome, before, after, face in FORESEEN],
            "only": only,
            "rows": rows[:SHOWN],
            "more": rows[SHOWN - 1].position if len(rows) > SHOWN else None,
            "labels": _labels(plan),
            "steps": STEPS,
            "step": STEP_OF[plan.state],
            "record": lambda key: links.record(RECORDS[plan.kind], key),
            "takeback": takebacks.latest(plan.operation) if plan.operation else None,
        }
        return self.render("admin/supervisor/imports/outcome.html", **context)

    @expose("/<id>/run/", methods=("POST",))
    def run(self, id):
        return self._do(id, imports.run)

    @expose("/<id>/undo/", methods=("POST",))
    def undo(self, id):
        return self._do(id, imports.undo)

    def _do(self, id, service):
        try:
            service(self._plan(id), actor=current_actor(), address=request.remote_addr)
        except DomainError as error:
            flash(str(error.message), "error")
        return self.to("show", id=id)

    @expose("/<id>/discard/", methods=("POST",))
    def discard(self, id):
        try:
            imports.discard(self._plan(id), actor=current_actor())
        except DomainError as error:
            flash(str(error.message), "error")
            return self.to("show", id=id)
        flash(_("The file is forgotten; nothing has changed."), "success")
        return self.to("index")

    @expose("/<id>/outcome.xlsx")
    def outcome(self, id):
        """The file as it came, with what came of each row beside it: to be mended and brought in again."""
        plan = self._plan(id)
        name = plan.file_name.rpartition(".")[0] or plan.file_name
        book = _workbook(_outcome_lines(plan))
        return send_file(book, XLSX, as_attachment=True, download_name=f"{name} - {_('result')}.xlsx")


def _roles():
    return [(Role.CLIENT, _("clients")), (Role.REALTOR, _("realtors"))]


def _labels(plan):
    return {each.name: str(each.label) for each in imports.KINDS[plan.kind].fields}


def _outcome_lines(plan):
    ran, labels = plan.operation_id is not None, _labels(plan)
    said = {outcome: str(after if ran else before) for outcome, before, after, _face in FORESEEN}
    yield [_("Row"), _("What came of it"), _("Why"), *plan.columns]
    after = 0
    while rows := imports.rows(plan, after=after, limit=500):
        for row in rows:
            outcome = row.outcome if ran else row.verdict
            why = f"{labels[row.field]}: {row.reason}" if row.reason and row.field in labels else row.reason
            yield [row.position, said.get(outcome, ""), why or moves(row, labels), *row.cells]
        after = rows[-1].position


def moves(row, labels):
    """«Телефон: … → …; город: … → …»"""
    return "; ".join(
        f"{labels.get(name, name)}: {old or '—'} → {new or '—'}" for name, (old, new) in row.changes.items()
    )


def _workbook(lines):
    file = tempfile.TemporaryFile()  # noqa: SIM115 - send_file reads and closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 30, 20)
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                write = sheet.write_number if isinstance(value, int) else sheet.write_string
                write(number, column, value, None if number else bold)
    file.seek(0)
    return file

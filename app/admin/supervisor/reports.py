"""/supervisor/reports/: reports put together without code; the builder's address holds all of what is asked."""

from io import BytesIO
from urllib.parse import parse_qs, quote, urlencode

from flask import abort, flash, jsonify, redirect, request, send_file
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission, may
from app.admin import offers, saved
from app.admin.base import SecureView
from app.admin.report_chart import TICKS, TILE_TICKS, picture
from app.admin.supervisor import lookups, report_links
from app.constants import Every, Role
from app.doors import current_actor, requires
from app.errors import DomainError, InvalidInput
from app.models.reports import SavedReport
from app.services import audit, reports, statistics
from app.services.reports import ALL, TooMuch, files, labels, own
from app.services.reports import words as in_words
from app.services.reports.spec import SETS, VIEWS, WHENS
from app.services.reports.subjects import known_to

ROWS, COLUMNS = 200, 62  # of a table on the screen; a file has them all
SCHEDULES = {Every.DAY: _l("every day"), Every.WEEK: _l("on Mondays"), Every.MONTH: _l("on the first of the month")}
CHOICES = {
    "whens": WHENS,
    "views": VIEWS,
    "sets": {name: {word: labels.WORDS[name].get(word, word) for word in words} for name, words in SETS.items()},
}

LOADERS = {"agency": lookups.agencies(), "realtor": lookups.colleagues()}  # filters that are chosen by typing


class Reports(SecureView):
    permission = Permission.REPORTS_READ
    icon = "chart-no-axes-combined"
    label = _l("Reports")

    @expose("/")
    def index(self):
        actor = current_actor()
        found = reports.of(actor=actor)
        own = [report for report in found if report.owner_id == actor.id]
        return self._page(
            "index",
            own=own,
            shared=[report for report in found if report.owner_id != actor.id],
            describe=in_words.describe,
            keeps=lambda report: may(actor, Permission.REPORTS, report),
            ready=_ready(actor),
            ready_args=lambda key: query_of(reports.READY[key][3]),
        )

    @expose("/new/")
    @requires(Permission.REPORTS)
    def new(self):
        return self._builder(None, request.args.to_dict(flat=False))

    @expose("/<id>/edit/")
    @requires(Permission.REPORTS)
    def edit(self, id):
        report = self._mine(id)
        return self._builder(report, request.args.to_dict(flat=False) or report.spec)

    def _builder(self, report, words):
        spec, errors = _read(words)
        result, problem = _run(lambda: reports.run(spec, actor=current_actor()))
        page = self._page(
            "builder",
            report=report,
            spec=spec,
            query=query_of(spec.words),
            errors=errors,
            typed=request.args,
            problem=problem,
            today=statistics.today(),
            places_known=statistics.places(actor=current_actor()),
            dimension=own.dimension,
            own_fields=own.fields(spec.subject),
            own_ends={field.name + end for field in own.fields(spec.subject) for end in own.ends_of(field)},
            choices=own.choices,
            loaders=LOADERS,
            partner_names=in_words.partner_names(spec.subject),
            subjects=known_to(current_actor()),
            **CHOICES,
            **_linked(result),
        )
        return page, 400 if errors else 200

    @expose("/lookup/<any(agency, realtor):field>/")
    @requires(Permission.REPORTS)
    def lookup(self, field):
        """``?q=``: a few agencies or realtors, as ``[{id, label, hint}]``."""
        loader = LOADERS[field]
        return jsonify([loader.format(row) for row in loader.get_list(request.args.get("q", ""))])

    @expose("/<id>/")
    def show(self, id):
        report = self._one(id)
        result, problem = _run(lambda: reports.show(report))
        mine = may(current_actor(), Permission.REPORTS, report)
        return self._page(
            "show",
            report=report,
            problem=problem,
            mine=mine,
            describe=in_words.describe,
            readers=reports.readers(report) if mine else [],
            schedules=SCHEDULES,
            roles=dict(saved.readers(Permission.REPORTS_READ)) if current_actor().role == Role.SUPERVISOR else {},
            shared=saved.word_of(report.role, report.staff_role),
            **_linked(result),
        )

    @expose("/<id>/tile/")
    def tile(self, id):
        """The report as a part of the overview."""
        report = self._one(id)
        result, problem = _run(lambda: reports.show(report))
        return self._page("tile", report=report, problem=problem, **_shown(result, TILE_TICKS))

    @expose("/file/")
    @requires(Permission.REPORTS)
    def file(self):
        spec = reports.parse(request.args.to_dict(flat=False))
        result = reports.run(spec, actor=current_actor())
        return _send(None, result, str(spec.about.name))

    @expose("/<id>/file/")
    def file_of(self, id):
        report = self._one(id)
        return _send(report, reports.show(report), report.title)

    @expose("/save/", methods=("POST",))
    @requires(Permission.REPORTS)
    def save(self):
        words, title = parse_qs(request.form.get("query", "")), request.form.get("title", "")
        try:
            report = reports.save(title, words, actor=current_actor())
        except DomainError as error:
            flash(str(error.message), "error")
            return redirect(f"{self.get_url('.new')}?{urlencode(words, doseq=True)}", 303)
        flash(_("Saved."), "success")
        return self.to("show", id=report.public_id)

    @expose("/<id>/change/", methods=("POST",))
    @requires(Permission.REPORTS)
    def change(self, id):
        """What was sent of it: the form of one dialog each."""
        report, sent = self._mine(id), request.form
        try:
            reports.change(report, _sent(sent), version=sent.get("version", type=int), actor=current_actor())
            flash(_("Saved."), "success")
        except DomainError as error:
            flash(str(error.message), "error")
        return self.to("index") if "back" in sent else self.to("show", id=id)

    @expose("/<id>/remove/", methods=("POST",))
    @requires(Permission.REPORTS)
    def remove(self, id):
        with audit.noted() as events:
            reports.remove(self._mine(id), actor=current_actor())
        offers.tell(_("Deleted. It waits in the bin."), events)
        return self.to("index")

    def _one(self, id):
        return get_visible(current_actor(), SavedReport, id, self.permission)

    def _mine(self, id):
        return get_visible(current_actor(), SavedReport, id, Permission.REPORTS)

    def _page(self, name, **values):
        return self.render(f"admin/reports/{name}.html", may_build=may(current_actor(), Permission.REPORTS), **values)


def _ready(actor):
    """Reports to begin with, of what ``actor`` may count."""
    if not may(actor, Permission.REPORTS):
        return {}
    known = known_to(actor)
    return {key: one for key, one in reports.READY.items() if one[3].get("subject", "inquiries") in known}


def query_of(words):
    """The words of a Spec as the query of an address."""
    return urlencode(words, doseq=True)


def _read(words):
    """The Spec, with what could not be read left out, and the errors by field."""
    words, errors = dict(words), {}
    while True:
        try:
            return reports.parse(words), errors
        except InvalidInput as error:
            errors[error.field] = str(error.message)
            words.pop(error.field, None)
            if error.field in ("from", "to", "day"):
                words |= {"when": "month"}


def _run(ask):
    try:
        return ask(), None
    except (TooMuch, InvalidInput) as error:
        return None, str(error.message)


def _shown(result, ticks=TICKS):
    if result is None:
        return {"result": None}
    places = [*result.columns[:COLUMNS], ALL] if result.spec.columns else [ALL]
    return {
        "result": result,
        "about_it": ", ".join([result.span.label(), *in_words.conditions(result.spec)]),
        "picture": picture(result, in_words.say, ticks),
        "say": in_words.say,
        "row_name": result.row_name,
        "behind": lambda word, row, column: None,  # a tile is one link by itself
        "places": places,
        "ALL": ALL,
        "rows": result.rows[:ROWS],
        "shade": _shade(result),
    }


def _linked(result):
    """The same, its names and numbers leading to what is behind them."""
    shown = _shown(result)
    return shown | ({"row_name": report_links.names(result), "behind": report_links.behind(result)} if result else {})


def _shade(result):
    """How dark a cell of a pivot of counts is, 0 to 5: the eye finds the heavy ones. None of other tables."""
    spec = result.spec
    word = spec.measures[0]
    if not spec.columns or len(spec.measures) > 1 or spec.asked[word].kind != "count":
        return lambda row, column: 0
    most = max((spec.asked[word].of(cell) for cell in result.board.cells.values()), default=0)

    def shade(row, column):
        value = result.value(word, row, column) if ALL not in (row, column) else 0
        return -(-(value or 0) * 5 // most) if most else 0

    return shade


def _sent(sent):
    values = {name: sent[name] for name in ("title",) if name in sent}
    if "query" in sent:
        values["spec"] = parse_qs(sent["query"])
    if "role" in sent:
        values |= saved.chosen(sent["role"])
    if "pin" in sent:
        values["pinned"] = sent["pin"] == "1"
    if "schedule" in sent:
        values["schedule"] = next((every for every in Every if every == sent["schedule"]), None)
        values |= {"hour": sent.get("hour", 8, int), "receivers": sent.getlist("receivers")}
    return values


def _send(report, result, title):
    kind = request.args.get("format", "xlsx")
    if kind not in files.TYPES:
        abort(404)
    content = files.content(result, title, kind)
    files.record(report, result.spec, kind, actor=current_actor())
    answer = send_file(BytesIO(content), mimetype=files.TYPES[kind])
    plain = f"otklik-report-{result.span.first}-{result.span.last}.{kind}"
    name = quote(f"{title}, {result.span.label()}.{kind}")
    answer.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer

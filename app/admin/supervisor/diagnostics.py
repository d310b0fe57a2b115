"""Diagnostics: each rule with what it found, what mending it would do, the button, and the way back."""

from flask import abort, flash
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.access.permissions import Permission
from app.admin import groups, offers
from app.admin.base import SecureView
from app.admin.supervisor import links
from app.admin.supervisor.journal import RECORDS
from app.doors import current_actor
from app.services import audit, integrity


class Diagnostics(SecureView):
    permission = Permission.DIAGNOSTICS_READ
    corrects = Permission.DIAGNOSTICS
    icon = "stethoscope"
    label = _l("Diagnostics")
    group = groups.UPKEEP

    @expose("/")
    def index(self):
        known = integrity.known()
        rules = sorted(integrity.RULES, key=lambda each: _urgency(each, known.get(each.word)))
        return self.render("admin/supervisor/diagnostics.html", rules=rules, known=known)

    @expose("/", methods=("POST",))
    def check(self):
        broken = len(integrity.check())
        flash(
            _n("%(num)s rule found something.", "%(num)s rules found something.", broken)
            if broken
            else _("All is well."),
            "success",
        )
        return self.to("index")

    @expose("/<word>/")
    def show(self, word):
        return self.render("admin/supervisor/diagnosis.html", finding=integrity.examine(_rule(word)), link=_link)

    @expose("/<word>/fix", methods=("POST",))
    def fix(self, word):
        rule = _rule(word)
        with audit.noted() as events:
            done, refused = integrity.fix(rule, actor=current_actor())
        for reason in refused[:3]:
            flash(str(reason), "error")
        if done:
            offers.tell(_("Mended: %(count)s.", count=done), events)
        return self.to("show", word=word)


def _urgency(rule, result):
    found = bool(result and result.count)
    return not (found and rule.damage), not found


def _rule(word):
    return integrity.rule(word) or abort(404)


def _link(rule, key):
    endpoint = RECORDS.get(rule.kind)
    return links.record(endpoint, key) if endpoint and key else None

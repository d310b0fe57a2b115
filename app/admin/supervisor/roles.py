"""Roles: who may what as a matrix, and own roles composed from single permissions."""

from flask import request
from flask_admin import expose
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.access.permissions import GIVABLE, HALVES, POLICY, Permission, gives
from app.admin import groups
from app.admin.base import SecureModelView
from app.admin.listing import Order
from app.admin.supervisor.permission_words import WORDS, grouped
from app.admin.words import word
from app.constants import Role
from app.doors import list_page, requires
from app.forms.console import StaffRoleForm
from app.models.roles import StaffRole
from app.services import roles

DEEPER = {*HALVES, Permission.REPORTS}  # stand under another, which they bring along
BROUGHT = {look: correct for correct, look in HALVES.items()} | {Permission.REPORTS_READ: Permission.REPORTS}
SHOWN = (Role.CLIENT, Role.REALTOR, Role.AGENT, Role.SUPERVISOR)


class RolesAdmin(SecureModelView):
    permission = Permission.ROLES
    icon = "shield-check"
    label = _l("Roles")
    group = groups.PEOPLE
    create_title = _l("New role")
    can_create = can_edit = can_delete = True
    journaled = "staffrole"
    list_template = "admin/supervisor/roles.html"
    edit_template = create_template = "admin/supervisor/role_edit.html"

    column_list = ("title_ru", "title_en")
    orders = {"title_ru": Order((StaffRole.title_ru, StaffRole.id), descending=False)}
    form = StaffRoleForm

    @expose("/")
    @list_page
    def index_view(self):
        own = roles.everything()
        columns = [(word(role), None, _by_table(role)) for role in SHOWN]
        columns += [(self.title(one), one, _by_role(one)) for one in own]
        return self.render(
            self.list_template,
            own=own,
            people=roles.people(),
            columns=columns,
            groups=grouped(),
            words=WORDS,
        )

    @expose("/new/", methods=("GET", "POST"))
    @requires(Permission.ROLES)
    def create_view(self):
        return super().create_view()

    def title(self, row):
        return row.title(get_locale())

    def prune(self, form, row):
        form.permissions.choices = [(each.value, WORDS[each].label) for each in WORDS if each in GIVABLE]
        if row is None and request.method == "GET":
            _begin(form, roles.TEMPLATES.get(request.args.get("like")))

    def render(self, template, **values):
        page = {"groups": grouped(GIVABLE), "words": WORDS, "halves": DEEPER, "templates": roles.TEMPLATES}
        return super().render(template, **page | {"ticked": _ticked(values.get("form"))} | values)

    def save(self, row, values, *, actor):
        return roles.save(row, values, actor=actor)

    def remove(self, row, *, actor):
        roles.remove(row, actor=actor)


def _begin(form, template):
    if template:
        (form.title_ru.data, form.title_en.data), given = template
        form.permissions.data = sorted(given)


def _by_table(role):
    return {permission for permission, rule in POLICY.items() if role in rule.roles}


def _by_role(own):
    """With what is everybody's, whichever role they have."""
    return _by_table(Role.STAFF) | {each for each in Permission if gives(own.permissions, each)}


def _ticked(form):
    """What stands ticked in the form: what was chosen, and what that brings along."""
    given = set(form.permissions.data or ()) if form else set()
    return given | {look for look, correct in BROUGHT.items() if correct in given}

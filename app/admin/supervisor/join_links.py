"""Closed invitations for realtors: several, each with a name, so that an owner sees which one brought whom."""

from flask import current_app
from flask_admin.actions import action
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice
from app.admin.listing import Order
from app.admin.supervisor import links
from app.doors import current_actor
from app.forms.console import JoinLinkForm
from app.icons import icon
from app.models.accounts import JoinLink
from app.services import join_links

ADDRESS = Markup(
    '<span class="row tight"><code class="cut">{0}</code>'
    '<button type="button" class="icon-btn" data-copy="{0}" data-done="{1}" aria-label="{2}">{3}</button></span>'
)


def address(link):
    if link.revoked_at:
        return ""
    whole = current_app.config["SETTINGS"].public_url + join_links.path_of(link)
    return ADDRESS.format(whole, _("Copied"), _("Copy the address"), icon("copy"))


def state_tag(link):
    face, text = ("stop", _("revoked")) if link.revoked_at else ("done", _("works"))
    return cells.tag(text, face)


class JoinLinkAdmin(SecureModelView):
    permission = Permission.JOIN_LINKS_READ
    corrects = Permission.JOIN_LINKS
    icon = "mail-plus"
    label = _l("Invitations")
    create_title = _l("New invitation")
    group = groups.PEOPLE
    can_create = True
    empty_hint = _l("Realtors register only by an invitation: add one and send its address.")

    column_list = ("name", "address", "realtors", "state", "created_at")
    numeric = ("realtors",)
    column_labels = {
        "name": _l("Name"),
        "address": _l("Address"),
        "realtors": _l("Realtors came"),
        "state": _l("State"),
        "created_at": _l("Made"),
    }
    column_formatters = {
        "address": cells.of(address),
        "realtors": cells.of(lambda row: links.people(row.realtors, join_link=row.public_id)),
        "state": cells.of(state_tag),
    }
    asks_besides = True
    orders = {"created_at": Order((JoinLink.id,))}
    filters = (
        Choice(
            name="state",
            label=_l("State"),
            choices=[("works", _l("works")), ("revoked", _l("revoked"))],
            clauses={
                "works": lambda: JoinLink.revoked_at.is_(None),
                "revoked": lambda: JoinLink.revoked_at.is_not(None),
            },
        ),
    )
    form = JoinLinkForm

    @property
    def offered_columns(self):
        """Without the addresses for whoever looks and no more: one that can be seen can be used."""
        return tuple(name for name in self.column_list if name != "address" or self.may_correct)

    def adorn(self, rows):
        found = join_links.brought(rows)
        for row in rows:
            row.realtors = found.get(row.id, 0)

    def save(self, row, values, *, actor):
        return join_links.create(values["name"], actor=actor)

    @action("rotate", _l("New address"), _l("The old addresses stop working at once."))
    def rotate(self, rows):
        self.each(rows, lambda row: join_links.rotate(row, actor=current_actor()))

    @action("revoke", _l("Revoke"), _l("Nobody can register by these addresses any more."))
    def revoke(self, rows):
        self.each(rows, lambda row: join_links.revoke(row, actor=current_actor()))

"""Webhooks: which addresses are told of what, how each try went, once more with one press."""

from flask import flash
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.listing import Order
from app.admin.supervisor import links
from app.admin.supervisor.developer_tabs import TABS
from app.doors import current_actor
from app.errors import DomainError
from app.forms.api import WebhookForm
from app.models.accounts import User
from app.models.webhooks import Webhook, WebhookAttempt
from app.services import webhooks


def state(webhook):
    if webhook.disabled_at:
        return cells.tag(_("switched off"), "stop")
    if webhook.failing_since:
        return cells.tag(_("fails"), "new")
    return cells.tag(_("works"), "done")


class WebhookAdmin(SecureModelView):
    permission = Permission.WEBHOOKS
    icon = "webhook"
    label = _l("Webhooks")
    create_title = _l("New webhook")
    group = groups.UPKEEP
    tabs = TABS
    can_create = can_edit = can_delete = can_view_details = True
    journaled = "webhook"
    details_template = "admin/supervisor/webhook.html"
    empty_hint = _l("An address that is told at once when an inquiry is published, accepted, closed…")

    column_list = ("name", "url", "types", "state", "last_success_at")
    column_details_list = ("state", "url", "types", "user", "last_success_at", "failing_since", "created_at")
    column_labels = {
        "name": _l("Program"),
        "url": _l("Address"),
        "types": _l("Is told of"),
        "state": _l("State"),
        "user": _l("Who made it"),
        "last_success_at": _l("Last taken"),
        "failing_since": _l("Fails since"),
        "created_at": _l("Made"),
    }
    column_formatters = {
        "name": cells.of(str),
        "state": cells.of(state),
        "user": links.person_at("user"),
    }
    orders = {"created_at": Order((Webhook.id,))}
    form = WebhookForm
    details_eager = (joinedload(Webhook.user).lazyload(User.realtor),)

    def is_visible(self):
        return False  # a tab beside the tokens

    def details_context(self, row):
        return {"attempts": webhooks.attempts(row)}

    def save(self, row, values, *, actor):
        if row is None:
            row, row.secret_once = webhooks.create(values["url"], values["types"], about=values["about"], actor=actor)
        else:
            webhooks.edit(row, values, actor=actor)
        return row

    def after_save(self, row):
        secret = getattr(row, "secret_once", None)
        return self._show_once(row, secret) if secret else super().after_save(row)

    def _show_once(self, webhook, secret):
        return self.render("admin/supervisor/webhook_made.html", row=webhook, secret=secret)

    def remove(self, row, *, actor):
        webhooks.delete(row, actor=actor)

    def offers(self, action, row):
        return action != "on" if row.disabled_at is None else action in ("on", "rotate")

    @action("test", _l("Send a trial"))
    def test(self, rows):
        self.each(rows, lambda row: webhooks.test(row, actor=current_actor()))

    @action("rotate", _l("New secret"), _l("For a day messages are signed with both secrets, the new one and the old."))
    def rotate(self, rows):
        return self._show_once(rows[0], webhooks.rotate(rows[0], actor=current_actor()))

    @action("off", _l("Switch off"), _l("What happens meanwhile is not told afterwards."))
    def off(self, rows):
        self.each(rows, lambda row: webhooks.switch(row, False, actor=current_actor()))

    @action("on", _l("Switch on"))
    def on(self, rows):
        self.each(rows, lambda row: webhooks.switch(row, True, actor=current_actor()))

    @expose("/<id>/attempts/<attempt>/replay", methods=("POST",))
    def replay(self, id, attempt):
        found = get_visible(current_actor(), WebhookAttempt, attempt, self.permission)
        try:
            webhooks.replay(found, actor=current_actor())
            flash(_("It is sent once more."), "success")
        except DomainError as error:
            flash(str(error.message), "error")
        return self.to("details_view", id=found.webhook.public_id)

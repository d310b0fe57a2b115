"""The contacts on the support page, in the owners' order."""

from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureModelView
from app.admin.listing import Order
from app.admin.words import choices
from app.constants import MessengerKind
from app.forms.console import MessengerLinkForm
from app.forms.fields import options
from app.models.content import MessengerLink
from app.services import content


class MessengerLinkAdmin(SecureModelView):
    permission = Permission.CONTENT_READ
    corrects = Permission.CONTENT
    icon = "phone"
    label = _l("Contacts")
    create_title = _l("New contact")
    group = groups.CONTENT
    can_create = can_edit = can_delete = True
    empty_hint = _l("Add the messengers and the phone that clients may write to.")

    column_list = ("kind", "url", "label", "position", "visible")
    column_editable_list = ("position", "visible")
    numeric = ("position",)
    column_labels = {
        "kind": _l("Messenger"),
        "url": _l("Address"),
        "label": _l("Caption"),
        "position": _l("Place in the row"),
        "visible": _l("Visible"),
    }
    orders = {"position": Order((MessengerLink.position, MessengerLink.id), descending=False)}
    form = MessengerLinkForm

    def title(self, row):
        return f"{dict(choices(MessengerKind))[row.kind]}: {row.url}"

    def prune(self, form, row):
        if "kind" in form:
            form.kind.choices = options(choices(MessengerKind))

    def save(self, row, values, *, actor):
        if "kind" in values:
            values["kind"] = MessengerKind(values["kind"])
        if row is None:
            return content.add_messenger_link(values, actor=actor)
        return content.change_messenger_link(row, values, actor=actor)

    def remove(self, row, *, actor):
        content.remove_messenger_link(row, actor=actor)

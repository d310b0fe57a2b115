"""The bin: what was deleted lately, and the button that brings it back."""

from flask_admin.actions import action
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice, Days
from app.admin.listing import Order
from app.admin.supervisor import links
from app.doors import current_actor
from app.models.accounts import User
from app.models.audit import BinItem
from app.services import bin
from app.services.settings import business_zone

KINDS = {
    "agency": _l("agency"),
    "article": _l("article"),
    "comment": _l("comment"),
    "menuitem": _l("item of a menu"),
    "requestfield": _l("field of the inquiry"),
    "inquiry": _l("inquiry"),
    "faqtopic": _l("topic of frequent questions"),
    "faqquestion": _l("frequent question"),
    "messengerlink": _l("contact"),
    "readyanswer": _l("ready answer"),
    "listview": _l("saved view"),
    "savedreport": _l("report"),
    "staffrole": _l("own role"),
}


class BinAdmin(SecureModelView):
    permission = Permission.BIN
    icon = "trash-2"
    label = _l("Bin")
    group = groups.UPKEEP

    @property
    def empty_hint(self):
        return _n(
            "What you delete waits here for %(num)s day.",
            "What you delete waits here for %(num)s days.",
            bin.kept().days,
        )

    column_list = ("title", "object_type", "deleted_at", "deleted_by", "kept_until")
    column_labels = {
        "title": _l("Name"),
        "object_type": _l("What"),
        "deleted_at": _l("Deleted"),
        "deleted_by": _l("By whom"),
        "kept_until": _l("Kept until"),
    }
    column_formatters = {
        "object_type": cells.of(lambda item: KINDS[item.object_type]),
        "deleted_by": links.person_at("deleted_by"),
        "kept_until": cells.of(lambda item: (item.deleted_at + bin.kept()).date()),
    }
    orders = {"deleted_at": Order((BinItem.deleted_at, BinItem.id))}
    filters = (
        Choice(name="kind", label=_l("What"), column=BinItem.object_type, choices=lambda: list(KINDS.items())),
        Days(name="day", label=_l("Deleted"), column=BinItem.deleted_at, zone=business_zone),
    )
    eager = (joinedload(BinItem.deleted_by).lazyload(User.realtor),)

    def title(self, row):
        return row.title

    @action("restore", _l("Put back"))
    def restore(self, rows):
        self.each(rows, lambda item: bin.restore(item, actor=current_actor()))

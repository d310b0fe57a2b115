"""The realtors' companies."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.access.permissions import Permission
from app.admin import cells
from app.admin.base import SecureModelView
from app.admin.listing import Order
from app.admin.supervisor import links
from app.admin.supervisor.finding import Beginning
from app.extensions import db
from app.forms.console import AgencyForm
from app.models.accounts import Realtor
from app.models.partners import Agency
from app.services import partners

SITE = Markup('<a href="{}" rel="noopener nofollow">{}</a>')


class AgencyAdmin(SecureModelView):
    permission = Permission.AGENCIES
    icon = "building-2"
    label = _l("Agencies")
    create_title = _l("New agency")
    group = _l("People and places")
    journaled = "agency"
    can_view_details = can_create = can_edit = can_delete = can_export = True
    empty_hint = _l("An agency appears with its first realtor, or add one.")

    column_list = ("name", "website", "realtors", "created_at")
    column_details_list = column_list
    column_export_list = ("name", "website", "realtors", "created_at")
    column_editable_list = ("website",)
    numeric = ("realtors",)
    column_labels = {
        "name": _l("Name"),
        "website": _l("Website"),
        "realtors": _l("Realtors"),
        "created_at": _l("Added"),
    }
    column_formatters = {
        "website": cells.of(lambda row: SITE.format(row.website, row.website) if row.website else ""),
        "realtors": cells.of(lambda row: links.people(row.realtors, agency=row.public_id)),
    }
    orders = {"name": Order((Agency.name, Agency.id), descending=False), "created_at": Order((Agency.id,))}
    search = Beginning((Agency.name,), _l("How the name begins"))
    form = AgencyForm

    def adorn(self, rows):
        """How many realtors each has, in one question."""
        counts = sa.select(Realtor.agency_id, sa.func.count()).group_by(Realtor.agency_id)
        found = dict(db.session.execute(counts.where(Realtor.agency_id.in_([row.id for row in rows]))).all())
        for row in rows:
            row.realtors = found.get(row.id, 0)

    def save(self, row, values, *, actor):
        if row is None:
            return partners.create(values["name"], website=values["website"] or "", actor=actor)
        partners.edit(row, values, actor=actor)
        return row

    def remove(self, row, *, actor):
        partners.delete(row, actor=actor)

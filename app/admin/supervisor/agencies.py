"""The realtors' companies."""

import sqlalchemy as sa
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n
from markupsafe import Markup

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.bulk import BulkEditing
from app.admin.listing import Order
from app.admin.supervisor import links, lookups
from app.admin.supervisor.finding import AnyName
from app.admin.supervisor.merging import Merging
from app.extensions import db
from app.forms.console import AgenciesForm, AgencyForm
from app.models.accounts import Realtor
from app.models.partners import Agency
from app.services import partners
from app.services.merging import agencies, alike

SITE = Markup('<a href="{}" rel="noopener nofollow">{}</a>')


TABS = (("agencies.index_view", _l("Agencies")), ("agencies.alike_view", _l("Alike")))


class AgencyAdmin(BulkEditing, Merging, SecureModelView):
    permission = Permission.AGENCIES_READ
    corrects = Permission.AGENCIES
    icon = "building-2"
    label = _l("Agencies")
    create_title = _l("New agency")
    group = groups.PEOPLE
    tabs = TABS
    journaled = "agency"
    details_template = "admin/supervisor/agency.html"
    winners = lookups.agencies("winner")
    merge_note = _l(
        "The old name keeps leading to the one that stays. "
        "While the bin keeps the other one, this can be taken back in the journal."
    )
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
    asks_besides = True
    orders = {"name": Order((Agency.name, Agency.id), descending=False), "created_at": Order((Agency.id,))}
    search = AnyName(_l("How the name begins"))
    bulk_form = AgenciesForm
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

    def pairs(self):
        return [(first, second, _why(*rest)) for first, second, *rest in alike.agencies()]

    def about(self, row):
        site = alike.host(row.website) or row.website
        people = _n("%(num)s realtor", "%(num)s realtors", row.realtors) if row.realtors else _("no realtors")
        return filter(None, (site, people, format_date(row.created_at)))

    def sides(self, row):
        return {"name": (_("Agency name"), row.name, row.name), "website": (_("Website"), row.website, row.website)}

    def moves(self, row):
        return [(_("Realtors"), row.realtors)]

    def merge(self, winner, loser, values, *, actor):
        return agencies.merge(winner, loser, values, actor=actor)


def _why(likeness, same_site):
    reasons = [_("one site")] if same_site else []
    if likeness == 1:
        reasons.append(_("one name"))
    elif likeness >= alike.CLOSE:
        reasons.append(_("names are alike"))
    return reasons

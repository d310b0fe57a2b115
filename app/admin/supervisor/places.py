"""Cities and countries: renamed, moved to their right country, two records of one city made one."""

import sqlalchemy as sa
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n

from app.access.permissions import Permission
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.filters import Choice, Reference
from app.admin.listing import Order
from app.admin.supervisor import links, lookups
from app.admin.supervisor.counting import counted, counting
from app.admin.supervisor.finding import Beginning, Spelling
from app.admin.supervisor.merging import Merging
from app.extensions import db
from app.forms.console import CityForm, CountryForm
from app.models.accounts import Realtor
from app.models.inquiries import Inquiry
from app.models.places import City, CityAlias, Country
from app.services import places
from app.services.merging import alike
from app.services.places import matching

TABS = (
    ("cities.index_view", _l("Cities")),
    ("cities.alike_view", _l("Alike")),
    ("countries.index_view", _l("Countries")),
)


def served():
    return City.id.in_(sa.select(Realtor.city_id).where(Realtor.active))


def wanted():
    return City.id.in_(sa.select(Inquiry.city_id).where(Inquiry.awaiting_realtor.is_(True)))


def _state(city):
    if city.merged_into_id:
        return cells.tag(_("merged"))
    if city.realtors:
        return cells.tag(_("served"), "done")
    return cells.tag(_("wanted"), "stop") if city.waiting else ""


def _waiting(city):
    return links.inquiries(city.waiting, awaiting=1, city=city.public_id) if city.waiting else ""


class CityAdmin(Merging, SecureModelView):
    permission = Permission.PLACES_READ
    corrects = Permission.PLACES
    icon = "map-pin"
    label = _l("Cities and countries")
    group = groups.PEOPLE
    tabs = TABS
    journaled = "city"
    can_view_details = can_edit = can_export = True
    details_template = "admin/supervisor/city.html"
    winners = lookups.cities("winner")
    merge_note = _l(
        "Statistics follow, and the old name keeps leading to the one that stays. The journal can take it back."
    )
    empty_hint = _l("Load the directory: flask places.")

    column_list = ("name", "country", "state", "realtors", "waiting", "population")
    column_details_list = ("name_ru", "name_en", "country", "state", "realtors", "waiting", "population", "timezone")
    column_details_list += ("merged_into",)
    column_export_list = ("name_ru", "name_en", "country", "realtors", "waiting", "population")
    numeric = ("realtors", "waiting", "population")
    column_labels = {
        "name": _l("City"),
        "name_ru": _l("Name in Russian"),
        "name_en": _l("Name in English"),
        "country": _l("Country"),
        "state": _l("State"),
        "realtors": _l("Realtors"),
        "waiting": _l("Inquiries without a realtor"),
        "population": _l("People live there"),
        "timezone": _l("Time zone"),
        "merged_into": _l("Merged into"),
    }
    column_formatters = {
        "name": cells.of(lambda row: row.name(get_locale())),
        "country": cells.of(lambda row: row.country.name(get_locale())),
        "state": cells.of(_state),
        "realtors": cells.of(lambda row: links.people(row.realtors, city=row.public_id) if row.realtors else 0),
        "waiting": cells.of(_waiting),
        "merged_into": cells.of(lambda row: links.city(row.merged_into) if row.merged_into else ""),
    }
    column_formatters_export = {"country": cells.of(lambda row: row.country.name(get_locale()))}
    asks_besides = True
    orders = {
        "population": Order((City.population, City.id)),
        "name": Order((City.name_ru, City.id), descending=False),
    }
    search = Spelling()
    filters = (
        Reference(
            name="country",
            label=_l("Country"),
            loader=lookups.countries(),
            meaning=lambda country: City.country_id == country.id,
        ),
        Choice(
            name="state",
            label=_l("State"),
            choices=[("served", _l("served")), ("wanted", _l("wanted, without a realtor")), ("merged", _l("merged"))],
            clauses={"served": served, "wanted": wanted, "merged": lambda: City.merged_into_id.is_not(None)},
        ),
    )
    form = CityForm
    form_ajax_refs = {"country": lookups.countries()}

    def title(self, row):
        return row.name(get_locale())

    def adorn(self, rows):
        # Of the few that wait, not of all that these cities have: the sum keeps SQLite off the cities' index.
        city = sa.literal_column("inquiries.city_id + 0")
        counts = counting(Realtor.city_id, rows, Realtor.active), counting(city, rows, Inquiry.awaiting_realtor)
        kinds = [found.add_columns(sa.literal(kind)) for kind, found in enumerate(counts)]
        found = {(id, kind): count for id, count, kind in db.session.execute(sa.union_all(*kinds))}
        for row in rows:
            row.realtors, row.waiting = found.get((row.id, 0), 0), found.get((row.id, 1), 0)

    def facts(self, row):
        return super().facts(row)[: None if row.merged_into_id else -1]

    def details_context(self, row):
        found = db.session.scalars(
            sa.select(CityAlias.name).where(CityAlias.city_id == row.id).order_by(CityAlias.name)
        )
        return super().details_context(row) | {"aliases": found.all()}

    def save(self, row, values, *, actor):
        return places.correct_city(row, values, actor=actor)

    def pairs(self):
        return [(first, second, _why(likeness)) for first, second, likeness in alike.cities()]

    def about(self, row):
        country = row.country.name(get_locale())
        people = _n("%(num)s realtor", "%(num)s realtors", row.realtors) if row.realtors else _("no realtors")
        waiting = row.waiting and _n("%(num)s inquiry waits", "%(num)s inquiries wait", row.waiting)
        return filter(None, (country, people, waiting, _("added %(day)s", day=format_date(row.created_at))))

    def sides(self, row):
        place = None if row.latitude is None else f"{row.latitude:.4f}, {row.longitude:.4f}"
        return {
            "name_ru": (_("Name in Russian"), row.name_ru, row.name_ru),
            "name_en": (_("Name in English"), row.name_en, row.name_en),
            "country": (_("Country"), row.country.name(get_locale()), row.country),
            "timezone": (_("Time zone"), row.timezone, row.timezone),
            "place": (_("Coordinates"), place, (row.latitude, row.longitude)),
        }

    def moves(self, row):
        return _moves(row)

    def merge(self, winner, loser, values, *, actor):
        if "place" in values:
            values["latitude"], values["longitude"] = values.pop("place")
        return places.merge_cities(winner=winner, loser=loser, values=values, actor=actor)


def _why(likeness):
    return [_("one name") if likeness == matching.SURE else _("names are alike")]


def _moves(city):
    """What a merge would move, as ``[(label, count)]``."""
    return [
        (_("Realtors"), counted(Realtor.city_id, [city]).get(city.id, 0)),
        (_("Inquiries"), counted(Inquiry.city_id, [city]).get(city.id, 0)),
        (_("Spellings"), counted(CityAlias.city_id, [city]).get(city.id, 0)),
    ]


class CountryAdmin(SecureModelView):
    permission = Permission.PLACES_READ
    corrects = Permission.PLACES
    icon = "globe"
    label = _l("Countries")
    tabs = TABS
    key = "code"
    can_edit = True

    column_list = ("name", "code", "currency", "cities")
    column_editable_list = ("currency",)
    numeric = ("cities",)
    column_labels = {
        "name": _l("Country"),
        "code": _l("Code"),
        "currency": _l("Currency"),
        "cities": _l("Cities"),
    }
    column_formatters = {
        "name": cells.of(lambda row: row.name(get_locale())),
        "cities": cells.of(lambda row: links.cities(row.cities, country=row.code)),
    }
    asks_besides = True
    orders = {"name": Order((Country.name_ru, Country.id), descending=False)}
    search = Beginning((Country.name_ru, Country.name_en), _l("How the name begins"))
    form = CountryForm

    def is_visible(self):
        return False  # a tab of the cities

    def title(self, row):
        return row.name(get_locale())

    def adorn(self, rows):
        found = counted(City.country_id, rows)
        for row in rows:
            row.cities = found.get(row.id, 0)

    def save(self, row, values, *, actor):
        names = {name: values.get(name, getattr(row, name)) for name in ("name_ru", "name_en")}
        return places.rename_country(row, **names, currency=values.get("currency"), actor=actor)

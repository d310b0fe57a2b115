"""Everybody with an account: found, corrected, moved to another city or agency, blocked with a reason."""

import sqlalchemy as sa
from flask import redirect
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as _n
from sqlalchemy.orm import joinedload

from app import sessions
from app.access.loaders import get_visible
from app.access.permissions import Permission, may
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.bulk import LANGUAGES, BulkEditing
from app.admin.export import Filed, in_language
from app.admin.filters import Choice, Reference
from app.admin.light import Light
from app.admin.listing import Order
from app.admin.saved import OWN
from app.admin.supervisor import links, lookups, person_work
from app.admin.supervisor.counting import counted
from app.admin.supervisor.merging import Merging
from app.admin.words import choices, word
from app.constants import Role
from app.doors import current_actor, requires
from app.formatting import language
from app.forms.console import PeopleForm, PersonForm, ReasonForm
from app.forms.fields import options
from app.models.accounts import Realtor, User
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.partners import Agency
from app.models.places import City
from app.models.roles import StaffRole
from app.navigation import home_url
from app.services import accounts, overview, roles, search
from app.services.contacts import written_phone
from app.services.merging import alike, kept
from app.services.merging import people as merging_people
from app.services.statistics import demand

GIVEN = (Role.CLIENT, Role.REALTOR, Role.AGENT, Role.SUPERVISOR)  # the roles that have pages today
BOUND = ("city", "agency")


def state_tag(user):
    deleted, blocked = bool(user.deleted_at), bool(user.blocked_at)
    return cells.tag(_state(deleted, blocked), "" if deleted else "stop" if blocked else "done")


def _city(user):
    return user.realtor.city.name(get_locale()) if user.realtor else ""


def _agency(user):
    return user.realtor.agency.name if user.realtor else ""


def _city_of(user):
    return user.realtor and user.realtor.city


def _agency_of(user):
    return user.realtor and user.realtor.agency


def realtors_where(clause):
    return User.id.in_(sa.select(Realtor.user_id).where(clause))


def _state(deleted, blocked):
    return _("deleted") if deleted else _("blocked") if blocked else _("active")


def _role(user):
    return user.staff_role.title(language()) if user.staff_role else word(user.role)


def _role_word(user):
    """The role as the form sends it."""
    return f"{OWN}{user.staff_role.public_id}" if user.staff_role else user.role.value


def _chosen_role(text):
    """``(Role, StaffRole or None)`` of what the form sent."""
    if not text.startswith(OWN):
        return Role(text), None
    return Role.STAFF, get_visible(current_actor(), StaffRole, text.removeprefix(OWN), Permission.ROLES)


STATES = {
    "active": lambda: User.blocked_at.is_(None) & User.deleted_at.is_(None),
    "blocked": lambda: User.blocked_at.is_not(None),
    "deleted": lambda: User.deleted_at.is_not(None),
    "silent": lambda: overview.silent(),
    "answering": lambda: demand.answering(),
}


OF_REALTORS = {"city", "agency", "join_link"}
TABS = (("people.index_view", _l("People")), ("people.alike_view", _l("Alike")))
WHY = {"phone": _l("one phone"), "email": _l("one e-mail"), "name": _l("the same name")}


class PeopleAdmin(BulkEditing, Merging, SecureModelView):
    permission = Permission.PEOPLE_READ
    corrects = Permission.PEOPLE
    icon = "users"
    label = _l("People")
    group = groups.PEOPLE
    journaled = "user"
    tabs = TABS
    winners = lookups.people("winner")
    merge_note = _l(
        "The account that goes is shut and its sessions end; whoever it was signs in to the one that stays. "
        "The journal can take it back."
    )
    can_view_details = can_edit = can_export = True

    column_list = ("name", "role", "email", "phone", "city", "agency", "state", "created_at")
    column_details_list = ("role", "state", "blocked_reason", "email", "phone", "city", "agency", "join_link")
    column_details_list += ("locale", "created_at", "last_seen_at")
    column_export_list = ("name", "role", "email", "phone", "city", "agency", "state", "created_at", "last_seen_at")
    column_labels = {
        "name": _l("Name"),
        "role": _l("Role"),
        "email": _l("E-mail"),
        "phone": _l("Phone"),
        "city": _l("City"),
        "agency": _l("Agency"),
        "state": _l("State"),
        "blocked_reason": _l("Why blocked"),
        "join_link": _l("Came by the invitation"),
        "locale": _l("Language"),
        "created_at": _l("Registered"),
        "last_seen_at": _l("Last seen"),
    }
    column_formatters = {
        "role": cells.of(_role, by=lambda row: (row.role, row.staff_role)),
        "city": cells.of(lambda row: links.city(row.realtor.city) if row.realtor else "", by=_city_of),
        "agency": cells.of(lambda row: links.agency(row.realtor.agency) if row.realtor else "", by=_agency_of),
        "state": cells.of(state_tag, by=lambda row: (bool(row.deleted_at), bool(row.blocked_at))),
        "join_link": cells.of(lambda row: str(row.realtor.join_link or "") if row.realtor else ""),
        "locale": cells.of(lambda row: LANGUAGES.get(row.locale, row.locale)),
    }
    filed = {
        "name": Filed((User.name,)),
        "role": Filed((User.role,)),
        "email": Filed((User.email,)),
        "phone": Filed((User.phone,)),
        "city": Filed((City.name_ru, City.name_en), in_language, few=True),
        "agency": Filed((Agency.name,)),
        "state": Filed((User.deleted_at.is_not(None), User.blocked_at.is_not(None)), _state, few=True),
        "created_at": Filed((User.created_at,)),
        "last_seen_at": Filed((User.last_seen_at,)),
    }
    orders = {"created_at": Order((User.id,))}
    search = search.PEOPLE
    filters = (
        Choice(name="role", label=_l("Role"), column=User.role, choices=lambda: choices((*GIVEN, Role.STAFF))),
        Reference(
            name="own_role",
            label=_l("Own role"),
            loader=lookups.own_roles(),
            meaning=lambda role: User.staff_role_id == role.id,
        ),
        Reference(
            name="city",
            label=_l("City"),
            loader=lookups.cities(),
            meaning=lambda city: realtors_where(Realtor.city_id == city.id),
        ),
        Reference(
            name="agency",
            label=_l("Agency"),
            loader=lookups.agencies(),
            meaning=lambda agency: realtors_where(Realtor.agency_id == agency.id),
        ),
        Reference(
            name="join_link",
            label=_l("Invitation"),
            loader=lookups.join_links(),
            meaning=lambda link: realtors_where(Realtor.join_link_id == link.id),
        ),
        Choice(
            name="state",
            label=_l("State"),
            choices=[
                ("active", _l("active")),
                ("blocked", _l("blocked")),
                ("deleted", _l("deleted")),
                ("silent", _l("realtors silent for a week")),
                ("answering", _l("realtors who accepted this week")),
            ],
            clauses=STATES,
        ),
    )
    eager = (joinedload(User.staff_role),)
    light = Light(
        *(User.public_id, User.name, User.role, User.blocked_at, User.deleted_at),
        staff_role=Light(StaffRole.title_ru, StaffRole.title_en),
        realtor=Light(Realtor.user_id, city=lookups.LIGHT_CITY, agency=Light(Agency.public_id, Agency.name)),
    )
    details_eager = (joinedload(User.realtor).joinedload(Realtor.join_link),)
    bulk_form = PeopleForm
    bulk_note = _l("Whoever is blocked is told why.")
    form = PersonForm
    form_ajax_refs = {"city": lookups.cities(), "agency": lookups.agencies()}
    action_forms = {"block": ReasonForm}

    details_template = "admin/supervisor/person.html"

    def file_from(self, select):
        found = select.outerjoin(Realtor, Realtor.user_id == User.id).outerjoin(City, City.id == Realtor.city_id)
        return found.outerjoin(Agency, Agency.id == Realtor.agency_id)

    def facts(self, row):
        """Nothing that only others have."""
        absent = set() if row.realtor else OF_REALTORS
        absent = absent if row.blocked_reason else absent | {"blocked_reason"}
        return [name for name in super().facts(row) if name not in absent]

    def details_context(self, row):
        mergeable = row.role in merging_people.ROLES and row.is_active
        facts = {"may_view_as": may(current_actor(), Permission.VIEW_AS, row), "mergeable": mergeable}
        facts["work"] = person_work.of(row)
        facts["became"] = kept.became(User, row.public_id) if row.deleted_at else None
        return super().details_context(row) | facts

    @expose("/<id>/view-as/", methods=("POST",))
    @requires(Permission.VIEW_AS)
    def view_as(self, id):
        person = get_visible(current_actor(), User, id, Permission.VIEW_AS)
        sessions.begin_view(person, actor=current_actor())
        return redirect(home_url(person), 303)

    def cell(self, row, name):
        """On the page of a person one press calls or begins a letter."""
        if name == "phone" and row.phone:
            return cells.link(f"tel:{row.phone}", written_phone(row.phone))
        if name == "email" and row.is_active:
            return cells.link(f"mailto:{row.email}", row.email)
        return super().cell(row, name)

    def pairs(self):
        return [(first, second, [WHY[reason] for reason in why]) for first, second, why in alike.people()]

    def weigh(self, rows):
        """How much hangs on each, in two questions."""
        asked, answered = counted(Inquiry.client_id, rows), counted(Match.realtor_id, rows)
        for row in rows:
            row.inquiries = asked.get(row.id, 0) + answered.get(row.id, 0)

    def weight(self, row):
        return row.inquiries

    def about(self, row):
        known = (
            row.email,
            row.phone and written_phone(row.phone),
            _city(row),
            _agency(row),
        )
        registered = _("registered %(day)s", day=format_date(row.created_at))
        asked = row.inquiries and _n("%(num)s inquiry", "%(num)s inquiries", row.inquiries)
        return filter(None, (str(word(row.role)), *known, asked, registered))

    def sides(self, row):
        sides = {
            "name": (_("Name"), row.name, row.name),
            "email": (_("E-mail"), row.email, row.email),
            "phone": (_("Phone"), row.phone and written_phone(row.phone), row.phone),
        }
        if row.realtor:
            sides |= {
                "city": (_("City"), _city(row), row.realtor.city),
                "agency": (_("Agency"), _agency(row), row.realtor.agency),
            }
        return sides

    def moves(self, row):
        own = Conversation.client_id, Conversation.realtor_id
        talks = sum(counted(column, [row]).get(row.id, 0) for column in own)
        return [
            (_("Inquiries"), counted(Inquiry.client_id, [row]).get(row.id, 0)),
            (_("Replies"), counted(Match.realtor_id, [row], Match.accepted_at.is_not(None)).get(row.id, 0)),
            (_("Conversations"), talks),
        ]

    def merge(self, winner, loser, values, *, actor):
        if "name" in values:
            values |= {"first_name": loser.first_name, "last_name": loser.last_name}
        return merging_people.merge(winner, loser, values, actor=actor)

    def prune(self, form, row):
        unused = ("name",) if row.role == Role.REALTOR else ("first_name", "last_name")
        for name in unused:
            if name in form:
                del form[name]
        if not may(current_actor(), Permission.ROLES, row):
            del form.role
        if "role" in form:
            own = [(f"{OWN}{role.public_id}", role.title(language())) for role in roles.everything()]
            known = dict.fromkeys((*GIVEN, *({row.role} - {Role.STAFF})))
            form.role.choices = options([*choices(known), *own])

    def initial(self, row):
        bound = {name: getattr(row.realtor, name) if row.realtor else None for name in BOUND}
        keys = {name: self._form_ajax_refs[name].key_of(value) for name, value in bound.items()}
        return super().initial(row) | keys | {"role": _role_word(row)}

    def save(self, row, values, *, actor):
        """The person as the role of today has them, then the new role."""
        bound = {name: values.pop(name) for name in BOUND if name in values}
        role, own = _chosen_role(values.pop("role", None) or _role_word(row))
        if role == row.role == Role.REALTOR:
            values |= bound
        accounts.correct(row, {name: value for name, value in values.items() if value is not None}, actor=actor)
        if (role, own) != (row.role, row.staff_role):
            accounts.change_role(row, role, staff_role=own, actor=actor, **(bound if role == Role.REALTOR else {}))
        return row

    def offers(self, action, row):
        if row.deleted_at or row.id == current_actor().id:
            return False
        return (action == "unblock") == (row.blocked_at is not None)

    @action("block", _l("Block"), _l("From now on these people can do nothing, and they are told why."))
    def block(self, rows, reason):
        self.each(rows, lambda row: accounts.block(row, reason, actor=current_actor()))

    @action("unblock", _l("Unblock"), _l("These people can use their accounts again."))
    def unblock(self, rows):
        self.each(rows, lambda row: accounts.unblock(row, actor=current_actor()))

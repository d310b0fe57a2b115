"""Every inquiry: found by anything about it, corrected in any field, cancelled with a reason."""

import json
from datetime import date
from textwrap import shorten
from types import SimpleNamespace

import sqlalchemy as sa
from flask_admin.actions import action
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import cells, groups
from app.admin.base import SecureModelView
from app.admin.bulk import BulkEditing
from app.admin.export import Filed, in_language
from app.admin.filters import Choice, Days, Key, Reference
from app.admin.light import Light
from app.admin.listing import Order
from app.admin.supervisor import links, lookups, own_fields
from app.admin.supervisor.conversations import last_words
from app.admin.words import choices
from app.constants import Deal, InquirySource, InquiryStatus, PropertyType, Role
from app.doors import current_actor
from app.extensions import db
from app.formatting import major_units, minor_units
from app.forms.console import InquiriesForm, InquiryForm, ReasonForm
from app.models.accounts import Realtor, User
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry, Match
from app.models.places import City, Country
from app.services import history, inquiries, inquiry_text, request_fields, search
from app.services.settings import business_zone
from app.services.statistics import demand, hours

FACES = {
    InquiryStatus.DRAFT: "",
    InquiryStatus.NEW: "new",
    InquiryStatus.IN_WORK: "work",
    InquiryStatus.DONE: "done",
    InquiryStatus.CANCELLED: "stop",
    InquiryStatus.EXPIRED: "",
}


def status_tag(inquiry):
    return cells.tag(inquiry_text.state(inquiry), FACES[inquiry.status])


def in_country(country):
    return Inquiry.city_id.in_(sa.select(City.id).where(City.country_id == country.id))


def in_country_scanned(country):
    """The same, kept off the city's index: see admin/filters.py."""
    return (Inquiry.city_id + 0).in_(sa.select(City.id).where(City.country_id == country.id))


def in_hour(words):
    """Of a cell of the heat map: «739942.6.14», the last of its days counted from the year 1, the weekday and hour."""
    day, weekday, hour = map(int, words.split("."))
    return hours.cell(date.fromordinal(day), weekday, hour)


STEPS = {"opened": demand.opened, "wrote": demand.wrote}  # of the funnel


def _beginning(text, most=120):
    """By whole words, where there is more than one."""
    words = shorten(text, most, placeholder="…")
    return words if words != "…" else f"{text[: most - 1]}…"


class InquiryAdmin(BulkEditing, SecureModelView):
    permission = Permission.INQUIRY_READ
    corrects = Permission.INQUIRY_CORRECT
    icon = "inbox"
    label = _l("Inquiries")
    empty_hint = _l("An inquiry stands here once a client has sent the form of the home page.")
    group = groups.WORK
    journaled = "inquiry"
    can_view_details = can_edit = can_export = True

    column_list = ("number", "state", "wanted", "city", "client", "acceptances", "created_at")
    fixed_more = ("budget", "area_min", "move_in", "wishes", "source", "recipients", "published_at", "closed_at")
    numeric = ("acceptances", "area_min", "recipients")
    column_details_list = ("state", "client", "city", "wanted", "budget", "area_min", "move_in", "wishes", "source")
    column_details_list += ("created_at", "published_at", "closed_at", "recipients", "acceptances")
    fixed_columns = ("number", "status", "deal", "country", "city", "property_type", "rooms", "budget_min")
    fixed_columns += ("budget_max", "currency", "client", "source", "recipients", "acceptances", "created_at")
    fixed_columns += ("published_at",)
    column_editable_list = ("city",)
    column_labels = {
        "number": _l("No."),
        "state": _l("State"),
        "status": _l("State"),
        "wanted": _l("What for"),
        "deal": _l("Deal"),
        "property_type": _l("Property"),
        "rooms": _l("Rooms"),
        "city": _l("City"),
        "country": _l("Country"),
        "client": _l("Client"),
        "budget": _l("Budget"),
        "budget_min": _l("Budget from"),
        "budget_max": _l("Budget up to"),
        "currency": _l("Currency"),
        "area_min": _l("Area from, m²"),
        "move_in": _l("Date"),
        "wishes": _l("Wishes"),
        "source": _l("Source"),
        "created_at": _l("Made"),
        "published_at": _l("Published"),
        "closed_at": _l("Closed"),
        "recipients": _l("Received by"),
        "acceptances": _l("Replies"),
    }
    column_formatters = {
        "number": cells.once(links.numbers),
        "state": cells.of(status_tag, by=lambda row: (row.status, row.awaiting_realtor)),
        "wanted": cells.of(inquiry_text.headline, by=lambda row: (row.deal, row.property_type, *row.rooms)),
        "city": cells.once(inquiry_text.places, by=lambda row: row.city),
        "client": links.person_at("client"),
        "budget": cells.of(inquiry_text.budget),
        "wishes": cells.of(lambda row: _beginning(row.wishes)),
    }
    fixed_filed = {
        "number": Filed((Inquiry.number,)),
        "status": Filed((Inquiry.status,), lambda status: str(inquiry_text.STATUSES[status]), few=True),
        "deal": Filed((Inquiry.deal,), lambda deal: str(inquiry_text.DEALS[deal]), few=True),
        "country": Filed((Country.name_ru, Country.name_en), in_language, few=True),
        "city": Filed((City.name_ru, City.name_en), in_language, few=True),
        "property_type": Filed((Inquiry.property_type,), lambda kind: str(inquiry_text.TYPES[kind]), few=True),
        "rooms": Filed(
            (sa.cast(Inquiry.rooms, sa.Text),), lambda text: inquiry_text.rooms_of(json.loads(text)), few=True
        ),
        "budget_min": Filed((Inquiry.budget_min, Inquiry.currency), lambda minor, code: _major(minor, code), few=True),
        "budget_max": Filed((Inquiry.budget_max, Inquiry.currency), lambda minor, code: _major(minor, code), few=True),
        "currency": Filed((Inquiry.currency,)),
        "client": Filed((User.name,)),
        "source": Filed((Inquiry.source,)),
        "recipients": Filed((Inquiry.recipients,)),
        "acceptances": Filed((Inquiry.acceptances,)),
        "created_at": Filed((Inquiry.created_at,)),
        "published_at": Filed((Inquiry.published_at,)),
    }
    filed_as_shown = {
        "state": Filed((Inquiry.status, Inquiry.awaiting_realtor), lambda *held: _state(*held), few=True),
        "wanted": Filed(
            (Inquiry.deal, Inquiry.property_type, sa.cast(Inquiry.rooms, sa.Text)),
            lambda *held: _wanted(*held),
            few=True,
        ),
        "city": Filed(
            (City.name_ru, City.name_en, Country.name_ru, Country.name_en), lambda *names: _place(*names), few=True
        ),
        "budget": Filed(
            (Inquiry.budget_min, Inquiry.budget_max, Inquiry.currency, Inquiry.deal),
            lambda *held: _budget(*held),
            few=True,
        ),
        "area_min": Filed((Inquiry.area_min,)),
        "move_in": Filed((Inquiry.move_in,)),
        "wishes": Filed((Inquiry.wishes,)),
        "closed_at": Filed((Inquiry.closed_at,)),
    }
    orders = {
        "number": Order((Inquiry.id,), index="ix_inquiries_walk")
    }  # numbers are given in the order of ids, and every index ends in an id
    dense, gaps = "number", inquiries.GAPS
    search = search.INQUIRIES
    fixed_filters = (
        Choice(
            name="status",
            label=_l("State"),
            column=Inquiry.status,
            choices=lambda: _statuses(),
            facet=True,
            counts=True,
        ),
        Choice(name="deal", label=_l("Deal"), column=Inquiry.deal, choices=lambda: choices(Deal, _deal), facet=True),
        Reference(
            name="country",
            label=_l("Country"),
            loader=lookups.countries(),
            meaning=in_country,
            facet=True,
            scan=in_country_scanned,
        ),
        Reference(
            name="city",
            label=_l("City"),
            loader=lookups.cities(),
            meaning=lambda row: Inquiry.city_id == row.id,
            facet=True,
            counts=True,
        ),
        Days(
            name="day",
            label=_l("Published"),
            column=Inquiry.published_at,
            zone=business_zone,
            order=Order((Inquiry.published_at, Inquiry.id), index="ix_inquiries_published"),
        ),
        Choice(
            name="source",
            label=_l("Source"),
            column=Inquiry.source,
            choices=lambda: choices(InquirySource),
            rare=True,
        ),
        Choice(
            name="accepted",
            label=_l("Accepted"),
            own=False,
            rare=True,
            choices=[("1", _l("yes"))],
            clauses={"1": lambda: Inquiry.acceptances > 0},
            lasting=True,
        ),
        Choice(
            name="awaiting",
            label=_l("Waits for a realtor"),
            choices=[("1", _l("yes"))],
            clauses={"1": lambda: Inquiry.awaiting_realtor.is_(True)},
            lasting=True,
        ),
        Reference(
            name="client",
            label=_l("Client"),
            loader=lookups.people("client", Role.CLIENT),
            meaning=lambda user: Inquiry.client_id == user.id,
            gathered=True,
            rare=True,
        ),
        Key(
            name="hour",
            label=_l("Weekday and hour"),
            pattern=r"7[34]\d{4}\.[0-6]\.(1?\d|2[0-3])",
            meaning=in_hour,
        ),
        Key(name="step", label=_l("Course"), own=False, pattern="opened|wrote", meaning=lambda step: STEPS[step]()),
    )
    eager = (
        joinedload(Inquiry.client, innerjoin=True).lazyload(User.realtor),
        joinedload(Inquiry.city, innerjoin=True),
    )
    light = Light(
        *(Inquiry.public_id, Inquiry.number, Inquiry.deal, Inquiry.property_type, Inquiry.rooms, Inquiry.status),
        *(Inquiry.awaiting_realtor, Inquiry.version),
        client=links.LIGHT_PERSON,
        city=lookups.LIGHT_CITY,
    )
    details_eager = eager
    details_template = "admin/supervisor/inquiry.html"
    bulk_note = _l("Their clients and realtors will be told.")
    form_ajax_refs = {"city": lookups.cities()}
    action_forms = {"cancel": ReasonForm}

    def file_from(self, select):
        found = select.join(User, User.id == Inquiry.client_id).join(City, City.id == Inquiry.city_id)
        return found.join(Country, Country.id == City.country_id)

    # What owners added to the form of an inquiry stands beside what every inquiry has.

    def edition(self):
        return request_fields.known_edition()

    @property
    def filters(self):
        return self.fixed_filters + own_fields.filters()

    @property
    def column_more(self):
        return self.fixed_more + own_fields.columns()

    def formatter(self, name):
        return super().formatter(name) or own_fields.formatter(name)

    def needed(self, columns):
        budget = ("budget_min", "budget_max", "currency") if "budget" in columns else ()
        own = ("answers",) if own_fields.labels().keys() & set(columns) else ()
        return (*columns, *budget, *own)

    @property
    def column_export_list(self):
        return self.fixed_columns + own_fields.columns()

    @property
    def filed(self):
        return self.fixed_filed | own_fields.filed()

    @property
    def form(self):
        return own_fields.of_one(InquiryForm)

    @property
    def bulk_form(self):
        return own_fields.of_many(InquiriesForm)

    def heading(self, name):
        return own_fields.labels().get(name) or super().heading(name)

    def prune(self, form, row):
        if row is not None:
            own_fields.prune(form, row)

    def bulk_values(self, form):
        return own_fields.typed(super().bulk_values(form))

    def bulk_word(self, name, value):
        field = request_fields.field_of(name)
        return field.words(value) or "—" if field else super().bulk_word(name, value)

    def cell(self, row, name):
        """The page of an inquiry has all that its client wished; lists have how it begins."""
        if name == "wishes" and row.wishes:
            return Markup('<span class="preline">{}</span>').format(row.wishes)
        return super().cell(row, name)

    def title(self, row):
        return self.titles()(row)

    def titles(self):
        number, text = links.numbers(), inquiry_text.titling()
        return lambda row: f"{number(row)}. {text(row)}"

    def initial(self, row):
        money = {name: _major(getattr(row, name), row.currency) for name in ("budget_min", "budget_max")}
        return {**super().initial(row), **money, **own_fields.initial(row)}

    def save(self, row, values, *, actor):
        currency = values.get("currency", row.currency)
        for name in values.keys() & {"budget_min", "budget_max"}:
            values[name] = None if values[name] is None else minor_units(values[name], currency)
        if "deal" in values:
            values |= {"deal": Deal(values["deal"]), "property_type": PropertyType(values["property_type"])}
        return inquiries.edit(row, inquiries.with_answers(own_fields.typed(values)), actor=actor)

    def details_context(self, row):
        return {
            "matches": _matches(row),
            "conversations": _conversations(row),
            "last_words": last_words,
            "history": history.entries(row, reader=current_actor()),
            "own": inquiry_text.own(row),
        }

    def offers(self, action, row):
        return inquiries.may_move(row, ACTIONS[action], actor=current_actor())

    @action("cancel", _l("Cancel"), _l("These inquiries will be cancelled; their clients and realtors will be told."))
    def cancel(self, rows, reason):
        self.each(rows, lambda row: inquiries.move(row, InquiryStatus.CANCELLED, actor=current_actor(), reason=reason))

    @action("reopen", _l("Reopen"), _l("These inquiries will be open again."))
    def reopen(self, rows):
        self.each(rows, lambda row: inquiries.move(row, InquiryStatus.NEW, actor=current_actor()))


ACTIONS = {"cancel": InquiryStatus.CANCELLED, "reopen": InquiryStatus.NEW}


# As the cells of the list say it, from columns alone.


def _state(status, awaiting):
    return inquiry_text.state(SimpleNamespace(status=status, awaiting_realtor=awaiting))


def _wanted(deal, property_type, rooms):
    held = SimpleNamespace(deal=deal, property_type=property_type, rooms=json.loads(rooms))
    return inquiry_text.headline(held)


def _place(name_ru, name_en, country_ru, country_en):
    return f"{in_language(name_ru, name_en)}, {in_language(country_ru, country_en)}"


def _budget(low, high, currency, deal):
    held = SimpleNamespace(budget_min=low, budget_max=high, currency=currency, deal=deal)
    return inquiry_text.budget(held)


def _statuses():
    return [(status.value, words) for status, words in inquiry_text.STATUSES.items()]


def _deal(deal):
    return inquiry_text.DEALS[deal]


def _major(minor, currency):
    if minor is None:
        return None
    major = major_units(minor, currency)
    return int(major) if major == int(major) else major


def _matches(inquiry):
    found = visible_to(current_actor(), Match).where(Match.inquiry_id == inquiry.id)
    person = joinedload(Match.realtor, innerjoin=True).joinedload(User.realtor)
    return (
        db.session.scalars(found.options(person.joinedload(Realtor.agency)).order_by(Match.id).limit(100))
        .unique()
        .all()
    )


def _conversations(inquiry):
    found = visible_to(current_actor(), Conversation).where(Conversation.inquiry_id == inquiry.id)
    return (
        db.session.scalars(
            found.options(joinedload(Conversation.realtor)).order_by(Conversation.last_message_at.desc()).limit(100)
        )
        .unique()
        .all()
    )

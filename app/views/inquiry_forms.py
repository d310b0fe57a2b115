"""Between the form of an inquiry and the service: what its selects offer, what its fields mean."""

from dataclasses import dataclass

from flask import request
from flask_babel import get_locale, get_timezone, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice as Choice

from app.constants import Deal, PropertyType
from app.doors import current_actor
from app.errors import InvalidInput
from app.formatting import major_units, minor_units
from app.forms import own_fields
from app.forms.inquiries import NO_CITY, ClientInquiryForm, NewInquiryForm
from app.models.base import utcnow
from app.services import city_row, inquiries, money, places, request_fields
from app.services.inquiry_text import whom
from app.views import problems

PASSED = _l("This day has passed.")
FOUND = 8  # cities offered for a typed name


@dataclass(frozen=True)
class Places:
    """What the page needs of the directory: served countries, and the cities looked for or chosen besides them."""

    served: list
    others: list

    @property
    def cities(self):
        return sum(len(country.cities) for country in self.served)


def asking(base):
    """``base``, a class of app/forms/inquiries.py, with the fields that owners added to the form."""
    fields = request_fields.live()
    return own_fields.extended(base, fields) if fields else base


def asking_whoever_sends():
    """asking() for a new inquiry. A client's does without what only a visitor is asked, a quarter of the fields."""
    return asking(NewInquiryForm if current_actor() is None else ClientInquiryForm)


def prepare(form, *, chosen=None, found=()):
    """Fill the form's lists; ``chosen`` is a City that stays selectable even if it is not served. Returns Places."""
    served = places.served_places(get_locale())
    known = {str(city.id) for country in served for city in country.cities}
    others = [city for city in _distinct([*found, chosen]) if str(city.public_id) not in known]
    countries = [Choice(country.code, country.name) for country in served]
    form.country.choices = [Choice("", gettext("Any country")), *countries]
    near = [*(country.currency for country in served), *(city.country.currency for city in others)]
    form.offer_currencies(*money.offered(), *near)
    return Places(served, others)


def _distinct(cities):
    return list({city.id: city for city in cities if city is not None}.values())


def chosen_city(form):
    """The Place that is picked, or None with the reason at its field."""
    city = city_row.by_public_id(form.city.data or "")
    if city is None:
        _at(form.city, NO_CITY)
        return None
    code = form.country.data
    if code and code != city.country.code:
        _at(form.city, _l("This city is in another country."))
        return None
    return city


def _at(field, message):
    if message not in field.errors:
        field.errors = [*field.errors, message]


def values(form, city):
    """Field → value as InquiryDraft takes them. A budget without a currency is in the country's own."""
    currency = (form.currency.data or money.proposed(city.country.currency)).upper()
    return {
        "deal": Deal(form.deal.data),
        "city": city,
        "property_type": PropertyType(form.property_type.data),
        "rooms": tuple(form.rooms.data or ()),
        "budget_min": _minor(form.budget_min.data, currency),
        "budget_max": _minor(form.budget_max.data, currency),
        "currency": currency,
        "area_min": form.area_min.data or None,
        "move_in": form.move_in.data,
        "wishes": form.wishes.data or "",
        "answers": own_fields.answers(form),
    }


def _minor(amount, currency):
    return minor_units(amount, currency) if amount else None


def read(form, *, before=None):
    """The checked values of a submitted form, or None with every error at its field."""
    fine = form.validate()
    city = chosen_city(form)
    day = form.move_in.data
    if day and day != before and day < today():
        _at(form.move_in, PASSED)
        fine = False
    if not fine or city is None:
        return None
    given = values(form, city)
    try:  # what was left empty is told as well: it may stand in for an answer of before
        return inquiries.checked(given, before=before) | {"answers": given["answers"]}
    except InvalidInput as error:
        problems.show(form, error)
        return None


def fill(form, inquiry):
    """Show an inquiry's (or a draft's) values in the form."""
    form.process(data=_shown(inquiry) | _own_shown(inquiry))
    own_fields.keep_offering(form, inquiry.answers)


def _own_shown(inquiry):
    return own_fields.filled(request_fields.live(), inquiry.answers)


def sent(inquiry):
    """What was posted to change the inquiry. A program may send only what changes; the page always sends everything."""
    if "deal" in request.form:
        return request.form
    present = {name: value for name, value in _shown(inquiry).items() if name != "version" and value is not None}
    merged = MultiDict({name: value if name == "rooms" else str(value) for name, value in present.items()})
    for name, value in _own_shown(inquiry).items():
        merged.setlist(name, value if isinstance(value, list) else [str(value)] if value is not None else [])
    if "city" in request.form:
        merged.pop("country")
    for name, values in request.form.lists():
        merged.setlist(name, values)
    return merged


def _shown(inquiry):
    currency = inquiry.currency
    return {
        "deal": inquiry.deal,
        "country": inquiry.city.country.code,
        "city": str(inquiry.city.public_id),
        "property_type": inquiry.property_type,
        "rooms": list(inquiry.rooms),
        "budget_min": _typed(inquiry.budget_min, currency),
        "budget_max": _typed(inquiry.budget_max, currency),
        "currency": currency,
        "area_min": inquiry.area_min,
        "move_in": inquiry.move_in,
        "wishes": inquiry.wishes,
        "version": getattr(inquiry, "version", None),
    }


def _typed(minor, currency):
    """An amount as a person would have typed it: «420 000»."""
    if not minor:
        return None
    amount = major_units(minor, currency)
    return f"{amount:,.0f}".replace(",", " ") if amount == int(amount) else f"{amount:.2f}"


def context(form, *, chosen=None, found=None):
    """What templates/inquiries/_fields.html needs beside the form."""
    offered = prepare(form, chosen=chosen, found=found or ())
    waiting = {str(city.public_id) for city in offered.others}
    return {
        "places": offered,
        "proposed": money.proposed,
        "found": found,
        "unserved": form.city.data in waiting,
        "today": today().isoformat(),
        "passed": PASSED,
        "own": own(form),
        # Proposed as soon as the country is chosen.
        "currencies": {country.code: money.proposed(country.currency) for country in offered.served},
    }


def own(form):
    """``[(field, what it is, whom it is for)]`` of the fields that owners added."""
    return [(form[spec.name], spec, whom(spec)) for spec in getattr(form, "specs", ())]


def today():
    """The day it is where the reader is."""
    return utcnow().astimezone(get_timezone()).date()

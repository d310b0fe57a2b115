"""The form of an inquiry: fields and shape only. Names are the public contract (DESIGN section 5)."""

from decimal import Decimal

from babel.numbers import get_currency_symbol
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import InputRequired, Length, Optional

from app.constants import Deal, PropertyType, Rooms
from app.formatting import NUMBER_PATTERN, parse_number
from app.forms.fields import AGREE, EMAIL_KEYS

# Those people ask for most; a country's own currency is added where it is missing.

DEALS = [Choice(Deal.RENT, _l("To rent")), Choice(Deal.BUY, _l("To buy"))]
TYPES = [
    Choice(PropertyType.APARTMENT, _l("Apartment")),
    Choice(PropertyType.ROOM, _l("Room")),
    Choice(PropertyType.HOUSE, _l("House")),
    Choice(PropertyType.LAND, _l("Land")),
    Choice(PropertyType.COMMERCIAL, _l("Commercial")),
]
ROOMS = [Choice(room, _l("Studio") if room == Rooms.STUDIO else room.value) for room in Rooms]
NO_NUMBER = _l("Write a number, for example 900 or 420 000.")
NO_DAY = _l("Write the date as day, month, year.")
NO_CITY = _l("Choose a city.")


class NumberField(StringField):
    """A number typed the way people do; an error leaves it as typed. ``whole`` drops a fraction."""

    def __init__(self, *args, whole=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = whole

    def process_formdata(self, values):
        typed = values[0].strip() if values else ""
        self.data = parse_number(typed) if typed else None
        if typed and self.data is None:
            raise ValueError(NO_NUMBER)
        if self.whole and self.data is not None:
            self.data = int(self.data)

    def _value(self):
        if self.raw_data:
            return self.raw_data[0]
        if self.data is None:
            return ""
        return f"{self.data:f}".rstrip("0").rstrip(".") if isinstance(self.data, Decimal) else str(self.data)


class DayField(DateField):
    def process_formdata(self, values):
        try:
            super().process_formdata([value for value in values if value.strip()])
        except ValueError:
            raise ValueError(NO_DAY) from None


def number(label, **options):
    keys = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 20, "pattern": NUMBER_PATTERN}
    return NumberField(label, [Optional()], render_kw=keys, **options)


class InquiryForm(FlaskForm):
    """What is looked for. ``city`` may be any of the directory: whether it exists is the service's to say."""

    class Meta:
        csrf = False  # CSRFProtect has asked for the token already; to sign one more for no page costs as much again

    deal = RadioField(_l("Deal"), choices=DEALS, default=Deal.RENT, coerce=str)
    country = SelectField(_l("Country"), validate_choice=False, choices=[])
    city = SelectField(_l("City"), [InputRequired(message=NO_CITY)], validate_choice=False, choices=[], coerce=str)
    property_type = RadioField(_l("What you need"), choices=TYPES, default=PropertyType.APARTMENT, coerce=str)
    rooms = SelectMultipleField(_l("Rooms"), choices=ROOMS, coerce=str)
    budget_min = number(_l("Budget from"))
    budget_max = number(_l("Budget to"))
    currency = SelectField(_l("Currency"), validate_choice=False, choices=[])
    area_min = number(_l("Area from, m²"), whole=True)
    move_in = DayField(_l("When you need it"), [Optional()])
    wishes = TextAreaField(
        _l("Wishes"),
        [Length(max=2_000, message=_l("Please keep it within 2,000 characters."))],
        render_kw={"maxlength": 2_000, "rows": 3},
    )
    city_query = StringField(
        _l("Name of the city"), [Length(max=120)], render_kw={"maxlength": 120, "autocomplete": "off"}
    )

    def offer_currencies(self, *codes):
        """Fill the list; blank means the country's own."""
        codes = sorted({*filter(None, codes), *filter(None, [self.currency.data])})
        faces = [Choice(code, symbol(code, get_locale())) for code in codes]
        self.currency.choices = [Choice("", "—"), *faces]


def symbol(code, locale):
    """«€», «₽»; the code where the sign is longer than one letter, for «$» is not «AU$»."""
    sign = get_currency_symbol(code, locale)
    return sign if len(sign) == 1 else code


class ClientInquiryForm(InquiryForm):
    """The home page's, for whoever is signed in: with its number, what is counted, and what robots stumble over."""

    quick = False
    nonce = HiddenField("")  # a label of nobody's, which would be translated each time
    shown = HiddenField("")  # when the page was made, signed
    visit = HiddenField("")  # services/behaviour/visits.py: what the page has counted so far
    company_fax = StringField(_l("Leave this empty"))  # a trap: people never see it


NO_NAME = _l("Write your name.")
NO_ADDRESS = _l("Write your e-mail: replies come there.")


class NewInquiryForm(ClientInquiryForm):
    """A visitor's: with the quick way for those without an account."""

    name = StringField(
        _l("Your name"),
        [Length(max=120)],
        render_kw={"autocomplete": "name", "maxlength": 120, "data-missing": NO_NAME},
    )
    email = EmailField(
        _l("E-mail"),
        [Length(max=254)],
        render_kw={"data-missing": NO_ADDRESS, "autocomplete": "email"} | EMAIL_KEYS,
    )
    phone = TelField(
        _l("Phone"), [Length(max=40)], render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": 40}
    )
    consent = BooleanField(_l("I accept the terms of use"), render_kw={"data-missing": AGREE})
    consent_data = BooleanField(
        _l("I consent to the processing of my personal data"), render_kw={"data-missing": AGREE}
    )

    @property
    def quick(self):
        """Whether the visitor took the way without registration."""
        return any((field.data or "").strip() for field in (self.name, self.email, self.phone))

    def validate_quick(self):
        """What the quick way needs, each missing one told of at its field."""
        wanted = (self.name, self.email, self.consent, self.consent_data)
        for field in wanted:
            if not field.data or not str(field.data).strip():
                field.errors = [*field.errors, field.render_kw["data-missing"]]


class EditInquiryForm(InquiryForm):
    version = HiddenField("")

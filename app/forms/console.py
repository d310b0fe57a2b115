"""Forms of the owners' console. Look-up fields hold the key of the chosen row."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.constants import Deal, InquiryStatus, PropertyType, Rooms
from app.formatting import currencies
from app.forms.fields import LANGUAGES, options


class ConsoleForm(FlaskForm):
    class Meta:
        csrf = False  # CSRFProtect asks every POST for its token already


class InquiryForm(ConsoleForm):
    deal = SelectField(_l("Deal"), choices=options([(Deal.RENT.value, _l("Rent")), (Deal.BUY.value, _l("Purchase"))]))
    city = StringField(_l("City"), [InputRequired()])
    property_type = SelectField(
        _l("Property"),
        choices=options(
            [
                (PropertyType.APARTMENT.value, _l("Apartment")),
                (PropertyType.ROOM.value, _l("Room")),
                (PropertyType.HOUSE.value, _l("House")),
                (PropertyType.LAND.value, _l("Land")),
                (PropertyType.COMMERCIAL.value, _l("Commercial premises")),
            ]
        ),
    )
    rooms = SelectMultipleField(
        _l("Rooms"), choices=options([(Rooms.STUDIO.value, _l("studio")), *((r.value,) for r in list(Rooms)[1:])])
    )
    budget_min = DecimalField(_l("Budget from"), [Optional(), NumberRange(min=0)], places=None)
    budget_max = DecimalField(_l("Budget up to"), [Optional(), NumberRange(min=0)], places=None)
    currency = SelectField(_l("Currency"), choices=currencies)
    area_min = IntegerField(_l("Area from, m²"), [Optional(), NumberRange(min=1)])
    move_in = DateField(_l("Date"), [Optional()])
    wishes = TextAreaField(_l("Wishes"), [Length(max=2000)])


class ReasonForm(ConsoleForm):
    reason = TextAreaField(
        _l("Reason"), [InputRequired(), Length(max=500)], description=_l("The person it concerns will read this.")
    )


LEFT = ("", _l("leave as it is"))


class InquiriesForm(ConsoleForm):
    status = SelectField(
        _l("State"),
        choices=options(
            [
                LEFT,
                (InquiryStatus.NEW.value, _l("open again")),
                (InquiryStatus.DONE.value, _l("done")),
                (InquiryStatus.CANCELLED.value, _l("cancelled")),
                (InquiryStatus.EXPIRED.value, _l("expired")),
            ]
        ),
    )
    reason = StringField(
        _l("Reason"), [Length(max=500)], description=_l("For the journal, when the state changes. It may stay empty.")
    )
    deal = SelectField(
        _l("Deal"), choices=options([LEFT, (Deal.RENT.value, _l("Rent")), (Deal.BUY.value, _l("Purchase"))])
    )
    city = StringField(_l("City"))


class PeopleForm(ConsoleForm):
    blocked = SelectField(_l("Access"), choices=options([LEFT, ("1", _l("block")), ("0", _l("unblock"))]))
    reason = StringField(
        _l("Reason"), [Length(max=500)], description=_l("Needed to block: the person it concerns will read this.")
    )
    city = StringField(_l("City"), description=_l("Only a realtor has one."))
    agency = StringField(_l("Agency"), description=_l("Only a realtor has one."))
    locale = SelectField(_l("Language"), choices=[*options([LEFT]), *LANGUAGES])


class AgenciesForm(ConsoleForm):
    website = StringField(_l("Website"), [Length(max=300)])


class PersonForm(ConsoleForm):
    """``name`` for clients and owners, first and last name for realtors: the view takes out what does not apply."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=120)])
    first_name = StringField(_l("First name"), [InputRequired(), Length(max=60)])
    last_name = StringField(_l("Last name"), [InputRequired(), Length(max=60)])
    email = StringField(_l("E-mail"), [InputRequired(), Length(max=254)])
    phone = StringField(_l("Phone"), [Length(max=40)])
    locale = SelectField(_l("Language"), choices=LANGUAGES)
    role = SelectField(_l("Role"))
    city = StringField(_l("City"), description=_l("Only a realtor has one."))
    agency = StringField(_l("Agency"), description=_l("Only a realtor has one."))


class StaffRoleForm(ConsoleForm):
    title_ru = StringField(_l("Name in Russian"), [InputRequired(), Length(max=60)])
    title_en = StringField(_l("Name in English"), [InputRequired(), Length(max=60)])
    permissions = SelectMultipleField(_l("What the role may do"))


class AgencyForm(ConsoleForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=160)])
    website = StringField(_l("Website"), [Length(max=300)])


class JoinLinkForm(ConsoleForm):
    name = StringField(
        _l("Name"),
        [InputRequired(), Length(max=120)],
        description=_l("For yourself: whom this invitation is for, or where it is published."),
    )


class MessengerLinkForm(ConsoleForm):
    kind = SelectField(_l("Messenger"))
    url = StringField(
        _l("Address"), [InputRequired(), Length(max=300)], description=_l("https://… or a phone number with its code.")
    )
    label = StringField(_l("Caption"), [Length(max=80)])
    position = IntegerField(_l("Place in the row"), [InputRequired(), NumberRange(min=0, max=999)], default=0)
    visible = BooleanField(_l("Visible"), default=True)


class PageForm(ConsoleForm):
    title_ru = StringField(_l("Title in Russian"), [InputRequired(), Length(max=200)])
    body_ru = TextAreaField(_l("Text in Russian"), [InputRequired()])
    title_en = StringField(_l("Title in English"), [InputRequired(), Length(max=200)])
    body_en = TextAreaField(_l("Text in English"), [InputRequired()])


class CityForm(ConsoleForm):
    name_ru = StringField(_l("Name in Russian"), [InputRequired(), Length(max=120)])
    name_en = StringField(_l("Name in English"), [InputRequired(), Length(max=120)])
    country = StringField(_l("Country"), [InputRequired()])


class CountryForm(ConsoleForm):
    name_ru = StringField(_l("Name in Russian"), [InputRequired(), Length(max=100)])
    name_en = StringField(_l("Name in English"), [InputRequired(), Length(max=100)])
    currency = SelectField(_l("Currency"), choices=currencies)


class MergeForm(ConsoleForm):
    winner = StringField(_l("Merge into"), [InputRequired()], description=_l("The record that stays."))


class FaqTopicForm(ConsoleForm):
    title_ru = StringField(_l("Title in Russian"), [InputRequired(), Length(max=120)])
    title_en = StringField(_l("Title in English"), [InputRequired(), Length(max=120)])
    slug = StringField(
        _l("Word in the address"), [InputRequired(), Length(max=60)], description=_l("Latin letters, digits, hyphens.")
    )
    position = IntegerField(_l("Place in the row"), [InputRequired(), NumberRange(min=0, max=999)], default=0)


class FaqQuestionForm(ConsoleForm):
    topic = StringField(_l("Topic"), [InputRequired()])
    question_ru = StringField(_l("Question in Russian"), [InputRequired(), Length(max=200)])
    answer_ru = TextAreaField(_l("Answer in Russian"), [InputRequired(), Length(max=20_000)])
    question_en = StringField(_l("Question in English"), [InputRequired(), Length(max=200)])
    answer_en = TextAreaField(_l("Answer in English"), [InputRequired(), Length(max=20_000)])
    words = StringField(
        _l("Further words"),
        [Length(max=300)],
        description=_l("How people may ask about the same: the search finds the question by these, too."),
    )
    position = IntegerField(_l("Place in the row"), [InputRequired(), NumberRange(min=0, max=999)], default=0)
    visible = BooleanField(_l("Visible"), default=True)


class ReadyAnswerForm(ConsoleForm):
    title = StringField(
        _l("Title"), [InputRequired(), Length(max=80)], description=_l("What it is found by after “/”.")
    )
    body = TextAreaField(
        _l("Text"),
        [InputRequired(), Length(max=4000)],
        description=_l("Fields: {{client_name}}, {{my_name}}, {{inquiry}} are filled when it is inserted."),
    )
    position = IntegerField(_l("Place in the row"), [InputRequired(), NumberRange(min=0, max=999)], default=0)

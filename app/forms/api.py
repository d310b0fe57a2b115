"""What owners fill in for programs: their tokens."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from app.constants import ApiScope
from app.constants import WebhookType as Type
from app.forms.console import ConsoleForm
from app.forms.fields import options, required

SCOPES = {
    ApiScope.INQUIRIES_READ: _l("read inquiries"),
    ApiScope.INQUIRIES_WRITE: _l("send, correct and cancel inquiries"),
    ApiScope.PEOPLE_READ: _l("read people, their e-mails and phones"),
    ApiScope.AGENCIES_READ: _l("read agencies"),
    ApiScope.AGENCIES_WRITE: _l("add, correct and delete agencies"),
    ApiScope.PLACES_READ: _l("read the place directory"),
    ApiScope.CONVERSATIONS_READ: _l("read who talks with whom, without the words"),
    ApiScope.STATISTICS_READ: _l("read statistics"),
}
TYPES = {
    Type.INQUIRY_PUBLISHED: _l("an inquiry is published"),
    Type.INQUIRY_CHANGED: _l("an inquiry is changed"),
    Type.INQUIRY_ACCEPTED: _l("a realtor accepts an inquiry"),
    Type.INQUIRY_CLOSED: _l("an inquiry is closed"),
    Type.INQUIRY_REOPENED: _l("an inquiry is open again"),
    Type.CONVERSATION_CLOSED: _l("a conversation is closed"),
    Type.CONVERSATION_REOPENED: _l("a conversation is open again"),
    Type.REALTOR_JOINED: _l("a realtor joins"),
    Type.AGENCY_CREATED: _l("an agency is added"),
    Type.AGENCY_CHANGED: _l("an agency is changed"),
    Type.AGENCY_DELETED: _l("an agency is deleted"),
}
TERMS = (("90", _l("90 days")), ("365", _l("a year")), ("30", _l("30 days")), ("0", _l("without an end")))


class ApiTokenForm(ConsoleForm):
    name = StringField(
        _l("Program"), [required(), Length(max=120)], description=_l("Which one it is: “CRM”, “Site of the agency”.")
    )
    scopes = SelectMultipleField(
        _l("It may"),
        choices=options([(scope.value, label) for scope, label in SCOPES.items()]),
        description=_l("And never more than you may yourself."),
    )
    days = SelectField(_l("Works for"), choices=options(TERMS))


class WebhookForm(ConsoleForm):
    url = StringField(
        _l("Address"),
        [required(), Length(max=500)],
        description=_l("https only: messages are posted there."),
        render_kw={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    )
    about = StringField(_l("Program"), [Length(max=120)], description=_l("What listens there, for your own memory."))
    types = SelectMultipleField(
        _l("Is told of"), choices=options([(type.value, label) for type, label in TYPES.items()])
    )

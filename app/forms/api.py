"""What owners fill in for programs: their tokens."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from app.constants import ApiScope
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

"""The form in which owners describe one field of the form of an inquiry. Its options come beside it, row by row."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField

from app.constants import FieldKind
from app.forms.console import ConsoleForm
from app.forms.fields import at_most, options
from app.forms.inquiries import TYPES, NumberField

KINDS = {
    FieldKind.CHOICE: _l("One of the options"),
    FieldKind.SEVERAL: _l("Any of the options"),
    FieldKind.YES_NO: _l("Yes or no"),
    FieldKind.NUMBER: _l("A number"),
    FieldKind.TEXT: _l("A line of text"),
    FieldKind.DATE: _l("A date"),
}
DEALS = options([("rent", _l("Rent")), ("buy", _l("Purchase"))])


def words(label, longest):
    return StringField(label, [at_most(longest)], render_kw={"maxlength": longest, "autocomplete": "off"})


class RequestFieldForm(ConsoleForm):
    """Nothing is required here: the service says what is missing, at its field."""

    kind = SelectField(_l("What is answered"), choices=options([(kind.value, name) for kind, name in KINDS.items()]))
    label_ru = words(_l("Name in Russian"), 80)
    label_en = words(_l("Name in English"), 80)
    hint_ru = words(_l("Hint in Russian"), 200)
    hint_en = words(_l("Hint in English"), 200)
    unit_ru = words(_l("Unit in Russian"), 20)
    unit_en = words(_l("Unit in English"), 20)
    minimum = NumberField(_l("Not less than"), render_kw={"inputmode": "decimal", "maxlength": 20})
    maximum = NumberField(_l("Not more than"), render_kw={"inputmode": "decimal", "maxlength": 20})
    required = BooleanField(_l("Has to be filled in"))
    counted = BooleanField(_l("Break the statistics down by it"), default=True)
    deals = SelectMultipleField(_l("Deals"), choices=DEALS)
    property_types = SelectMultipleField(_l("Property"), choices=TYPES)

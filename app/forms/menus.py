"""A link of the site's menus."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from app.constants import MenuPlace
from app.forms.console import ConsoleForm
from app.forms.fields import options

PLACES = {MenuPlace.FOOTER: _l("bottom of every page"), MenuPlace.SUPPORT: _l("top of the support pages")}


class MenuItemForm(ConsoleForm):
    place = SelectField(_l("Place"), choices=options([(place.value, word) for place, word in PLACES.items()]))
    label_ru = StringField(_l("Caption in Russian"), [InputRequired(), Length(max=60)])
    label_en = StringField(_l("Caption in English"), [InputRequired(), Length(max=60)])
    target = StringField(
        _l("Leads to"),
        [InputRequired(), Length(max=300)],
        description=_l("An article or a page (begin to type), or any https:// address."),
    )
    position = IntegerField(_l("Place in the row"), [InputRequired(), NumberRange(min=0, max=999)], default=0)
    for_visitors = BooleanField(_l("Visitors see it"), default=True)
    for_clients = BooleanField(_l("Clients see it"), default=True)
    for_realtors = BooleanField(_l("Realtors see it"), default=True)

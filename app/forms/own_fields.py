"""The fields that owners added to the form of an inquiry, as WTForms has them: shape only.

What a field is comes in as services/request_fields.Field; its rules are asked there (``problem``), not repeated here.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import StopValidation

from app.constants import FieldKind
from app.formatting import NUMBER_PATTERN
from app.forms.fields import REQUIRED
from app.forms.inquiries import DayField, NumberField

AT_A_GLANCE = 6  # options; more of them stand in a list that opens
ANY, LEFT = _l("does not matter"), _l("leave as it is")
YES, NO = "yes", "no"


class Shape:
    """What was typed must be an answer of this field; none leaves it alone. For many inquiries at once."""

    needs = False
    none = LEFT

    def __init__(self, spec):
        self.spec = spec

    @property
    def message(self):
        """What is said of no answer, where one is needed."""
        return REQUIRED if self.needs and self.spec.required else None

    def __call__(self, form, field):
        if field.errors:
            raise StopValidation()
        answer = typed(self.spec, field.data)
        if answer is None:
            raise StopValidation(self.message)
        if problem := self.spec.problem(answer):
            raise StopValidation(problem)


class Corrected(Shape):
    """An owner's correction: only where the inquiry is of a deal and a type that the field belongs to."""

    none = ANY

    def __call__(self, form, field):
        if not self.spec.applies(form.deal.data, form.property_type.data):
            field.data, field.errors = None, []
            raise StopValidation()
        super().__call__(form, field)


class Asked(Corrected):
    """A client is asked: what is required has to be filled in."""

    needs = True


def typed(spec, data):
    """What a field holds → the answer as it is kept; None for none."""
    if data in (None, "", []):
        return None
    if spec.kind == FieldKind.NUMBER:
        return int(data) if data == int(data) else float(data)
    if spec.kind == FieldKind.DATE:
        return data.isoformat()
    if spec.kind == FieldKind.YES_NO:
        return {YES: True, NO: False}.get(data)
    return data.strip() if isinstance(data, str) else data


def shown(spec, answer):
    """The other way round."""
    if answer is None:
        return [] if spec.kind == FieldKind.SEVERAL else None if spec.kind in _TYPED else ""
    if spec.kind == FieldKind.NUMBER:
        return Decimal(str(answer))
    if spec.kind == FieldKind.DATE:
        return date.fromisoformat(answer)
    return {True: YES, False: NO}[answer] if spec.kind == FieldKind.YES_NO else answer


_TYPED = (FieldKind.NUMBER, FieldKind.DATE, FieldKind.TEXT)


@lru_cache(maxsize=64)
def extended(base, specs, rule=Asked):
    """The class ``base`` with a field for each of ``specs``; made once for every set of them."""
    made = {spec.name: _MAKERS[spec.kind](spec, rule(spec)) for spec in specs}
    return type(base.__name__, (base,), {"specs": specs} | made)


def answers(form):
    """Key → answer of every own field that the form shows; None where it was left empty."""
    return {spec.key: typed(spec, form[spec.name].data) for spec in _specs(form)}


def filled(specs, held):
    """Name → data of the fields, from the answers of an inquiry."""
    return {spec.name: shown(spec, held.get(spec.key)) for spec in specs}


def keep_offering(form, held):
    """Options that were retired since stay choosable where they are the answer."""
    for spec in _specs(form):
        if spec.options:
            form[spec.name].choices = _choices(spec, form[spec.name].validators[0], held.get(spec.key))


def _specs(form):
    return [spec for spec in getattr(form, "specs", ()) if spec.name in form]


def _label(spec):
    return LazyString(lambda: spec.caption)


def _text(spec, rule):
    return StringField(_label(spec), [rule], render_kw={"maxlength": 300, "autocomplete": "off"})


def _number(spec, rule):
    keys = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 20, "pattern": NUMBER_PATTERN}
    return NumberField(_label(spec), [rule], render_kw=keys)


def _date(spec, rule):
    return DayField(_label(spec), [rule])


def _several(spec, rule):
    return SelectMultipleField(_label(spec), [rule], choices=_choices(spec, rule), validate_choice=False)


def _one(spec, rule):
    kind = RadioField if len(spec.offered()) <= AT_A_GLANCE else SelectField
    choices = _choices(spec, rule)
    return kind(_label(spec), [rule], choices=choices, default="", coerce=str, validate_choice=False)


def _choices(spec, rule, held=None):
    return [*_none(spec, rule), *_offered(spec, held)]


def _none(spec, rule):
    """The choice of no answer; a list that opens always begins with one."""
    if spec.kind == FieldKind.SEVERAL:
        return []
    if len(spec.offered()) > AT_A_GLANCE:
        return [Choice("", rule.none if rule.none is LEFT else "—")]
    return [] if rule.needs and spec.required else [Choice("", rule.none)]


def _offered(spec, held):
    if spec.kind == FieldKind.YES_NO:
        return [Choice(YES, _l("yes")), Choice(NO, _l("no"))]
    return [Choice(option.key, LazyString(lambda option=option: option.label)) for option in spec.offered(held)]


_MAKERS = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _one,
    FieldKind.SEVERAL: _several,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _one,
}

"""What came in is held against the schema that the docs print; every fault is told at once, in words."""

import json
from functools import cache
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.views.api.v1.schemas import SCHEMAS

UNKNOWN = _l("There is no such field.")


class WrongValues(InvalidInput):
    """``errors``: ``[{field, detail}]``."""

    code = "wrong_values"

    def __init__(self, errors):
        super().__init__(_l("Some values are wrong."))
        self.errors = errors


def check(value, schema):
    """Raises WrongValues unless ``value`` fits ``schema``."""
    faults = sorted(_validator(json.dumps(schema)).iter_errors(value), key=lambda fault: list(map(str, fault.path)))
    if faults:
        raise WrongValues([each for fault in faults for each in _told(fault)])


@cache
def _validator(schema):
    # Few processes ever meet a program: they learn the language of schemas when they do.
    from jsonschema import Draft202012Validator

    whole = json.loads(schema) | {"components": {"schemas": SCHEMAS}}
    return Draft202012Validator(whole, format_checker=_formats())


def _formats():
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=["date", "date-time"])
    checker.checks("uuid", raises=ValueError)(lambda value: not isinstance(value, str) or bool(UUID(value)))
    return checker


def _told(fault):
    where = "/" + "/".join(map(str, fault.path)) if fault.path else ""
    if fault.validator == "required":
        missing = [name for name in fault.validator_value if name not in fault.instance]
        return [{"field": f"{where}/{name}", "detail": _("Please fill this in.")} for name in missing]
    if fault.validator == "additionalProperties":
        known = fault.schema["properties"]
        return [{"field": f"{where}/{name}", "detail": str(UNKNOWN)} for name in fault.instance if name not in known]
    return [{"field": where or "/", "detail": _words(fault)}]


def _words(fault):
    limit = fault.validator_value
    if fault.validator == "enum":
        return _("One of: %(words)s.", words=", ".join(str(word) for word in limit if word is not None))
    said = {
        "type": lambda: _("The type is wrong: %(type)s is needed.", type=_types(limit)),
        "const": lambda: _("Without this consent we cannot make the account."),
        "maxLength": lambda: _("At most %(count)s characters, please.", count=limit),
        "minLength": lambda: _("Please fill this in."),
        "minimum": lambda: _("Not less than %(number)s.", number=limit),
        "maximum": lambda: _("Not more than %(number)s.", number=limit),
        "minProperties": lambda: _("Nothing to change was sent."),
        "format": lambda: _("This is not written as %(format)s.", format=limit),
    }
    return said.get(fault.validator, lambda: _("The value does not fit."))()


def _types(limit):
    return limit if isinstance(limit, str) else ", ".join(limit)

"""The fields that owners added to the form of an inquiry, as columns of a file: each cell as people write it."""

import re

from flask_babel import lazy_gettext as _l

from app import spelling
from app.constants import FieldKind
from app.errors import InvalidInput
from app.formatting import parse_number
from app.services import request_fields
from app.services.imports import words
from app.services.imports.fields import Field

YES = frozenset(map(spelling.key, ("да", "yes", "true", "1", "есть", "можно", "y", "д")))
NO = frozenset(map(spelling.key, ("нет", "no", "false", "0", "без", "нельзя", "n", "н")))
EXAMPLES = {
    FieldKind.TEXT: "…",
    FieldKind.NUMBER: "7",
    FieldKind.DATE: "01.09.2027",
    FieldKind.YES_NO: "да",
}


def fields():
    return tuple(_column(field) for field in request_fields.live())


def _column(field):
    headings = (field.label_ru, field.label_en, field.caption, field.key)
    heard = ",".join(heading.replace(",", " ") for heading in headings)
    return Field(field.name, field.caption, heard, _example(field), hint=_hint(field))


def _example(field):
    if field.kind == FieldKind.NUMBER and field.minimum is not None:
        return f"{field.minimum:g}"
    offered = [option.label for option in field.offered()]
    if field.kind == FieldKind.SEVERAL:
        return "; ".join(offered[:2])
    return offered[0] if offered else EXAMPLES[field.kind]


def _hint(field):
    if field.kind == FieldKind.YES_NO:
        return _l("yes or no")
    said = ", ".join(option.label for option in field.offered()[:6])
    return _l("several by commas: %(words)s", words=said) if field.kind == FieldKind.SEVERAL else said


def read(raw):
    """``{field: text}`` of a row → «x-pets» → its answer. Raises InvalidInput(field)."""
    own = {name: request_fields.field_of(name) for name in raw}
    return {name: _read(field, raw[name]) for name, field in own.items() if field}


def of(values):
    return {name: value for name, value in values.items() if name.startswith(request_fields.PREFIX)}


def demand(own, whole, held=None):
    """Raises InvalidInput where an inquiry of the values ``whole`` is not asked one of these."""
    given = {name.removeprefix(request_fields.PREFIX): value for name, value in own.items()}
    request_fields.demand(given, whole["deal"], whole["property_type"], held)


def shown(name, value):
    field = request_fields.field_of(name)
    return field.words(value) if field else words.shown(value)


def _read(field, text):
    answer = _MEANINGS[field.kind](field, text)
    if problem := field.problem(answer):
        raise InvalidInput(problem, field=field.name)
    return answer


def _number(field, text):
    number = parse_number(text.removesuffix(field.unit).strip() if field.unit else text)
    if number is None:
        raise InvalidInput(_l("Write a number, for example 900 or 420 000."), field=field.name)
    return int(number) if number == int(number) else float(number)


def _choice(field, text):
    key = spelling.key(text)
    for option in field.options:
        if key in {spelling.key(word) for word in (option.ru, option.en, option.key)}:
            return option.key
    said = ", ".join(option.label for option in field.offered()[:10])
    raise InvalidInput(_l("There is no option “%(text)s”: %(words)s.", text=text[:80], words=said), field=field.name)


def _several(field, text):
    """By semicolons or commas; an option may have a comma of its own."""
    try:
        return [_choice(field, text)]
    except InvalidInput:
        separator = ";" if ";" in text else ","
        chosen = {_choice(field, part) for part in re.split(separator, text) if part.strip()}
    return [option.key for option in field.options if option.key in chosen]


def _yes_no(field, text):
    key = spelling.key(text)
    if key not in YES | NO:
        raise InvalidInput(_l("Write “yes” or “no”."), field=field.name)
    return key in YES


_MEANINGS = {
    FieldKind.TEXT: lambda field, text: text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _choice,
    FieldKind.SEVERAL: _several,
    FieldKind.DATE: lambda field, text: words.day(text, field.name).isoformat(),
    FieldKind.YES_NO: _yes_no,
}

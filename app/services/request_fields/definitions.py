"""What each field is. Read once for every edition of them and kept by the process: the home page asks each time.

An answer is a JSON value: text, a number, an option's key, a list of such keys, a date in ISO, true or false.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.constants import FieldKind
from app.extensions import db
from app.formatting import day, language, number
from app.models.prepared import Prepared
from app.models.request_fields import RequestField, RequestForm

PREFIX = "x-"  # before the key in forms, in addresses and in the journal
TEXT_LENGTH = 300
LARGEST = 10**12
KEPT = "request_fields"  # in the info of a database session


@dataclass(frozen=True)
class Option:
    key: str
    ru: str
    en: str
    retired: bool = False

    @property
    def label(self):
        return self.ru if language() == "ru" else self.en


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as everything but its editor sees it; words are in the current language."""

    id: int | None
    key: str
    kind: FieldKind
    label_ru: str
    label_en: str
    hint_ru: str = ""
    hint_en: str = ""
    unit_ru: str = ""
    unit_en: str = ""
    options: tuple = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    counted: bool = True
    deals: frozenset = frozenset()
    property_types: frozenset = frozenset()
    retired: bool = False

    @classmethod
    def of(cls, row):
        """From a row of RequestField, or anything with its attributes."""
        plain = {name: getattr(row, name) for name in _AS_STORED}
        return cls(
            options=tuple(Option(**option) for option in row.options),
            deals=frozenset(row.deals),
            property_types=frozenset(row.property_types),
            retired=row.retired_at is not None,
            **plain,
        )

    @property
    def name(self):
        """Of its input, its filter and its change in the journal: none of the contract's own begins so."""
        return PREFIX + self.key

    @property
    def label(self):
        return self._worded("label")

    @property
    def hint(self):
        return self._worded("hint")

    @property
    def unit(self):
        return self._worded("unit")

    @property
    def caption(self):
        """«Этаж», «До метро, мин»"""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def _worded(self, name):
        return getattr(self, f"{name}_ru" if language() == "ru" else f"{name}_en")

    def applies(self, deal, property_type):
        return (not self.deals or deal in self.deals) and (
            not self.property_types or property_type in self.property_types
        )

    def offered(self, held=None):
        """The options to choose from; one that is retired only where it is the answer already."""
        kept = held if isinstance(held, list) else [held]
        return [option for option in self.options if not option.retired or option.key in kept]

    def option(self, key):
        return next((option for option in self.options if option.key == key), None)

    def problem(self, answer):
        """What is wrong with an answer, in words, or None."""
        return _PROBLEMS[self.kind](self, answer)

    def words(self, answer):
        """«3 мин», «да», «двор, парк»; empty for no answer."""
        return "" if answer in (None, "", []) else _WORDS[self.kind](self, answer)


_AS_STORED = ("id", "key", "kind", "label_ru", "label_en", "hint_ru", "hint_en", "unit_ru", "unit_en")
_AS_STORED += ("minimum", "maximum", "required", "counted")


def _text_problem(field, answer):
    if not isinstance(answer, str) or len(answer) > TEXT_LENGTH:
        return _l("At most %(count)s characters, please.", count=TEXT_LENGTH)
    return None


def _number_problem(field, answer):
    if isinstance(answer, bool) or not isinstance(answer, int | float) or abs(answer) > LARGEST:
        return _l("Write a number, for example 900 or 420 000.")
    low, high = field.minimum, field.maximum
    if (low is None or answer >= low) and (high is None or answer <= high):
        return None
    if low is not None and high is not None:
        return _l("From %(low)s to %(high)s, please.", low=_number(low), high=_number(high))
    return _l("Not less than %(low)s, please.", low=_number(low)) if high is None else _not_more(high)


def _not_more(high):
    return _l("Not more than %(high)s, please.", high=_number(high))


def _choice_problem(field, answer):
    return None if isinstance(answer, str) and field.option(answer) else _l("Choose from the list.")


def _several_problem(field, answer):
    fine = isinstance(answer, list) and all(isinstance(key, str) and field.option(key) for key in answer)
    return None if fine and len(set(answer)) == len(answer) else _l("Choose from the list.")


def _date_problem(field, answer):
    try:
        date.fromisoformat(answer)
    except (TypeError, ValueError):
        return _l("Write the date as day, month, year.")
    return None


def _yes_no_problem(field, answer):
    return None if isinstance(answer, bool) else _l("Choose from the list.")


_PROBLEMS = {
    FieldKind.TEXT: _text_problem,
    FieldKind.NUMBER: _number_problem,
    FieldKind.CHOICE: _choice_problem,
    FieldKind.SEVERAL: _several_problem,
    FieldKind.DATE: _date_problem,
    FieldKind.YES_NO: _yes_no_problem,
}


def _number(value):
    return number(int(value) if value == int(value) else value)


def _number_words(field, answer):
    return f"{_number(answer)} {field.unit}".strip()


def _choice_words(field, answer):
    option = field.option(answer)
    return option.label if option else str(answer)


def _several_words(field, answer):
    return ", ".join(_choice_words(field, key) for key in answer)


_WORDS = {
    FieldKind.TEXT: lambda field, answer: str(answer),
    FieldKind.NUMBER: _number_words,
    FieldKind.CHOICE: _choice_words,
    FieldKind.SEVERAL: _several_words,
    FieldKind.DATE: lambda field, answer: day(date.fromisoformat(answer)),
    FieldKind.YES_NO: lambda field, answer: _("yes") if answer else _("no"),
}


# Plain connections: what is read belongs to an edition, whatever snapshot the session holds.
EDITION = sa.select(RequestForm.edition).where(RequestForm.id == 1)
_EDITION = Prepared(EDITION)
_ROWS = Prepared(
    sa.select(*RequestField.__table__.c).order_by(RequestField.position, RequestField.id),
    row=lambda *values: Field.of(RequestField(**dict(zip(RequestField.__table__.c.keys(), values, strict=True)))),
)
_kept = (None, {})  # the edition this process has read, and its fields


def edition():
    """A word that is another one after every change of any field; None while there has never been one."""
    found = _EDITION.read()
    return found[0] if found else None


def known():
    """Key → Field, retired ones too, in the order of the form. One small statement a session."""
    return _known()[1]


def known_edition():
    """That of known()."""
    return _known()[0]


def know(word):
    """What edition() would say, where it was asked beside another question (EDITION) of this session."""
    db.session().info[KEPT] = word, _of(word)


def _known():
    info = db.session().info
    if KEPT not in info:
        know(edition())
    return info[KEPT]


def _of(word):
    global _kept
    if word is None:
        return {}
    if _kept[0] != word:
        _kept = (word, {field.key: field for field in _ROWS.read_all()})
    return _kept[1]


def live():
    """The fields that the form asks for, in their order."""
    return tuple(field for field in known().values() if not field.retired)


def field_of(name):
    """The Field of «x-pets», or None."""
    return known().get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None

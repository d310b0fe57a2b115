"""What a setting takes: each kind reads what was typed, writes it into its control again and says it in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import available_timezones

from babel.numbers import get_currency_name
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.formatting import currencies, number
from app.services import contacts
from app.services.brand import colour, pictures


class Kind:
    control = "text"  # which macro of admin/supervisor/settings/_controls.html draws it

    def read(self, typed):
        """The value of what a form or an earlier value says. Raises InvalidInput without a field."""
        raise NotImplementedError

    def write(self, value):
        """The value as its control holds it."""
        return str(value)

    def words(self, value):
        """The value as people read it."""
        return self.write(value) or _("empty")


@dataclass(frozen=True)
class Words(Kind):
    longest: int = 200
    rows: int = 1
    needed: bool = False
    check: Callable | None = None  # raises ValueError for what is not one of it
    wrong: object = ""

    @property
    def control(self):
        return "text" if self.rows == 1 else "lines"

    def read(self, typed):
        text = str(typed).replace("\r\n", "\n").strip()
        if self.rows == 1:
            text = " ".join(text.split())
        if self.needed and not text:
            raise InvalidInput(_l("This cannot be empty."))
        if len(text) > self.longest:
            raise InvalidInput(_l("At most %(count)s characters, please.", count=self.longest))
        try:
            if self.check:
                self.check(text)
        except ValueError:
            raise InvalidInput(self.wrong) from None
        return text


@dataclass(frozen=True)
class Whole(Kind):
    minimum: int
    maximum: int
    control = "number"

    def read(self, typed):
        try:
            value = int("".join(str(typed).split()))
        except ValueError:
            raise InvalidInput(_l("A whole number is needed.")) from None
        if not self.minimum <= value <= self.maximum:
            raise InvalidInput(
                _l("From %(low)s to %(high)s, please.", low=number(self.minimum), high=number(self.maximum))
            )
        return value

    def words(self, value):
        return number(value)


@dataclass(frozen=True)
class Flag(Kind):
    no: object
    yes: object
    control = "choice"

    @property
    def choices(self):
        return (("False", self.no), ("True", self.yes))

    def read(self, typed):
        try:
            return {"true": True, "false": False}[str(typed).strip().lower()]
        except KeyError:
            raise InvalidInput(_l("Choose one of the offered.")) from None

    def words(self, value):
        return str(self.yes if value else self.no)


class Email(Kind):
    control = "email"

    def read(self, typed):
        return contacts.email_address(typed)


class Zone(Kind):
    control = "zone"

    def read(self, typed):
        if str(typed).strip() not in available_timezones():
            raise InvalidInput(_l("There is no such time zone."))
        return str(typed).strip()


class Colour(Kind):
    control = "colour"

    def read(self, typed):
        text = str(typed).strip().lower().removeprefix("#")
        text = "".join(letter * 2 for letter in text) if len(text) == 3 else text
        if not colour.is_colour(f"#{text}"):
            raise InvalidInput(_l("Write a colour like this: #0f766e."))
        return f"#{text}"


@dataclass(frozen=True)
class OneOf(Kind):
    choices: tuple  # of (value, words)
    control = "choice"

    def read(self, typed):
        if str(typed) not in dict(self.choices):
            raise InvalidInput(_l("Choose one of the offered."))
        return str(typed)

    def words(self, value):
        return str(dict(self.choices).get(value, value))


@dataclass(frozen=True)
class Picture(Kind):
    """An uploaded picture by the name that services/brand/pictures.py gave it; empty for none."""

    square: bool = False
    drawing: bool = True  # whether it may be SVG
    control = "picture"

    def read(self, typed):
        name = str(typed).strip()
        if name and not pictures.named(name):
            raise InvalidInput(_l("Choose a picture."))
        return name

    def words(self, value):
        found = pictures.named(value)
        return f"{found.ending.upper()}, {found.width} × {found.height}" if found else _("no picture")


@dataclass(frozen=True)
class Currency(Kind):
    """A code of ISO 4217 that people pay with today, in any letters; empty where ``blank`` has words for that."""

    blank: object = ""
    control = "currency"

    def read(self, typed):
        code = str(typed).strip().upper()
        if code and code not in currencies() or not (code or self.blank):
            raise _no_currency(code)
        return code

    def words(self, value):
        return f"{value}, {get_currency_name(value, locale=get_locale())}" if value else str(self.blank)


class Currencies(Kind):
    """Several of them: «EUR USD CZK»."""

    control = "codes"
    longest = 200

    def read(self, typed):
        codes = list(dict.fromkeys(re.findall(r"[^\s,;]+", str(typed).upper())))
        if unknown := [code for code in codes if code not in currencies()]:
            raise _no_currency(unknown[0])
        return " ".join(codes)


def _no_currency(code):
    return InvalidInput(_l("There is no currency “%(code)s”. Write codes like EUR, USD, CZK.", code=code))

"""What a setting takes: each kind reads what was typed, writes it into its control again and says it in words."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import InvalidInput
from app.services import contacts


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
            raise InvalidInput(_l("From %(low)s to %(high)s, please.", low=self.minimum, high=self.maximum))
        return value


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

"""The values of an inquiry before it is one, and what every inquiry must satisfy."""

from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from babel.numbers import list_currencies
from flask_babel import lazy_gettext as _l

from app.constants import Deal, PropertyType, Rooms
from app.errors import InvalidInput
from app.extensions import db
from app.models.base import utcnow
from app.models.places import City
from app.services import money, request_fields

WISHES_LENGTH = 2_000
LARGEST_AMOUNT = 10**14  # minor units: beyond any budget, within every column and script
LARGEST_AREA = 1_000_000
ROOMLESS = frozenset({PropertyType.LAND, PropertyType.COMMERCIAL, PropertyType.ROOM})


@dataclass(frozen=True, kw_only=True)
class InquiryDraft:
    """Budgets are minor units of ``currency``; ``currency`` may be left out: the country's own is taken."""

    deal: Deal
    city: City  # or the Place that stands for it
    property_type: PropertyType
    rooms: tuple = ()
    budget_min: int | None = None
    budget_max: int | None = None
    currency: str = ""
    area_min: int | None = None
    move_in: date | None = None
    wishes: str = ""
    answers: dict = field(default_factory=dict)  # of fields that owners added: key → answer

    def values(self):
        """Field → value as Inquiry takes them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, inquiry):
        """The draft that would make the same inquiry again, from today on."""
        values = {each.name: getattr(inquiry, each.name) for each in fields(cls)}
        answers = request_fields.still_valid(inquiry.answers)
        return cls(**values | {"move_in": _ahead(inquiry.move_in), "answers": answers})

    def payload(self):
        """The draft as JSON, for PendingInquiry."""
        plain = asdict(_without_city(self))
        return plain | {
            "city": str(self.city.public_id),
            "rooms": list(self.rooms),
            "move_in": self.move_in.isoformat() if self.move_in else None,
        }

    @classmethod
    def restore(cls, payload):
        """The draft of a payload, or None when its city is gone. A merged city is followed, a day gone by dropped."""
        city = db.session.scalar(sa.select(City).where(City.public_id == UUID(payload["city"])))
        if city is None:
            return None
        move_in = date.fromisoformat(payload["move_in"]) if payload["move_in"] else None
        values = {"deal": Deal(payload["deal"]), "property_type": PropertyType(payload["property_type"])}
        values["answers"] = request_fields.still_valid(payload.get("answers"))
        return cls(**payload | values | {"city": current(city), "move_in": _ahead(move_in)})


def _without_city(draft):
    """asdict() copies what it meets, and a row must not be copied."""
    return InquiryDraft(**draft.values() | {"city": None})


def _ahead(day):
    return day if day and day >= _earliest() else None


def current(city):
    """The city itself, or the one it was merged into."""
    while city.merged_into is not None:
        city = city.merged_into
    return city


def checked(values, *, before=None):
    """``values`` (all fields of a draft) brought into order. ``before``: the move-in day that is already stored.

    Raises InvalidInput naming the field.
    """
    values = dict(values)
    values["city"] = current(values["city"])
    values["wishes"] = (values["wishes"] or "").replace("\r\n", "\n").strip()
    values["currency"] = (values["currency"] or money.proposed(values["city"].country.currency)).upper()
    values["rooms"] = _ordered(values["rooms"], values["property_type"])
    values["answers"] = request_fields.checked(values["answers"])
    _check_budget(values)
    if values["currency"] not in list_currencies():
        raise InvalidInput(_l("There is no such currency."), field="currency")
    if values["area_min"] is not None and not 0 < values["area_min"] <= LARGEST_AREA:
        raise InvalidInput(_l("The area looks wrong."), field="area_min")
    if values["move_in"] and values["move_in"] != before and values["move_in"] < _earliest():
        raise InvalidInput(_l("This day has passed."), field="move_in")
    if len(values["wishes"]) > WISHES_LENGTH:
        raise InvalidInput(_l("Please keep it within 2,000 characters."), field="wishes")
    return values


def _earliest():
    """Today, in whichever zone it still is."""
    return (utcnow() - timedelta(hours=12)).date()


def _ordered(rooms, property_type):
    return [] if property_type in ROOMLESS else [room.value for room in Rooms if room in (rooms or ())]


def _check_budget(values):
    low, high = values["budget_min"], values["budget_max"]
    for name in ("budget_min", "budget_max"):
        if values[name] is not None and not 0 < values[name] <= LARGEST_AMOUNT:
            raise InvalidInput(_l("The amount looks wrong."), field=name)
    if low and high and low > high:
        raise InvalidInput(_l("“To” must not be less than “from”."), field="budget_max")

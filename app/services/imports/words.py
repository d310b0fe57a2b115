"""Cells as people write them → values of a record: places, roles, deals, rooms, money, days."""

from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app import spelling
from app.constants import Deal, PropertyType, Role, Rooms
from app.errors import InvalidInput

ROLES = {
    Role.CLIENT: "клиент,client,покупатель,арендатор",
    Role.REALTOR: "риелтор,риэлтор,риелтер,агент,realtor,agent,broker,маклер",
}
DEALS = {
    Deal.RENT: "аренда,снять,наём,rent,rental,съём,снимать",
    Deal.BUY: "покупка,купить,buy,purchase,sale,продажа",
}
TYPES = {
    PropertyType.APARTMENT: "квартира,apartment,flat,апартаменты,студия",
    PropertyType.ROOM: "комната,room",
    PropertyType.HOUSE: "дом,house,коттедж,вилла,villa,таунхаус",
    PropertyType.LAND: "земля,участок,земельный участок,land,plot",
    PropertyType.COMMERCIAL: "коммерческая,коммерческая недвижимость,коммерческое помещение,офис,commercial,office",
}
ROOMS = {Rooms.STUDIO: "студия,studio,0", Rooms.ONE: "1", Rooms.TWO: "2", Rooms.THREE: "3", Rooms.FOUR_PLUS: "4+,4,5,6"}
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S")


def one_of(words, text, field, message):
    """The member of an enum that ``text`` names, in Russian or English. Raises InvalidInput(field)."""
    key = spelling.key(text)
    for member, names in words.items():
        if key in {spelling.key(name) for name in names.split(",")} | {spelling.key(member.value)}:
            return member
    raise InvalidInput(message, field=field)


def role(text):
    return one_of(ROLES, text, "role", _l("Only clients and realtors are imported."))


def deal(text):
    return one_of(DEALS, text, "deal", _l("Write “rent” or “purchase”."))


def property_type(text):
    return one_of(TYPES, text, "property_type", _l("Write apartment, room, house, land or commercial."))


def rooms(text):
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    return [_room(part) for part in parts]


def _room(text):
    plus = text.replace(" ", "")
    for member, names in ROOMS.items():
        if plus.casefold() in names.split(","):
            return member
    raise InvalidInput(_l("Rooms are written as: studio, 1, 2, 3, 4+"), field="rooms")


def day(text, field):
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise InvalidInput(_l("Write the date as day, month, year."), field=field)


def shown(value):
    """A value in the words of this reader, for «old → new»."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value)
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if hasattr(value, "name_ru"):
        return value.name(get_locale())
    return str(getattr(value, "value", value))

"""What a file may bring of each kind of record, and by which headings a column of it is recognised."""

import re
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from app import spelling


@dataclass(frozen=True)
class Field:
    """``words``: headings people give such a column; ``looks``: what most of its cells look like."""

    name: str
    label: object
    words: str
    example: str
    looks: re.Pattern | None = None
    hint: object = ""
    keys: frozenset = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "keys", frozenset(spelling.key(word) for word in self.words.split(",")))


EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE = re.compile(r"\+?[\d\s()./–-]{9,24}")
SITE = re.compile(r"(https?://)?([\w-]+\.)+[a-zа-я]{2,}(/\S*)?", re.IGNORECASE)

_EMAIL = Field(
    "email", _l("E-mail"), "почта,e-mail,email,емейл,эл. почта,электронная почта,mail", "anna@mail.com", EMAIL
)
_PHONE = Field(
    "phone", _l("Phone"), "телефон,тел,мобильный,моб,phone,mobile,tel,номер телефона", "+420 777 123 456", PHONE
)
_NAME = Field(
    "name", _l("Full name"), "имя,фио,ф.и.о.,имя и фамилия,фамилия и имя,name,full name,клиент,контакт", "Анна Новак"
)
_COUNTRY = Field("country", _l("Country"), "страна,country,код страны,country code", "Чехия")
_CITY = Field("city", _l("City"), "город,city,населённый пункт,town,место", "Прага")

PEOPLE = (
    _NAME,
    Field("first_name", _l("First name"), "first name,given name,имя риелтора", "Анна"),
    Field("last_name", _l("Last name"), "фамилия,last name,surname,family name", "Новак"),
    _EMAIL,
    _PHONE,
    Field("role", _l("Role"), "роль,role,кто,тип", "риелтор", hint=_l("client or realtor")),
    _COUNTRY,
    _CITY,
    Field("agency", _l("Agency"), "агентство,агенство,компания,agency,company,организация", "Домус"),
    Field("locale", _l("Language"), "язык,language,locale,lang", "ru", hint=_l("ru or en")),
)
AGENCIES = (
    Field("name", _l("Name"), "название,имя,агентство,агенство,компания,name,agency,company,наименование", "Домус"),
    Field("website", _l("Website"), "сайт,website,site,url,адрес сайта,веб-сайт,web", "domus.cz", SITE),
)
PLACES = (
    _COUNTRY,
    Field(
        "name_ru",
        _l("Name in Russian"),
        "название,город,название по-русски,name_ru,на русском,city,русское название",
        "Прага",
    ),
    Field(
        "name_en", _l("Name in English"), "название по-английски,name_en,на английском,english name,латиницей", "Prague"
    ),
    Field(
        "spellings",
        _l("Other spellings"),
        "написания,другие написания,синонимы,варианты,spellings,aliases,other names",
        "Praha, Praga",
        hint=_l("several by commas"),
    ),
    Field("latitude", _l("Latitude"), "широта,latitude,lat", "50.0880"),
    Field("longitude", _l("Longitude"), "долгота,longitude,lon,lng", "14.4208"),
    Field("population", _l("People live there"), "население,population,жителей,жители", "1300000"),
    Field("timezone", _l("Time zone"), "часовой пояс,timezone,time zone,зона", "Europe/Prague"),
)
INQUIRIES = (
    Field(
        "number", _l("No."), "номер,№,number,no,номер запроса,запрос", "", hint=_l("of an inquiry that is here already")
    ),
    _EMAIL,
    _PHONE,
    Field(
        "deal", _l("Deal"), "сделка,deal,тип сделки,аренда/покупка,вид сделки", "аренда", hint=_l("rent or purchase")
    ),
    _COUNTRY,
    _CITY,
    Field(
        "property_type",
        _l("Property"),
        "тип,недвижимость,тип недвижимости,property,property type,объект,что",
        "квартира",
    ),
    Field("rooms", _l("Rooms"), "комнаты,комнат,rooms,число комнат", "студия, 1, 2"),
    Field("budget_min", _l("Budget from"), "бюджет от,от,budget from,min budget,budget_min,цена от", "500"),
    Field(
        "budget_max",
        _l("Budget up to"),
        "бюджет до,до,бюджет,budget,budget to,budget_max,max budget,цена до,цена",
        "900",
    ),
    Field("currency", _l("Currency"), "валюта,currency", "EUR"),
    Field("area_min", _l("Area from, m²"), "площадь,площадь от,area,area from,м2,м²", "40"),
    Field("move_in", _l("Date"), "дата,заезд,дата заезда,когда,move in,date,move-in date", "01.09.2027"),
    Field("wishes", _l("Wishes"), "пожелания,комментарий,примечание,wishes,comment,notes,описание", "Рядом с парком"),
)

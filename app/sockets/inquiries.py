"""Inquiries live: to the realtors of the city in each one's language, and to the client."""

from collections import namedtuple

import sqlalchemy as sa
from flask_babel import force_locale
from sqlalchemy.orm import joinedload

from app.constants import LOCALES, InquiryStatus
from app.extensions import db
from app.models.accounts import User
from app.models.inquiries import Inquiry
from app.models.places import City
from app.models.prepared import Prepared
from app.services import inquiry_text
from app.sockets import aside, rooms


def new(inquiry_id):
    aside.first(_new, inquiry_id)


def _new(inquiry_id):
    _to_city(_TOLD.read(id=inquiry_id), "inquiry:new")


_ABOUT = ("public_id", "number", "deal", "status", "property_type", "rooms", "budget_min", "budget_max", "currency")
_ABOUT += ("area_min", "move_in")
_WHERE = ("public_id", "name_ru", "name_en")


class _City(namedtuple("_City", _WHERE)):
    name = City.name


class _Told(namedtuple("_Told", (*_ABOUT, "city"))):
    """What is told of a new inquiry, in one plain row: a thousand wait for it."""

    @classmethod
    def of(cls, *values):
        return cls(*values[: len(_ABOUT)], _City(*values[len(_ABOUT) :]))


_TOLD = Prepared(
    sa.select(*(getattr(Inquiry, name) for name in _ABOUT), *(getattr(City, name) for name in _WHERE))
    .join(City, City.id == Inquiry.city_id)
    .where(Inquiry.id == sa.bindparam("id")),
    row=_Told.of,
)


def changed(inquiry_id, left_city=None):
    """Told to the city and to the client, whose tracker shows who has seen and accepted it.

    ``left_city``: the public id of the city it was moved from, whose realtors only learn that it is gone.
    """
    inquiry = _inquiry(inquiry_id)
    _to_city(inquiry, "inquiry:changed")
    _to_client(inquiry)
    if left_city:
        gone(str(inquiry.public_id), left_city)


def gone(inquiry, city):
    """Realtors of a city take it off their lists; both are public ids."""
    for locale in LOCALES:
        rooms.tell(rooms.of_city(city, locale), "inquiry:changed", {"id": inquiry, "gone": True})


def seen(inquiry_id):
    """Another realtor has opened it: only the client's tracker cares."""
    _to_client(_inquiry(inquiry_id))


def _to_client(inquiry):
    rooms.tell(rooms.of_user(inquiry.client.public_id), "inquiry:changed", _summary(inquiry, inquiry.client.locale))


def _inquiry(inquiry_id):
    return db.session.scalars(
        sa.select(Inquiry)
        .where(Inquiry.id == inquiry_id)
        .options(joinedload(Inquiry.city), joinedload(Inquiry.client).lazyload(User.realtor))
    ).one()


def _to_city(inquiry, event):
    if inquiry.status == InquiryStatus.DRAFT:
        return
    for locale in LOCALES:
        rooms.tell(rooms.of_city(inquiry.city.public_id, locale), event, _summary(inquiry, locale))


def _summary(inquiry, locale):
    with force_locale(locale):
        return {
            "id": str(inquiry.public_id),
            "number": inquiry.number,
            "deal": inquiry.deal.value,
            "status": inquiry.status.value,
            "title": inquiry_text.title(inquiry),
            "summary": inquiry_text.summary(inquiry),
            "url": f"/office/inquiries/{inquiry.public_id}",
        }

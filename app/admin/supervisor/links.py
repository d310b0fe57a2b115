"""Links from one record of the console to another."""

from functools import lru_cache

from flask import g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.access.scopes import sees_person
from app.admin.cells import link
from app.admin.light import Light
from app.admin.theme import may_open
from app.doors import current_actor
from app.formatting import language
from app.models.accounts import User

LIGHT_PERSON = Light(User.public_id, User.name, User.role)  # what person() asks of one


def _record(endpoint, id, text):
    doors = g.setdefault("record_doors", {})  # asked for by hundreds of cells
    if endpoint not in doors:
        doors[endpoint] = str(escape(record(endpoint, "~"))).split("~") if may_open(endpoint) else None
    if doors[endpoint] is None:
        return text
    before, after = doors[endpoint]
    return Markup(f'<a href="{before}{id}{after}">{escape(text)}</a>')


def _list(endpoint, count, filters):
    return link(url_for(endpoint, **filters), count) if may_open(endpoint) else count


def record(endpoint, id):
    """The address of a record page."""
    return _pattern(endpoint, request.script_root).replace("~", str(id))


@lru_cache(maxsize=64)
def _pattern(endpoint, root):
    """With ~ for the id: to build the address anew for every cell takes longer than the cell."""
    return url_for(endpoint, id="~")


def person(user):
    """By name; it leads to the person where the reader may look at that one, who may be of the console."""
    if user is None:
        return None
    return (
        _record("people.details_view", user.public_id, user.name) if sees_person(current_actor(), user) else user.name
    )


def number(row):
    """«№ 1042»"""
    return _numbered(language()) % {"number": row.number}


@lru_cache(maxsize=8)
def _numbered(_language):
    return _("No. %(number)s")


def inquiry(row):
    return _record("inquiries_admin.details_view", row.public_id, number(row)) if row else None


def city(row):
    return _record("cities.details_view", row.public_id, row.name(language()))


def agency(row):
    return _record("agencies.details_view", row.public_id, row.name)


def people(count, **filters):
    """A number that opens the list of those it counts."""
    return _list("people.index_view", count, filters)


def inquiries(count, **filters):
    return _list("inquiries_admin.index_view", count, filters)


def cities(count, **filters):
    return _list("cities.index_view", count, filters)

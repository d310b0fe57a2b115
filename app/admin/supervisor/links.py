"""Links from one record of the console to another."""

from functools import lru_cache
from operator import attrgetter

from flask import g, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.access.scopes import sees_person
from app.admin.cells import link, once
from app.admin.light import Light
from app.admin.theme import may_open
from app.doors import current_actor
from app.formatting import language
from app.models.accounts import User

LIGHT_PERSON = Light(User.public_id, User.name, User.role)  # what person() asks of one


def records(endpoint):
    """``(id, text) → link`` for many records of a kind, or the text alone where that would lead to a refusal. ``at``:
    what follows the address of the record.
    """
    doors = g.setdefault("record_doors", {})  # the other cells of the page ask too
    if endpoint not in doors:
        doors[endpoint] = str(escape(record(endpoint, "~"))).split("~") if may_open(endpoint) else None
    if doors[endpoint] is None:
        return lambda _id, text, _at="": text
    before, after = doors[endpoint]
    return lambda id, text, at="": Markup(f'<a href="{before}{id}{after}{at}">{escape(text)}</a>')


def _record(endpoint, id, text):
    return records(endpoint)(id, text)


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
    return persons()(user)


def persons():
    """person() for a list."""
    actor, to_record = current_actor(), records("people.details_view")

    def write(user):
        if user is None:
            return None
        return to_record(user.public_id, user.name) if sees_person(actor, user) else user.name

    return write


def person_at(name, by=None):
    """What makes the cells of a column that leads to a person: ``row.<name>``."""

    def begin():
        write, at = persons(), attrgetter(name)
        return lambda row: write(at(row))

    return once(begin, by)


def number(row):
    """«№ 1042»"""
    return numbers()(row)


def numbers():
    """number() for a list."""
    words = _numbered(language())
    return lambda row: words % {"number": row.number}


@lru_cache(maxsize=8)
def _numbered(_language):
    return _("No.\xa0%(number)s")


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

"""Links from one record of the console to another."""

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

LINK = Markup('<a href="{}">{}</a>')


def person(user):
    return LINK.format(url_for("people.details_view", id=user.public_id), user.name) if user else None


def number(row):
    """«№ 1042»"""
    return _("No. %(number)s", number=row.number)


def inquiry(row):
    return LINK.format(url_for("inquiries_admin.details_view", id=row.public_id), number(row)) if row else None


def city(row):
    return LINK.format(url_for("cities.details_view", id=row.public_id), row.name(get_locale()))


def agency(row):
    return LINK.format(url_for("agencies.details_view", id=row.public_id), row.name)


def people(count, **filters):
    """A number that opens the list of those it counts."""
    return LINK.format(url_for("people.index_view", **filters), count)


def inquiries(count, **filters):
    return LINK.format(url_for("inquiries_admin.index_view", **filters), count)


def cities(count, **filters):
    return LINK.format(url_for("cities.index_view", **filters), count)

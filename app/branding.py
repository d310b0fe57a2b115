"""What templates say of the owners' look: addresses that change with it, its colours, and the name."""

from functools import lru_cache

from flask import url_for
from flask_babel import get_locale

from app import formatting
from app.errors import NotFound
from app.services import money
from app.services.brand import palette as palettes
from app.services.brand import pictures
from app.services.brand.look import look
from reports import workbook


def init_app(app, settings):
    formatting.set_money_style(money.by_code)
    workbook.set_brand(_of_workbooks)
    told = (colour, logo_address, logo_picture, look, look_icon, look_sheet, service_name, touch_icon)
    app.jinja_env.globals.update({each.__name__: each for each in told})


def _of_workbooks():
    return workbook.Brand(_colours_of_workbooks(look()), _logo_of_workbooks(look().logo_in_pixels))


def _colours_of_workbooks(shown):
    if shown.accent == palettes.default_accent():
        return {}
    day, night = shown.palette.day, shown.palette.night
    return {workbook.ACCENT: day["accent"], workbook.ACCENT_SOFT: day["accent-soft"], workbook.PALE: night["accent-2"]}


def _logo_of_workbooks(picture):
    if picture is None:
        return None
    try:
        return workbook.Logo(pictures.content(picture.name), picture.width, picture.height, service_name())
    except NotFound:  # figures are worth having without it
        return None


def service_name():
    return look().name(get_locale())


def colour(token, night=False):
    """The colour of a token, for letters, which have no style sheets."""
    palette = look().palette
    return (palette.night if night else palette.day)[token]


def look_sheet():
    """The address of the owners' style sheet; None while nothing differs from the program's own."""
    shown = look()
    return None if shown.is_own else _sheet(shown.accent, shown.corners)


@lru_cache(maxsize=16)
def _sheet(accent, corners):
    return url_for("brand.sheet", accent=accent[1:], corners=corners, v=palettes.digest(accent, corners))


def logo_address(name):
    """A path; letters are written where no request is, which url_for would ask for."""
    return f"/static/logo/{name}"


def logo_picture(night=False):
    """The owners' logo (for a dark ground, where there is one), as pictures.Named; None for our own sign."""
    shown = look()
    return pictures.named((night and shown.logo_dark) or shown.logo)


def look_icon(name):
    """The address of the owners' icon; else of a drawn one (favicon.svg, icon-maskable.svg) in their colour."""
    if look().app_icon:
        return logo_address(look().app_icon)
    accent = look().palette.day["accent"]
    if accent == palettes.default_accent():
        return url_for("static", filename=name)
    return url_for("brand.icon", name=name, accent=accent[1:], v=1)


def touch_icon():
    """The same as a PNG, for iOS."""
    if look().app_icon:
        return logo_address(look().app_icon)
    return url_for("installing.touch_icon", v=look().palette.day["accent"][1:])

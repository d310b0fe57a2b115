"""The home page: the promise and, at once, the form, which is the main filter too."""

from flask import Blueprint, jsonify, render_template, request, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from app.access.permissions import Permission, may
from app.constants import MenuPlace
from app.doors import current_actor, public
from app.errors import NotFound
from app.extensions import limiter
from app.services import behaviour, hints, menus, money, places, request_fields, showcase
from app.services.brand.look import look
from app.views import inquiry_forms, prints, robots

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def index():
    stamp = robots.stamp()
    if _anybody():
        return _printed(stamp)
    form, city = _fresh(stamp), _asked_city()
    if city:
        chosen = {"country": city.country.code, "city": str(city.public_id), "deal": _asked_deal()}
        form.process(data=chosen | stamp)
    return page(form, chosen=city)


def _fresh(stamp):
    return inquiry_forms.asking_whoever_sends()(formdata=None, data=stamp)


def _anybody():
    """Nobody signed in, nothing asked for, nothing to be told: the page that most people get."""
    return current_actor() is None and not request.args and "_flashes" not in session


def _printed(stamp):
    """Everything on that page but the visitor's own tokens hangs on these few values."""
    locale, figures = get_locale(), showcase.figures()
    key = (
        str(locale),
        inquiry_forms.today(),
        figures,
        repr(places.served_places(locale)),
        request.host_url,
        menus.links(MenuPlace.FOOTER),
        request_fields.edition(),
        hints.written(),
        behaviour.is_on(),
        look(),
        tuple(money.offered()),
    )
    return prints.printed(key, lambda: page(_fresh(stamp))[0], (generate_csrf(), *stamp.values()))


def _asked_city():
    """``/?city=…``: links from the list of cities choose one."""
    try:
        return places.city_by_public_id(request.args["city"]) if "city" in request.args else None
    except NotFound:
        return None


def _asked_deal():
    return "buy" if request.args.get("deal") == "buy" else "rent"


def page(form, *, chosen=None, found=None, status=200):
    """The home page with this form: fresh, or with the errors of what was sent."""
    actor = current_actor()
    may_send = actor is None or may(actor, Permission.INQUIRY_SUBMIT)
    values = inquiry_forms.context(form, chosen=chosen, found=found)
    return render_template(
        "home/index.html", form=form, figures=showcase.figures(), may_send=may_send, **values
    ), status


@blueprint.get("/cities/search")
@limiter.limit("60 per minute")
@public
def search():
    """Any city of the directory by the beginning of its name, for those whose city is not served."""
    locale = get_locale()
    return jsonify(
        cities=[
            {
                "id": str(city.public_id),
                "name": f"{city.name(locale)}, {city.country.name(locale)}",
                "country": city.country.code,
                "currency": money.proposed(city.country.currency),
            }
            for city in find(request.args.get("q", ""))
        ]
    )


def find(text):
    text = text.strip()[:120]
    return places.find_anywhere(text, limit=inquiry_forms.FOUND) if len(text) >= 2 else []

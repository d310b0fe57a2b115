"""The home page: the promise and, at once, the form, which is the main filter too."""

from flask import Blueprint, jsonify, render_template, request
from flask_babel import get_locale

from app.access.permissions import Permission, may
from app.doors import current_actor, public
from app.errors import NotFound
from app.extensions import limiter
from app.forms.inquiries import NewInquiryForm
from app.services import places, showcase
from app.views import inquiry_forms, robots

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def index():
    form = NewInquiryForm(formdata=None)
    city = _asked_city()
    if city:
        form.process(data={"country": city.country.code, "city": str(city.public_id), "deal": _asked_deal()})
    robots.stamp(form)
    return page(form, chosen=city)


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
                "currency": city.country.currency,
            }
            for city in find(request.args.get("q", ""))
        ]
    )


def find(text):
    text = text.strip()[:120]
    return places.find_anywhere(text, limit=inquiry_forms.FOUND) if len(text) >= 2 else []

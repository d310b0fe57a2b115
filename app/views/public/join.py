"""The realtors' closed registration: whoever has the link; anybody else finds nothing here."""

from flask import Blueprint, make_response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from app.doors import public
from app.errors import InvalidInput, NotFound
from app.extensions import limiter
from app.forms.accounts import JoinForm
from app.forms.fields import options
from app.services import accounts, contacts, join_links, places
from app.views import limits, problems
from app.views.public.entrance import browser_facts, enter, newcomer_rules

blueprint = Blueprint("join", __name__)

TYPED = ("country", "city_name", "agency", "website", "first_name", "last_name", "phone", "email", "password")


@blueprint.get("/join/<token>")
@limiter.limit("120 per hour")
@public
def show(token):
    join_links.find(token)
    return _page(_form())


@blueprint.post("/join/<token>")
@limiter.limit(limits.owned("joins_per_hour", "hour"))
@public
def create(token):
    link, form = join_links.find(token), _form()
    _take_suggestion(form)
    form.validate()
    rules = newcomer_rules(form, form.country.data or None) | {"website": contacts.website_address}
    if not problems.all_hold(form, rules):
        return _page(form, 422)
    typed = {name: form[name].data for name in TYPED}
    confirmed = bool(form.new_city.data) and form.new_city.data == form.city_name.data
    try:
        user = accounts.join(link=link, city=form.city.data, confirmed=confirmed, **typed, **browser_facts())
    except places.CityUnclear as error:
        return _page(form, 422, suggestions=[candidate.city for candidate in error.candidates])
    except InvalidInput as error:
        problems.show(form, error)
        return _page(form, 422, taken=error.code == "email_taken")
    return enter(user, how="join")


def _form():
    form = JoinForm()
    locale = get_locale()
    other = "en" if str(locale) == "ru" else "ru"
    known = [(c.code, c.name(locale), {"data-also": c.name(other)}) for c in places.search_countries("", locale)]
    form.country.choices = options([("", _("Choose a country")), *known])
    return form


def _take_suggestion(form):
    """«Вы имели в виду Прага?»: the pressed button names the city, or says it is a new one."""
    taken = request.form.get("take")
    if taken == "new":
        form.new_city.data, form.city.data = form.city_name.data, ""
    elif taken:
        form.city.data = taken
        form.city_name.data = ""
    _agree(form)


def _agree(form):
    """A chosen city shows its name; a name typed over it afterwards is what counts."""
    try:
        city = places.city_by_public_id(form.city.data)
    except NotFound:
        return
    names = {city.name_ru.casefold(), city.name_en.casefold()}
    if not form.city_name.data:
        form.city_name.data = city.name(get_locale())
    elif form.city_name.data.casefold() not in names:
        form.city.data = ""


def _page(form, status=200, **values):
    response = make_response(render_template("accounts/join.html", form=form, **values), status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response

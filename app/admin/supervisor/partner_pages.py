"""«Партнёрам»: pages with a place's masked figures, sent to agencies that might join; who has opened theirs."""

from types import SimpleNamespace

from flask import current_app, flash, render_template, request
from flask_admin import expose
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.access.scopes import visible_to
from app.admin import groups
from app.admin.base import SecureView
from app.branding import service_name
from app.constants import LOCALES
from app.doors import current_actor
from app.errors import DomainError
from app.extensions import db
from app.models.base import utcnow
from app.models.partner_pages import PartnerPage
from app.models.places import City, Country
from app.services import partner_pages, settings, statistics

SHOWN = 200
FIELDS = ("place", "locale", "title", "words", "invitation", "contact", "days", "receivers", "subject", "text")


def proposed(locale):
    """What the form begins with, in the language of the page."""
    with force_locale(locale):
        return {
            "locale": locale,
            "title": _("People look for homes here, and for your agency"),
            "words": _(
                "Every inquiry goes at once to all realtors of the city. These are the figures of the last year."
            ),
            "invitation": _("Write to us: joining is free, and the first inquiries come on the same day."),
            "contact": settings.get("contact_email"),
            "days": "90",
            "subject": _("%(company)s: what people look for in your city", company=service_name()),
            "text": _("Hello!\n\nWe have gathered what people look for in your city. The page is yours alone."),
        }


class PartnerPages(SecureView):
    permission = Permission.PARTNER_PAGES
    icon = "presentation"
    label = _l("For partners")
    group = groups.PEOPLE

    @expose("/")
    def index(self):
        found = visible_to(current_actor(), PartnerPage).order_by(PartnerPage.id.desc()).limit(SHOWN)
        base = current_app.config["SETTINGS"].public_url
        address = lambda page: base + partner_pages.path_of(page)  # noqa: E731
        pages = db.session.scalars(found).all()
        return self.render("admin/supervisor/partner_pages.html", pages=pages, address=address, now=utcnow())

    @expose("/new/", methods=("GET", "POST"))
    def new(self):
        if request.method == "GET":
            locale = request.args.get("locale", str(get_locale()))
            return self._form(proposed(locale if locale in LOCALES else LOCALES[0]))
        typed = {name: request.form.get(name, "") for name in FIELDS}
        values, shown = _values(typed), "preview" in request.form
        letter = typed["subject"].strip(), typed["text"].strip()
        receivers = [] if shown else typed["receivers"].replace(",", " ").split()
        if errors := partner_pages.problems(values, receivers, letter):
            return self._form(typed, errors), 422
        if shown:
            return self._preview(values)
        made = partner_pages.create(values, receivers, letter=letter, actor=current_actor())
        flash(
            _("Sent: %(count)s.", count=len(made)) if receivers else _("The page is ready: copy its link."), "success"
        )
        return self.to("index")

    def _form(self, typed, errors=None):
        places = statistics.places(actor=current_actor())
        shown = {"typed": typed, "errors": errors or {}, "places": places, "rules": partner_pages}
        return self.render("admin/supervisor/partner_page_new.html", **shown)

    def _preview(self, values):
        """As it will look, before anything is stored."""
        place = values["place"]
        city, country = (place, place.country) if isinstance(place, City) else (None, place)
        page = SimpleNamespace(**values | {"city": city, "country": country})
        with force_locale(values["locale"]):
            return render_template("partners/page.html", page=page, demand=partner_pages.demand(place), token=None)

    @expose("/<id>/revoke", methods=("POST",))
    def revoke(self, id):
        partner_pages.revoke(get_visible(current_actor(), PartnerPage, id, self.permission), actor=current_actor())
        flash(_("The link does not work any more."), "success")
        return self.to("index")


def _values(typed):
    days = int(typed["days"]) if typed["days"].isdigit() else 0
    locale = typed["locale"] if typed["locale"] in LOCALES else LOCALES[0]
    names = ("title", "words", "invitation", "contact")
    return {name: typed[name] for name in names} | {"place": _place(typed["place"]), "locale": locale, "days": days}


def _place(word):
    """«country:CZ» or «city:<public id>»; None for anything else."""
    kind, _colon, key = word.partition(":")
    try:
        if kind == "city":
            return get_visible(current_actor(), City, key, Permission.PLACES)
        return get_visible(current_actor(), Country, key, Permission.PLACES, key="code")
    except DomainError:
        return None

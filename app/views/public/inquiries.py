"""Sending an inquiry: as a client, before signing in, or the quick way that makes the account by itself."""

from flask import Blueprint, flash, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app import sessions
from app.access.permissions import Permission, may
from app.constants import InquirySource
from app.doors import current_actor, public
from app.errors import Forbidden, InvalidInput
from app.extensions import limiter
from app.services import accounts, contacts, inquiries
from app.services.behaviour import visits as behaviour
from app.services.inquiries import InquiryDraft
from app.views import inquiry_forms, limits, pending, problems, robots, visits
from app.views.public import home
from app.views.public.entrance import browser_facts
from app.views.redirects import see_other

blueprint = Blueprint("inquiry", __name__)

WRONG = 422  # a form again after an error: it has not been done


@blueprint.get("/inquiries")
@public
def form():
    """The address that a form with errors is left at: asked for anew, it is the form."""
    return see_other(url_for("home.index"))


@blueprint.post("/inquiries")
@limiter.limit("12 per minute", deduct_when=limits.done)
@limiter.limit(limits.owned("inquiries_per_hour", "hour"), deduct_when=limits.done)
@limiter.limit(limits.owned("inquiries_per_day", "day"), key_func=limits.by_person, deduct_when=limits.done)
@public
def submit():
    form = inquiry_forms.asking_whoever_sends()()
    if "find_city" in request.form:
        return _find_city(form)
    values = inquiry_forms.read(form)
    actor = current_actor()
    quick = actor is None and form.quick
    if quick:
        values = _reachable(form, values) and values
    visit = visits.note(form, wrong=not values)
    if not values:
        return home.page(form, chosen=_picked(form), status=WRONG)
    draft = InquiryDraft(**values)
    if actor is None:
        return (_quick if quick and not robots.suspect(form) else _keep)(form, draft, visit)
    return _send(form, draft, actor, visit)


def _reachable(form, values):
    """Whether the contacts of the quick way are right; if not, every reason stands at its field."""
    form.validate_quick()
    region = values["city"].country.code if values else contacts.REGION_OF_LOCALE[str(get_locale())]
    rules = {"email": contacts.email_address, "phone": lambda text: contacts.phone_number(text, region)}
    return problems.all_hold(form, rules)


def _picked(form):
    """The chosen city, so that one outside the served list is offered again."""
    return inquiry_forms.chosen_city(form) if form.city.data else None


def _find_city(form):
    """«Моего города нет в списке» without a script: the same page, with what was found among the cities."""
    found = home.find(form.city_query.data or "")
    if found:
        form.city.data, form.country.data = str(found[0].public_id), ""
    return home.page(form, found=found)


def _send(form, draft, actor, visit):
    if not may(actor, Permission.INQUIRY_SUBMIT):
        raise Forbidden()
    get_locale()  # once: after a commit the whole person would be read again for it
    sent = inquiries.send(draft, actor=actor, source=InquirySource.SITE, nonce=form.nonce.data)
    behaviour.published(visit, form.nonce.data)
    return _sent(waits=sent.waits)


def _sent(*, waits):
    pending.say_sent(waits=waits)
    return see_other(url_for("inquiries.index"))


def _keep(form, draft, visit):
    """Before sign-in: kept, and the way on offers registration."""
    return _to_sign_in(form, visit, inquiries.keep_pending(draft.payload(), nonce=form.nonce.data, visit=visit))


def _to_sign_in(form, visit, token):
    behaviour.met_sign_in(visit, form.nonce.data)
    response = see_other(url_for("accounts.login"))
    pending.remember(response, token)
    return response


def _quick(form, draft, visit):
    """An account of name and e-mail, made along with the inquiry. An e-mail that has one signs in first."""
    token = inquiries.keep_pending(draft.payload(), nonce=form.nonce.data, visit=visit)
    try:
        user = accounts.quick_account(
            name=form.name.data,
            email=form.email.data,
            phone=form.phone.data or "",
            region=draft.city.country.code,
            **browser_facts(),
        )
    except accounts.EmailTaken:
        flash(_("There is already an account with this e-mail. Sign in: your inquiry is kept."), "info")
        return _to_sign_in(form, visit, token)
    except InvalidInput as error:
        problems.show(form, error)
        return home.page(form, chosen=draft.city, status=WRONG)
    sessions.begin(user, remember=True, how="quick")
    inquiry = inquiries.claim_pending(token, actor=user, source=InquirySource.QUICK)
    response = _sent(waits=inquiries.waits(inquiry))
    pending.forget(response)
    return response

"""The second step of signing in: a code of the app, or a recovery code."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext as _n

from app.doors import public
from app.errors import InvalidInput, TooMany
from app.extensions import limiter
from app.forms.accounts import SecondStepForm
from app.services import settings
from app.services.accounts import second_factor
from app.services.accounts.second_step import has_passkey
from app.views import half_way, limits, problems
from app.views.public.entrance import admit, already_in
from app.views.redirects import see_other

blueprint = Blueprint("second_step", __name__, url_prefix="/login/second")


@blueprint.get("")
@public
def ask():
    return already_in() or _page(half_way.find(), SecondStepForm(formdata=None))


@blueprint.post("")
@limiter.limit("60 per hour", deduct_when=limits.refused)
@public
def check():
    waiting, form = half_way.find(), SecondStepForm()
    if waiting is None or not form.validate():
        return _page(waiting, form, 422)
    try:
        used = second_factor.use(form.code.data, user=waiting.user)
    except (InvalidInput, TooMany) as error:
        problems.show(form, error)
        return _page(waiting, form, 422)
    response = admit(waiting.user, how=waiting.how, remember=waiting.remember, to=waiting.to)
    if form.trust.data:
        half_way.trust(response, waiting.user)
    if used == "recovery":
        _tell_left(second_factor.left(waiting.user))
    return response


def _tell_left(count):
    words = _n("One recovery code is left.", "%(num)s recovery codes are left.", count) if count else ""
    flash(words or _("That was the last recovery code: make new ones in the profile."), "warning")


def _page(waiting, form, status=200):
    if waiting is None:
        flash(_("Too much time has passed. Begin signing in again."), "error")
        return see_other(url_for("accounts.login"))
    user, days = waiting.user, settings.get("trusted_days")
    form.trust.label.text = _n(
        "Do not ask on this device for %(num)s day", "Do not ask on this device for %(num)s days", days
    )
    values = {"codes": user.second_factor_at is not None, "passkey": has_passkey(user), "to": waiting.to}
    values |= {"recovery": "recovery" in request.args, "remember": waiting.remember}
    return render_template("accounts/second_step.html", form=form, **values), status

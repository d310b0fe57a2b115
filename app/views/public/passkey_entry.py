"""«Войти с ключом доступа»: the device knows its owner, so there is nothing to type and no second step to ask for."""

from flask import Blueprint, flash, jsonify, request, url_for
from flask_babel import gettext as _

from app.doors import public
from app.errors import Blocked, InvalidInput, NotFound
from app.extensions import limiter
from app.services.accounts import passkeys
from app.views import challenges, half_way
from app.views.challenges import passkey_site
from app.views.public.entrance import admit, already_in, wanted
from app.views.redirects import see_other

blueprint = Blueprint("passkey_entry", __name__, url_prefix="/login/passkey")


@blueprint.post("/options")
@limiter.limit("600 per hour")
@public
def options():
    """What navigator.credentials.get() is asked with; the page of signing in asks as soon as it is open."""
    site = passkey_site()
    if site is None:
        raise NotFound()
    return jsonify(ok=True, options=passkeys.request_options(challenges.give(challenges.ENTER), site=site))


@blueprint.post("")
@limiter.limit("120 per hour")
@public
def enter():
    return already_in() or _enter(challenges.take(challenges.ENTER), passkey_site())


def _enter(challenge, site):
    if challenge is None or site is None:
        return _again(_("Too much time has passed. Begin signing in again."))
    try:
        user = passkeys.person_of(request.form.get("credential", ""), challenge=challenge, site=site)
    except (InvalidInput, Blocked) as error:
        return _again(str(error.message))
    return admit(user, how="passkey", remember="remember" in request.form)


def _again(text):
    """Back to where the passkey was asked for."""
    flash(text, "error")
    door = "second_step.ask" if half_way.find() else "accounts.login"
    return see_other(url_for(door, next=wanted()))


@blueprint.app_context_processor
def helpers():
    return {"passkey_site": passkey_site}

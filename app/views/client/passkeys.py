"""«Ключи доступа»: adding one, its name, removing it. Adding and removing ask first who it is."""

import time
from base64 import urlsafe_b64encode

from flask import Blueprint, flash, jsonify, redirect, render_template, session, url_for
from flask_babel import gettext as _

from app import devices
from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.doors import current_actor, requires
from app.errors import DomainError, Forbidden, InvalidInput, NotFound, RefusedMove, TooMany
from app.extensions import limiter
from app.forms.accounts import CodeForm, KeyNameForm, OwnPasswordForm, PasskeyForm
from app.models.passkeys import Passkey
from app.services.accounts import passkeys, proofs, second_step
from app.services.device_names import words
from app.views import challenges, limits, problems
from app.views.challenges import passkey_site
from app.views.redirects import see_other

blueprint = Blueprint("passkeys", __name__, url_prefix="/my/profile/passkeys")

PROVEN = "proven"  # in the session: until when this browser's person needs no further proof to add a key
PROVEN_FOR = 10 * 60  # seconds


@blueprint.get("")
@requires(Permission.WAYS_IN)
def index():
    return _list(_proof_form(formdata=None))


@blueprint.post("/proof")
@limits.own_password
@requires(Permission.WAYS_IN)
def prove():
    """The person shows who they are, and goes on to the page that makes the key."""
    actor, form = current_actor(), _proof_form()
    if form and not form.validate():
        return _list(form, 422)
    try:
        proofs.check(_typed(form), actor=actor)
    except (InvalidInput, TooMany) as error:
        problems.show(form, error)
        return _list(form, 422)
    session[PROVEN] = int(time.time()) + PROVEN_FOR
    return see_other(url_for("passkeys.new"))


@blueprint.get("/new")
@requires(Permission.WAYS_IN)
def new():
    if not _is_proven():
        return redirect(url_for("passkeys.index"), 303)
    browser = devices.current()
    return _new(PasskeyForm(formdata=None, name=words(browser.name, browser.system)))


@blueprint.post("/options")
@limiter.limit("60 per hour")
@requires(Permission.WAYS_IN)
def options():
    """What navigator.credentials.create() is asked with."""
    site = passkey_site()
    if site is None or not _is_proven():
        raise Forbidden(_("Too much time has passed. Go back and begin again."))
    challenge = challenges.give(challenges.ADD)
    return jsonify(ok=True, options=passkeys.creation_options(challenge, site=site, actor=current_actor()))


@blueprint.post("")
@limiter.limit("60 per hour")
@requires(Permission.WAYS_IN)
def add():
    form, challenge = PasskeyForm(), challenges.take(challenges.ADD)
    if challenge is None or not _is_proven():
        flash(_("Too much time has passed. Go back and begin again."), "error")
        return see_other(url_for("passkeys.index"))
    if not form.validate():
        return _new(form, 422)
    values = {"challenge": challenge, "site": passkey_site(), "actor": current_actor()}
    try:
        passkeys.add(form.credential.data, form.name.data, **values)
    except InvalidInput as error:
        problems.show(form, error)
        return _new(form, 422)
    session.pop(PROVEN)
    flash(_("The passkey is added: from now on you can sign in with it."), "success")
    return see_other(url_for("passkeys.index"))


@blueprint.get("/<uuid:public_id>")
@requires(Permission.WAYS_IN)
def show(public_id):
    passkey = _own(public_id)
    return _one(passkey, KeyNameForm(formdata=None, obj=passkey, prefix="key"), _proof_form(formdata=None))


@blueprint.post("/<uuid:public_id>")
@requires(Permission.WAYS_IN)
def rename(public_id):
    passkey, form = _own(public_id), KeyNameForm(prefix="key")
    if not form.validate():
        return _one(passkey, form, _proof_form(formdata=None), 422)
    passkeys.rename(passkey, form.name.data, actor=current_actor())
    flash(_("Saved."), "success")
    return see_other(url_for("passkeys.index"))


@blueprint.post("/<uuid:public_id>/remove")
@limits.own_password
@requires(Permission.WAYS_IN)
def remove(public_id):
    passkey, form = _own(public_id), _proof_form()
    named = KeyNameForm(formdata=None, obj=passkey, prefix="key")
    if form and not form.validate():
        return _one(passkey, named, form, 422)
    try:
        passkeys.remove(passkey, _typed(form), actor=current_actor())
    except RefusedMove as error:
        flash(str(error.message), "error")
    except DomainError as error:
        problems.show(form, error)
        return _one(_own(public_id), named, form, 422)
    else:
        flash(_("The passkey is removed. Delete it on the device, too, or it will still be offered."), "success")
    return see_other(url_for("passkeys.index"))


def _own(public_id):
    return get_visible(current_actor(), Passkey, public_id, Permission.WAYS_IN)


def _proof_form(**options):
    """The form for what proofs.py asks of this person, or None where it asks nothing."""
    kinds = {"code": CodeForm, "password": OwnPasswordForm, None: lambda **_options: None}
    return kinds[proofs.asked_of(current_actor())](**options)


def _typed(form):
    return form[proofs.asked_of(current_actor())].data if form else None


def _is_proven():
    return session.get(PROVEN, 0) > time.time()


def _list(form, status=200):
    actor, site = current_actor(), passkey_site()
    rows = passkeys.of(actor)
    values = {"person": actor, "rows": rows, "site": site, "form": form, "demanded": second_step.is_demanded(actor)}
    # For the safe of the browser, which stops offering the keys that do not stand here.
    values |= {"handle": _written(actor.public_id.bytes), "ids": [_written(row.credential_id) for row in rows]}
    return render_template("passkeys/index.html", **values), status


def _written(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _new(form, status=200):
    site = passkey_site()
    if site is None:
        raise NotFound()
    return render_template("passkeys/new.html", form=form, site=site), status


def _one(passkey, named, form, status=200):
    return render_template("passkeys/one.html", passkey=passkey, named=named, form=form), status

"""The profile of whoever is signed in: the same page for every role."""

from flask import Blueprint, Response, current_app, flash, render_template, request, url_for
from flask_babel import get_locale, refresh
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import sessions
from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.constants import Role
from app.doors import current_actor, own_eyes, requires
from app.errors import InvalidInput, RefusedMove
from app.extensions import limiter
from app.forms import fields
from app.forms.accounts import (
    DeletionByEmailForm,
    DeletionForm,
    DetailsForm,
    EmailForm,
    FirstPasswordForm,
    PasswordForm,
    RealtorDetailsForm,
)
from app.integrations import sign_in
from app.models.accounts import Identity, SignIn
from app.services import accounts, contacts, presence, timezones
from app.services.accounts import passkeys, sign_ins, ways_in
from app.services.device_names import device_name
from app.views import limits, linking, problems
from app.views.redirects import see_other

blueprint = Blueprint("profile", __name__, url_prefix="/my/profile")


@blueprint.get("")
@requires(Permission.PROFILE)
def index():
    return _page()


@blueprint.post("")
@requires(Permission.PROFILE)
def details():
    actor, form = current_actor(), _details_form()
    rules = {"phone": lambda text: accounts.phone_of(actor, text)}
    return _save(form, lambda: accounts.change_details(form.data, actor=actor), _l("Saved."), rules)


@blueprint.post("/presence")
@limiter.limit("60 per hour")
@requires(Permission.PROFILE)
def show_presence():
    presence.show(request.form.get("shown") == "1", actor=current_actor())
    return see_other(url_for("profile.index", _anchor="privacy"))


@blueprint.post("/email")
@limits.own_password
@requires(Permission.PROFILE)
def email():
    actor, form = current_actor(), EmailForm(prefix="email")
    change = lambda: accounts.change_email(form.email.data, form.password.data, actor=actor)  # noqa: E731
    return _save(form, change, _l("From now on you sign in with the new e-mail."), {"email": contacts.email_address})


@blueprint.post("/password")
@limits.own_password
@requires(Permission.PROFILE)
def password():
    actor, form = current_actor(), _password_form()

    def change():
        accounts.change_password(form.new.data, current=form.data.get("current"), actor=actor)
        sessions.begin(actor, remember=sessions.is_remembered(), how="password", record=False)

    rules = {"new": lambda text: accounts.check_new_password(text, actor.email)}
    return _save(form, change, _l("The password is changed. Other devices are signed out."), rules)


@blueprint.post("/ways-in/<public_id>/remove")
@requires(Permission.WAYS_IN)
def unlink(public_id):
    actor = current_actor()
    identity = get_visible(actor, Identity, public_id, Permission.WAYS_IN)
    label = sign_in.TABLE[identity.provider].label
    try:
        ways_in.unlink(identity, actor=actor)
        flash(_("%(name)s does not open this account any more.", name=label), "success")
    except RefusedMove as error:
        flash(str(error.message), "error")
    return see_other(url_for("profile.index", _anchor="ways-in"))


@blueprint.get("/devices")
@requires(Permission.WAYS_IN)
def devices():
    actor = current_actor()
    rows = sorted(sign_ins.live(actor), key=lambda row: row.public_id != actor.sign_in)
    return render_template("profile/devices.html", person=actor, rows=rows, device_name=device_name)


@blueprint.post("/devices/<public_id>/end")
@requires(Permission.WAYS_IN)
def end_device(public_id):
    actor = current_actor()
    row = get_visible(actor, SignIn, public_id, Permission.WAYS_IN)
    sign_ins.end(row, actor=actor)
    flash(_("%(device)s is signed out.", device=device_name(row)), "success")
    return see_other(url_for("profile.devices"))


@blueprint.post("/devices/end-all")
@requires(Permission.WAYS_IN)
def end_all():
    sign_ins.end_all(actor=current_actor())
    sessions.end()
    flash(_("You are signed out everywhere."), "success")
    return see_other(url_for("accounts.login"))


@blueprint.get("/data")
@limiter.limit("20 per hour")
@requires(Permission.PROFILE)
@own_eyes
def data():
    headers = {"Content-Disposition": 'attachment; filename="otklik-my-data.zip"', "Cache-Control": "no-store"}
    return Response(accounts.takeout(actor=current_actor()), mimetype="application/zip", headers=headers)


@blueprint.post("/delete")
@limits.own_password
@requires(Permission.PROFILE)
def delete():
    actor, form = current_actor(), _deletion_form()
    if not form.validate():
        return _page(422, deletion=form)
    try:
        accounts.delete_account(form.proof.data, actor=actor)
    except InvalidInput as error:
        problems.show(form, error)
        return _page(422, deletion=form)
    sessions.end()
    flash(_("Your account is deleted. Thank you for having been with us."), "success")
    return see_other("/")


def _save(form, change, said, rules):
    """Run ``change`` if the form is in shape; the page comes back with what was typed and all that was wrong."""
    form.validate()
    if not problems.all_hold(form, rules):
        return _page(422, **{_section(form): form})
    try:
        change()
    except InvalidInput as error:
        problems.show(form, error)
        return _page(422, **{_section(form): form})
    refresh()  # the language itself may have changed
    flash(str(said), "success")
    return see_other(url_for("profile.index"))


def _section(form):
    sections = {EmailForm: "email", PasswordForm: "password", FirstPasswordForm: "password"}
    return sections.get(type(form), "details")


def _page(status=200, **forms):
    """Every section gets a fresh form, but the one that was just sent."""
    fresh = {
        "details": lambda: _details_form(formdata=None),
        "email": lambda: EmailForm(formdata=None, prefix="email"),
        "password": lambda: _password_form(formdata=None),
        "deletion": lambda: _deletion_form(formdata=None),
    }
    sections = {name: forms.get(name) or make() for name, make in fresh.items()}
    return render_template("profile/index.html", person=current_actor(), **_ways_in(), **sections), status


def _ways_in():
    """The linked accounts, what could be linked: ``[(Provider, address), …]``, and the passkeys."""
    actor = current_actor()
    linked = ways_in.of(actor)
    taken = {identity.provider for identity in linked}
    free = [provider for provider in sign_in.configured(current_app.config["SETTINGS"]) if provider.name not in taken]
    linkable = [(provider, linking.address(provider.name, actor)) for provider in free]
    return {"linked": linked, "linkable": linkable, "passkeys": passkeys.of(actor)}


def _details_form(**options):
    actor = current_actor()
    form_class = RealtorDetailsForm if actor.role == Role.REALTOR else DetailsForm
    form = form_class(obj=actor, **options)
    form.timezone.choices = fields.options([("", _("As in this browser")), *timezones.choices(get_locale())])
    if request.method == "GET" or options:
        form.phone.data = contacts.written_phone(actor.phone) if actor.phone else ""
        form.timezone.data = timezones.canonical(actor.timezone) or ""
    return form


def _password_form(**options):
    form_class = PasswordForm if current_actor().password_hash else FirstPasswordForm
    return form_class(prefix="password", **options)


def _deletion_form(**options):
    form_class = DeletionForm if current_actor().password_hash else DeletionByEmailForm
    return form_class(prefix="deletion", **options)

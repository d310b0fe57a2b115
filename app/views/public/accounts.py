"""Registration, sign-in, sign-out and the forgotten password."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from app import sessions
from app.doors import current_actor, public
from app.errors import Blocked, InvalidInput, NotFound
from app.extensions import limiter
from app.forms.accounts import ForgottenForm, NewPasswordForm, RegistrationForm, SignInForm
from app.languages import select_locale
from app.services import accounts, contacts, inquiry_text
from app.services.accounts import sign_ins
from app.views import limits, pending, problems
from app.views.public.entrance import already_in, browser_facts, enter, newcomer_rules, wanted
from app.views.redirects import see_other

blueprint = Blueprint("accounts", __name__)


def _page(name, form, status=200, **values):
    """A form again after an error is 422: it has not been done."""
    values |= {"next": wanted(), "pending": pending.drafts(), "inquiry_title": inquiry_text.title}
    return render_template(f"accounts/{name}.html", form=form, **values), status


@blueprint.get("/login")
@public
def login():
    return already_in() or _page("login", SignInForm())


@blueprint.post("/login")
@limiter.limit("60 per hour", deduct_when=limits.refused)
@limits.guesses(limits.typed_email)
@public
def sign_in():
    form = SignInForm()
    if not form.validate():
        return _page("login", form, 422)
    try:
        user = accounts.check_password(form.email.data, form.password.data)
    except (InvalidInput, Blocked) as error:
        problems.show(form, error)
        return _page("login", form, 422)
    return enter(user, how="password", remember=form.remember.data)


@blueprint.post("/logout")
@public
def logout():
    """To the home page; with ``next``, whoever has come by somebody else's link signs in as that one and goes on."""
    if actor := current_actor():
        sign_ins.end_current(actor=actor)
        sessions.end()
    return see_other(url_for("accounts.login", next=wanted()) if wanted() else "/")


@blueprint.get("/register")
@public
def register():
    return already_in() or _page("register", RegistrationForm())


@blueprint.post("/register")
@limiter.limit(limits.owned("registrations_per_hour", "hour"))
@public
def create():
    form, region = RegistrationForm(), contacts.REGION_OF_LOCALE[select_locale()]
    form.validate()
    if not problems.all_hold(form, newcomer_rules(form, region)):
        return _page("register", form, 422)
    typed = {name: form[name].data for name in ("name", "email", "phone", "password")}
    try:
        user = accounts.register(**typed, region=region, **browser_facts())
    except InvalidInput as error:
        problems.show(form, error)
        return _page("register", form, 422, taken=error.code == "email_taken")
    return enter(user, how="registration")


@blueprint.get("/password/forgot")
@public
def forgot():
    form = ForgottenForm(formdata=None, email=request.args.get("email", ""))
    return _page("forgot", form)


@blueprint.post("/password/forgot")
@limiter.limit("20 per hour")
@limiter.limit(limits.owned("password_letters_per_hour", "hour"), key_func=limits.by_email)
@public
def send_reset():
    form = ForgottenForm()
    if not form.validate():
        return _page("forgot", form, 422)
    try:
        accounts.ask_for_reset(form.email.data, locale=select_locale())
    except InvalidInput as error:
        problems.show(form, error)
        return _page("forgot", form, 422)
    return see_other(url_for("accounts.forgot_sent"))


@blueprint.get("/password/forgot/sent")
@public
def forgot_sent():
    return render_template("accounts/forgot_sent.html")


@blueprint.get("/password/reset/<token>")
@public
def reset(token):
    try:
        user = accounts.person_of_reset(token)
    except NotFound as error:
        return render_template("accounts/stale_link.html", text=error.message), 404
    return _reset_page(NewPasswordForm(), user)


@blueprint.post("/password/reset/<token>")
@limiter.limit("30 per hour")
@public
def set_password(token):
    form = NewPasswordForm()
    try:
        user = accounts.person_of_reset(token)
        if not form.validate():
            return _reset_page(form, user, 422)
        user = accounts.reset_password(token, form.password.data)
    except InvalidInput as error:
        problems.show(form, error)
        return _reset_page(form, user, 422)
    except NotFound as error:
        return render_template("accounts/stale_link.html", text=error.message), 404
    flash(_("The new password is set. You are signed in."), "success")
    return enter(user, how="link")


def _reset_page(form, user, status=200):
    return _page("reset", form, status, email=user.email, first=user.password_hash is None)

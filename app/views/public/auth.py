"""Signing in with Google and others: /auth/<provider>, and the short page for what a new account still lacks."""

from flask import Blueprint, flash, render_template, request, session, url_for
from flask_babel import gettext as _

from app.doors import PUBLIC, current_actor, public
from app.errors import Blocked, InvalidInput
from app.extensions import limiter
from app.forms.accounts import NewcomerForm, ProofForm
from app.integrations import sign_in
from app.integrations.sign_in import Failure
from app.services import accounts, contacts, inquiry_text
from app.services.accounts import identities
from app.views import arrivals, limits, linking, pending, problems
from app.views.public.entrance import already_in, browser_facts, enter, wanted
from app.views.redirects import local_path, see_other

blueprint = Blueprint("auth", __name__, url_prefix="/auth")

FAILURES = {
    Failure.CANCELLED: lambda label: _("You did not go through with signing in with %(name)s.", name=label),
    Failure.STALE: lambda label: _(
        "This sign-in with %(name)s was begun in another window or too long ago. Begin again.", name=label
    ),
    Failure.SILENT: lambda label: _("%(name)s does not answer. Try again later or sign in another way.", name=label),
    Failure.REFUSED: lambda label: _("%(name)s did not confirm who you are. Try again.", name=label),
}


class Door(sign_in.Dance):
    """Before the dance: where from and what for. After it: in, or to the page that asks for the rest."""

    permission = PUBLIC

    def starting(self):
        actor, token = current_actor(), request.args.get("link", "")
        if actor and not token:
            return already_in()
        if token and not (actor and linking.is_wish_of(actor, token)):
            return self.failed(Failure.STALE)
        session[f"{self.name}_way"] = {"next": local_path(wanted(), ""), "link": bool(token)}
        return None

    def arrived(self, profile):
        way = session.pop(f"{self.name}_way", {})
        if way.get("link"):
            return self._link(profile)
        arrivals.forget()
        try:
            user = identities.person_of(profile)
        except Blocked as error:
            flash(str(error.message), "error")
            return see_other(url_for("accounts.login"))
        if user:
            return enter(user, how=self.name, to=way.get("next"))
        arrivals.keep(profile)
        return see_other(url_for("auth.finish", next=way.get("next") or None))

    def _link(self, profile):
        actor = current_actor()
        if actor is None:
            return self.failed(Failure.STALE)
        try:
            identities.link(profile, actor=actor, how="profile")
        except InvalidInput as error:
            flash(str(error.message), "error")
        else:
            flash(_("From now on you can sign in with %(name)s, too.", name=self.provider.label), "success")
        return _to_profile()

    def failed(self, reason):
        way = session.get(f"{self.name}_way", {})
        flash(FAILURES[reason](self.provider.label), "message" if reason == Failure.CANCELLED else "error")
        if current_actor():
            return _to_profile()
        return see_other(url_for("accounts.login", next=way.get("next") or None))


for _name in sign_in.TABLE:
    _door = Door(_name)
    limiter.limit("300 per hour")(_door)
    blueprint.register_blueprint(_door)


def _to_profile():
    return see_other(url_for("profile.index", _anchor="ways-in"))


# What is still missing


@blueprint.get("/finish")
@public
def finish():
    return already_in() or _page(arrivals.find())


@blueprint.post("/finish")
@limiter.limit("40 per hour")
@public
def register():
    """A new account of somebody whom a provider knows."""
    arrival, form = arrivals.find(), NewcomerForm()
    if arrival is None:
        return _page(None)
    form.validate()
    if not problems.all_hold(form, {"email": contacts.email_address}):
        return _page(arrival, form, 422)
    profile, typed = arrival.profile, {"name": form.name.data, "email": form.email.data}
    try:
        user = identities.register(profile, **typed, **browser_facts())
    except accounts.EmailTaken:
        arrivals.choose_email(form.email.data)
        return see_other(url_for("auth.finish", next=wanted()))
    except InvalidInput as error:
        problems.show(form, error)
        return _page(arrival, form, 422)
    return enter(user, how=profile.provider.value)


@blueprint.post("/finish/proof")
@limiter.limit("60 per hour", deduct_when=limits.refused)
@limits.guesses(lambda: _claimed_email())
@public
def prove():
    """There is an account with this e-mail: its password shows that both are the same person's."""
    arrival, form = arrivals.find(), ProofForm()
    if arrival is None:
        return _page(None)
    if not form.validate():
        return _page(arrival, form, 422)
    try:
        user = accounts.check_password(arrival.email, form.password.data)
        identities.link(arrival.profile, actor=user, how="password")
    except (InvalidInput, Blocked) as error:
        form.password.errors = [str(error.message)]
        return _page(arrival, form, 422)
    return enter(user, how=arrival.profile.provider.value)


@blueprint.post("/finish/other")
@public
def other_email():
    """That account is not theirs, or they want another address here."""
    if arrivals.find():
        arrivals.choose_email("")
    return see_other(url_for("auth.finish", next=wanted()))


def _claimed_email():
    arrival = arrivals.find()
    return arrival.email if arrival else ""


def _page(arrival, form=None, status=200):
    if arrival is None:
        flash(_("Too much time has passed. Begin signing in again."), "error")
        return see_other(url_for("accounts.login", next=wanted()))
    known = identities.account_with(arrival.email)
    values = {"next": wanted(), "pending": pending.drafts(), "inquiry_title": inquiry_text.title}
    values |= {"arrival": arrival, "label": sign_in.TABLE[arrival.profile.provider].label}
    if known and not isinstance(form, NewcomerForm):
        return render_template("accounts/prove.html", form=form or ProofForm(), known=known, **values), status
    form = form or NewcomerForm(formdata=None, name=arrival.profile.name, email=arrival.email)
    return render_template("accounts/finish.html", form=form, **values), status

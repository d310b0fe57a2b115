"""«Второй шаг при входе»: switching it on with a QR code, the recovery codes, switching it off."""

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.access.permissions import Permission
from app.doors import current_actor, own_eyes, requires
from app.errors import DomainError, InvalidInput, TooMany
from app.forms.accounts import CodeForm
from app.later import later
from app.services.accounts import second_factor, second_step
from app.views import problems
from app.views.challenges import passkey_site
from app.views.redirects import see_other

segno = later("segno")
blueprint = Blueprint("second_factor", __name__, url_prefix="/my/profile/second-factor")


@blueprint.get("")
@requires(Permission.PROFILE)
@own_eyes
def index():
    return _page()


@blueprint.post("/start")
@requires(Permission.PROFILE)
def start():
    try:
        second_factor.start(actor=current_actor())
    except DomainError as error:
        flash(str(error.message), "error")
    return see_other(url_for("second_factor.index"))


@blueprint.post("/confirm")
@requires(Permission.PROFILE)
def confirm():
    return _with_code("enrol", second_factor.confirm, _codes)


@blueprint.post("/codes")
@requires(Permission.PROFILE)
def codes():
    return _with_code("codes", second_factor.renew_codes, _codes)


@blueprint.post("/off")
@requires(Permission.PROFILE)
def off():
    def done(_nothing):
        flash(_("The second step is off."), "success")
        return see_other(url_for("profile.index", _anchor="safety"))

    return _with_code("off", second_factor.turn_off, done)


def _with_code(name, do, done):
    """Run ``do(code)`` and answer with ``done`` of what it gave; a code that does not fit comes back to its form."""
    form = CodeForm(prefix=name)
    if not form.validate():
        return _page(422, **{name: form})
    try:
        made = do(form.code.data, actor=current_actor())
    except (InvalidInput, TooMany) as error:
        problems.show(form, error)
        return _page(422, **{name: form})
    return done(made)


def _codes(made):
    """The answer itself shows them, once: a page that could be opened again would show them to others, too."""
    return render_template("second_factor/codes.html", codes=made)


def _page(status=200, **forms):
    actor = current_actor()
    enrolment = second_factor.enrolment(actor)
    made = {name: forms.get(name) or CodeForm(formdata=None, prefix=name) for name in ("enrol", "codes", "off")}
    values = {
        "person": actor,
        "enrolment": enrolment,
        "picture": _picture(enrolment.address) if enrolment else "",
        "left": second_factor.left(actor),
        "demanded": second_step.is_demanded(actor),
        "must_stay": second_factor.must_stay(actor),
        "passkeys_here": passkey_site() is not None,
    }
    return render_template("second_factor/index.html", **values, **made), status


def _picture(address):
    """Black on white by night, too: cameras want it so."""
    code = segno.make(address, error="m", micro=False)
    return Markup(
        code.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    )

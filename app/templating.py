"""What every template may call besides Flask's own, and where the compiled ones are kept."""

from contextlib import suppress
from pathlib import Path

import jinja2
from flask import current_app
from markupsafe import Markup, escape
from wtforms import EmailField
from wtforms.validators import InputRequired

from app import branding, hints, seo, template_words
from app.constants import LOCALES
from app.forms.inquiries import NO_DAY, NO_NUMBER, DayField, NumberField
from app.forms.own_fields import Asked
from app.icons import icon
from app.integrations import sign_in
from app.services import behaviour, contacts
from app.services.accounts import passwords


def init_app(app, settings):
    seo.init_app(app, settings)
    branding.init_app(app, settings)
    app.jinja_env.globals.update(
        icon=icon,
        control=control,
        said=said,
        owners_hint=hints.beside,
        face=face,
        providers=sign_in.TABLE,
        ways_to_sign_in=ways_to_sign_in,
        is_counted=behaviour.is_on,
    )
    with suppress(OSError):  # a folder nobody may write to: every process compiles for itself
        app.jinja_env.bytecode_cache = _kept(Path(app.instance_path))


def _kept(instance):
    """Compiled templates outlive the process. Jinja tells a changed source, but not another release of itself."""
    folder = instance / "templates" / jinja2.__version__
    folder.mkdir(parents=True, exist_ok=True)
    return template_words.Kept(str(folder))


def prepare_all(app):
    """Read every template: whoever comes first, and all who come with them, would otherwise wait for the compiler."""
    for env in map(app.jinja_env.of, LOCALES):
        for name in env.list_templates():
            env.get_template(name)


def ways_to_sign_in():
    """The providers of sign-in that this installation has keys for."""
    return sign_in.configured(current_app.config["SETTINGS"])


def face(name, public_id="", size=""):
    """Initials on a colour that stays with the person. Decorative: the name stands beside it."""
    initials = "".join(word[0] for word in (name or "?").split()[:2]) or "?"
    try:
        colour = int(str(public_id)[-2:], 16) % 6
    except ValueError:
        colour = 0
    return Markup(f'<span class="ava {size} c{colour}" aria-hidden="true">{escape(initials)}</span>')


def control(field, hint, extra):
    """The attributes that tie a control to its hint (the owners' own comes first) and its error."""
    hint = hint or hints.beside(field)
    parts = [f"{field.id}-hint" if hint else "", f"{field.id}-error" if field.errors else ""]
    described = " ".join(filter(None, parts))
    attributes = said(field) | extra
    if described:
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def said(field):
    """What a page says of a field before it is sent (static/js/field_errors.js): the words the server has for it."""
    missing = (rule.message for rule in field.validators if isinstance(rule, InputRequired | Asked))
    shortest = (field.render_kw or {}).get("minlength")
    words = {
        "data-missing": next(missing, None),
        "data-mistyped": _MISTYPED.get(type(field)),
        "data-short": shortest and passwords.at_least(shortest),
    }
    return {name: text for name, text in words.items() if text}


_MISTYPED = {EmailField: contacts.NO_EMAIL, DayField: NO_DAY, NumberField: NO_NUMBER}

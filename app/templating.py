"""What every template may call besides Flask's own."""

from flask import current_app

from app.icons import icon
from app.integrations import sign_in


def init_app(app, settings):
    app.jinja_env.globals.update(icon=icon, control=control, providers=sign_in.TABLE, ways_to_sign_in=ways_to_sign_in)


def ways_to_sign_in():
    """The providers of sign-in that this installation has keys for."""
    return sign_in.configured(current_app.config["SETTINGS"])


def control(field, hint, extra):
    """The attributes that tie a control to its hint and its error."""
    parts = [f"{field.id}-hint" if hint else "", f"{field.id}-error" if field.errors else ""]
    described = " ".join(filter(None, parts))
    attributes = dict(extra)
    if described:
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes

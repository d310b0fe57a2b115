"""What every template may call besides Flask's own."""

from app.icons import icon


def init_app(app, settings):
    app.jinja_env.globals.update(icon=icon, control=control)


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

"""Errors for programs (RFC 9457): ``application/problem+json``, with words in the language that was asked for."""

from flask import Response, current_app, json, request
from flask_babel import get_locale
from flask_babel import gettext as _

from app.errors import EditConflict, InvalidInput

ROOM = "/api/v1/"
TITLES = {
    400: lambda: _("The request could not be read"),
    401: lambda: _("No valid token"),
    403: lambda: _("Not allowed"),
    404: lambda: _("Not found"),
    405: lambda: _("No such method here"),
    409: lambda: _("Not now"),
    412: lambda: _("Changed meanwhile"),
    413: lambda: _("Too large"),
    415: lambda: _("JSON is needed"),
    422: lambda: _("A value is wrong"),
    428: lambda: _("If-Match is needed"),
    429: lambda: _("Too many requests"),
    500: lambda: _("Something broke on our side"),
}
STATUSES = {InvalidInput: 422, EditConflict: 412}


def wanted():
    return request.path.startswith(ROOM)


def of(error):
    """A DomainError as an answer."""
    status = STATUSES.get(_family(error), error.status)
    errors = getattr(error, "errors", None) or _at_field(error)
    response = answer(status, error.code, str(error.message), errors=errors)
    if seconds := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(seconds)
    return response


def _family(error):
    return next((family for family in STATUSES if isinstance(error, family)), None)


def _at_field(error):
    return [{"field": error.field, "detail": str(error.message)}] if error.field else []


def answer(status, code, detail="", *, errors=()):
    """``errors``: ``[{field, detail}]``, each field as a JSON pointer or the name of a query parameter."""
    title = TITLES[status if status in TITLES else 500 if status >= 500 else 400]()
    body = {
        "type": f"{current_app.config['SETTINGS'].public_url}{ROOM}docs#problems",
        "title": title,
        "status": status,
        "detail": detail or title,
        "code": code,
    }
    body |= {"errors": list(errors)} if errors else {}
    response = Response(json.dumps(body), status, mimetype="application/problem+json")
    response.headers["Content-Language"] = str(get_locale())
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="otklik"'
    return response
